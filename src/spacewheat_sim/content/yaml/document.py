"""A parsed file: plain data, and the place of each key and value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from spacewheat_sim.content.problems import KeyPath, Kind, Problem, Severity
from spacewheat_sim.emoji import canonical_emoji

Place = tuple[int, int]


@dataclass(frozen=True)
class YamlDocument:
    """The content of a file with its places, and the problems found while parsing it.

    Attributes:
        path: The file, as shown to the author.
        data: Plain data, or None if the file could not be parsed.
        keys: Place (line, column) of each key, by canonical key path.
        values: Place of each value, by canonical key path.
        problems: Problems that the parser found.
        authored: What is written where a value is no text, by canonical key path.
    """

    path: str
    data: Any
    keys: Mapping[KeyPath, Place]
    values: Mapping[KeyPath, Place]
    problems: tuple[Problem, ...]
    authored: Mapping[KeyPath, str] = field(default_factory=dict)

    @cached_property
    def places_of_problems(self) -> frozenset[Place]:
        """Where the parser found a problem."""
        return frozenset((problem.line, problem.column) for problem in self.problems)

    @cached_property
    def paths_of_problems(self) -> frozenset[KeyPath]:
        """Key paths inside of which the parser found a problem."""
        return frozenset(
            problem.key_path[:size]
            for problem in self.problems
            for size in range(1, len(problem.key_path) + 1)
        )

    def place(self, key_path: KeyPath, *, at_key: bool = False) -> Place:
        """Return the place of ``key_path``, or of its nearest ancestor in the file."""
        path = canonical_key_path(key_path)
        if at_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def problem(
        self,
        key_path: KeyPath,
        message: str,
        wanted: str,
        *,
        kind: Kind,
        rule: str,
        severity: Severity = "error",
        at_key: bool = False,
    ) -> Problem:
        """Return a problem of this file at the place of ``key_path``."""
        line, column = self.place(key_path, at_key=at_key)
        return Problem(
            self.path, line, column, key_path, message, wanted, kind, severity, rule
        )

    def show_place(self, key_path: KeyPath, *, at_key: bool = False) -> str:
        """Return ``FILE:LINE:COL`` of ``key_path``."""
        line, column = self.place(key_path, at_key=at_key)
        return f"{self.path}:{line}:{column}"


def canonical_key_path(key_path: KeyPath) -> KeyPath:
    """Return ``key_path`` with every key in canonical form."""
    # A list is built faster than a generator is asked, and this is asked most.
    return tuple(
        [canonical_emoji(part) if isinstance(part, str) else part for part in key_path]
    )
