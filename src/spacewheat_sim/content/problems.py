"""What can be wrong with authored content, and the report that carries all of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from spacewheat_sim.errors import SpacewheatError
from spacewheat_sim.exit_codes import UNUSABLE

KeyPath = tuple[str | int, ...]
Kind = Literal["malformed", "meaningless"]
Severity = Literal["error", "warning"]

SHOWN_LENGTH = 40


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong at one place of one file.

    Attributes:
        path: The file, as shown to the author.
        line: Line, counted from 1.
        column: Column in characters, counted from 1.
        key_path: Keys and list positions that lead to the place; empty for the file.
        message: What is wrong.
        wanted: What was wanted instead, with the nearest name where there is one.
        kind: ``malformed`` breaks the schema, ``meaningless`` obeys it in vain.
        severity: A ``warning`` does not keep the content from loading.
        rule: Short name of the rule that was broken.
        icon: Emoji of the icon that it is about, since its position says nothing.
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
        return (
            f"{self.path}:{self.line}:{self.column}: {where}: "
            f"{label}{self.message}; wanted {self.wanted}"
        )


class ContentError(SpacewheatError, ValueError):
    """Authored content cannot be used; ``problems`` holds every reason at once."""

    exit_code = UNUSABLE

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep ``problems`` in the order of their places."""
        self.problems = tuple(sorted(problems, key=_place))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[ContentError], tuple[tuple[Problem, ...]]]:
        # Worker processes hand errors back pickled; args holds only the text.
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
    """Return ``value`` as an author knows it, cut short where it is long."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list | tuple):
        return f"a {'mapping' if isinstance(value, dict) else 'list'}"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``" (did you mean …?)"`` with names near ``name``, or nothing."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=2, cutoff=0.6)
    if not near:
        return ""
    return f" (did you mean {' or '.join(by_lower[match] for match in near)}?)"


def raise_errors(problems: Iterable[Problem]) -> None:
    """Raise one report of all ``problems`` if any is more than a warning.

    Raises:
        ContentError: At least one problem is an error.
    """
    found = tuple(problems)
    if any(problem.severity == "error" for problem in found):
        raise ContentError(found)
