"""Problems of authored content, and the error that lists them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from spacewheat_sim.errors import SpacewheatError, nearest
from spacewheat_sim.exit_codes import UNUSABLE
from spacewheat_sim.plain_values import printable

KeyPath = tuple[str | int, ...]
Kind = Literal["malformed", "meaningless"]
Severity = Literal["error", "warning"]

SHOWN_LENGTH = 40


@dataclass(frozen=True)
class Problem:
    """One problem at one place of a file.

    Attributes:
        path: The file, as shown to the author.
        line: Line, counted from 1.
        column: Column, counted from 1 in code units of UTF-16, as editors do.
        key_path: Keys and list positions of the place; empty for the file.
        message: What is wrong.
        wanted: What is allowed, with the nearest name if there is one.
        kind: ``malformed`` breaks the schema, ``meaningless`` breaks a rule.
        severity: A ``warning`` does not prevent the content from loading.
        rule: Short name of the rule.
        icon: Emoji of the icon, which is shown with its position in the list.
    """

    path: str
    line: int
    column: int
    key_path: KeyPath
    message: str
    wanted: str
    kind: Kind
    severity: Severity = "error"
    rule: str = ""
    icon: str = ""

    def __str__(self) -> str:
        label = "warning: " if self.severity == "warning" else ""
        where = show_key_path(self.key_path)
        if self.icon and self.icon not in self.message:
            where += f" of {self.icon}"
        return printable(
            f"{self.path}:{self.line}:{self.column}: {where}: "
            f"{label}{self.message}; wanted {self.wanted}"
        )


class ContentError(SpacewheatError, ValueError):
    """Content cannot be used; ``problems`` lists every problem."""

    exit_code = UNUSABLE

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Store ``problems``, sorted by place."""
        self.problems = tuple(sorted(problems, key=_place))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[ContentError], tuple[tuple[Problem, ...]]]:
        # Errors are pickled in worker processes; args has only the text.
        return type(self), (self.problems,)


def _place(problem: Problem) -> tuple[str, int, int]:
    return problem.path, problem.line, problem.column


def show_key_path(key_path: KeyPath) -> str:
    """Return ``key_path`` as text, e.g. ``icons[2].couplings.🌙``; ``file`` if empty.

    Example:
        >>> show_key_path(("icons", 2, "decay", "rate"))
        'icons[2].decay.rate'
    """
    text = ""
    for part in key_path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".") or "file"


def show_value(value: object) -> str:
    """Return ``value`` as it is in the file, cut if it is long."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list | tuple):
        return f"a {'mapping' if isinstance(value, dict) else 'list'}"
    text = f"'{printable(value)}'" if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return ``" (did you mean …?)"`` with similar names, or an empty string."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    near = nearest(name.lower(), by_lower)
    if not near:
        return ""
    return f" (did you mean {' or '.join(by_lower[match] for match in near)}?)"


def raise_errors(problems: Iterable[Problem]) -> None:
    """Raise one error with all ``problems`` if any of them is an error.

    Raises:
        ContentError: At least one problem is an error.
    """
    found = tuple(problems)
    if any(problem.severity == "error" for problem in found):
        raise ContentError(found)
