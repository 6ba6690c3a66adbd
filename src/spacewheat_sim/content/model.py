"""The base class of all content models, and the rules that they obey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator

from spacewheat_sim.content.problems import KeyPath, Severity, show_key_path

REPORT_LATER = "report later"
"""Validation context of a reader that applies the rules itself and reports them all."""


@dataclass(frozen=True)
class Violation:
    """Well-formed content that breaks a rule.

    Attributes:
        key_path: Its place, from the model of the rule.
        message: What is wrong.
        wanted: What was wanted instead.
        at_key: Whether it is reported at the key instead of its value.
        first: The earlier place that this one repeats, or None.
    """

    key_path: KeyPath
    message: str
    wanted: str
    at_key: bool = False
    first: KeyPath | None = None


@dataclass(frozen=True)
class Rule:
    """A condition that a well-formed model must meet.

    Attributes:
        name: Short name, e.g. ``self-coupling``.
        reads: Fields that must be valid before the rule can be applied.
        check: Yields the violations of the rule.
        severity: Whether a violation is an error or a warning.
    """

    name: str
    reads: tuple[str, ...]
    check: Callable[[Any], Iterator[Violation]]
    severity: Severity = "error"


class ContentModel(BaseModel):
    """A frozen model that allows no unknown keys and obeys its ``rules``.

    Raises:
        pydantic.ValidationError: The data is malformed, or breaks a rule.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    rules: ClassVar[tuple[Rule, ...]] = ()

    @model_validator(mode="after")
    def _obey_rules(self, info: ValidationInfo) -> Self:
        if info.context == REPORT_LATER:
            return self
        broken = [
            f"{show_key_path(violation.key_path)}: {violation.message}"
            for rule in self.rules
            if rule.severity == "error"
            for violation in rule.check(self)
        ]
        if broken:
            raise ValueError("; ".join(broken))
        return self
