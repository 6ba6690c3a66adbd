"""The base class of all content models, their mappings, and the rules they obey."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationInfo,
    model_validator,
)

from spacewheat_sim.content.problems import KeyPath, Severity, show_key_path
from spacewheat_sim.interrupts import held

K = TypeVar("K")
V = TypeVar("V")

REPORT_LATER = "report later"
"""Validation context of a reader that applies the rules itself and reports them all."""


class FrozenMapping(Mapping[K, V]):
    """An immutable mapping that keeps its order.

    Example:
        >>> FrozenMapping({"🌾": 1.0}) == {"🌾": 1.0}
        True
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[K, V]) -> None:
        """Copy ``items``."""
        self._items = dict(items)

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"FrozenMapping({self._items!r})"


def parts_of(value: Any) -> Iterator[tuple[KeyPath, ContentModel]]:
    """Yield the models right below ``value``, with their places from it."""
    if isinstance(value, ContentModel):
        below: list[tuple[str | int, Any]] = [
            (name, getattr(value, name)) for name in type(value).model_fields
        ]
    elif isinstance(value, FrozenMapping):
        below = list(value.items())
    elif isinstance(value, tuple):
        below = list(enumerate(value))
    else:
        return
    for part, inner in below:
        if isinstance(inner, ContentModel):
            yield (part,), inner
        elif isinstance(inner, FrozenMapping | tuple):
            yield from (((part, *path), model) for path, model in parts_of(inner))


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

    # The library makes errors of its own of what is raised while it calls back, Ctrl-C
    # included: that waits until it is done. (An `__init__` here would be called for
    # each model inside another, too.)

    @classmethod
    def model_validate(cls, obj: Any, **given: Any) -> Self:
        """Return the model of ``obj``; a request to stop waits until it is made."""
        with held():
            return super().model_validate(obj, **given)

    def model_dump(self, **given: Any) -> dict[str, Any]:
        """Return the model's data; a request to stop waits until they are there."""
        with held():
            return super().model_dump(**given)

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
