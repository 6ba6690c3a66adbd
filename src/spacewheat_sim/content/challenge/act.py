"""An act: one thing that a challenge lets a player do, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import Field

from spacewheat_sim.content.claims.asked import AxisPair
from spacewheat_sim.content.fields import Name, Number, Text
from spacewheat_sim.content.model import ContentModel, Violation

ActKind = Literal["measure", "weak", "harvest", "gate", "edit", "weight", "guess"]
ACT_KINDS: tuple[ActKind, ...] = get_args(ActKind)
DEFAULT_LEVELS = 5


class Keys(NamedTuple):
    """The keys of a kind of act beside its own and its cost."""

    needed: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


KEYS: dict[ActKind, Keys] = {
    "measure": Keys(),
    "weak": Keys(needed=("strength",)),
    "harvest": Keys(),
    "gate": Keys(needed=("axis",), allowed=("other", "angle")),
    "edit": Keys(needed=("between",), allowed=("levels",)),
    "weight": Keys(needed=("between",), allowed=("levels",)),
    "guess": Keys(),
}


class Act(ContentModel):
    """One thing that may be done; exactly one of the first seven keys names it.

    Attributes:
        measure: An axis that is measured projectively.
        weak: An axis that is measured weakly, with ``strength`` κ in (0, 1].
        harvest: An axis that is harvested.
        gate: A gate that is applied to ``axis``, and to ``other`` if it is on two;
            turns have an ``angle`` in rad.
        edit: Path of a number, such as ``🐺.transfers_from.🐇``, that is set to any
            value of ``between``, both ends included.
        weight: Name of a layer whose weight is set to any value of ``between``.
        guess: Name the hidden number of the challenge, once.
        levels: How many values, evenly spaced from end to end of ``between``, programs
            choose from.
        cost: What it takes from the score each time, and from the budget.
    """

    measure: AxisPair | None = None
    weak: AxisPair | None = None
    harvest: AxisPair | None = None
    gate: Text | None = None
    edit: Text | None = None
    weight: Name | None = None
    guess: Literal[True] | None = None
    strength: Annotated[Number, Field(gt=0, le=1)] | None = None
    axis: AxisPair | None = None
    other: AxisPair | None = None
    angle: Number | None = None
    between: tuple[Number, Number] | None = None
    levels: Annotated[int, Field(strict=True, ge=2, le=100)] = DEFAULT_LEVELS
    cost: Annotated[Number, Field(ge=0)] = 0.0

    @property
    def kinds(self) -> tuple[ActKind, ...]:
        """What it names: one kind, if it is sound."""
        return tuple(kind for kind in ACT_KINDS if getattr(self, kind) is not None)

    @property
    def kind(self) -> ActKind:
        """What is done."""
        return self.kinds[0]

    @property
    def subject(self) -> tuple[str, str]:
        """The poles of the axis that it acts on; only where it acts on one."""
        found: tuple[str, str] = getattr(self, "axis" if self.gate else self.kind)
        return found

    @property
    def is_on_plot(self) -> bool:
        """Whether it is done through a plot on its axis."""
        return self.kind in ("measure", "weak", "harvest")

    @property
    def values(self) -> tuple[float, ...]:
        """The values that programs choose from, evenly spaced; () without bounds."""
        if self.between is None:
            return ()
        (low, high), last = self.between, self.levels - 1
        return tuple(
            high if k == last else low + (high - low) * (k / last)
            for k in range(self.levels)
        )

    def __str__(self) -> str:
        if self.kind == "guess":
            return "guess"
        if self.gate:
            said = f"{self.gate} on {'/'.join(self.subject)}"
            return said if self.other is None else f"{said}, {'/'.join(self.other)}"
        named = getattr(self, self.kind)
        return f"{self.kind} {named if isinstance(named, str) else '/'.join(named)}"


def act_violations(act: Act) -> Iterator[Violation]:
    """Yield what is wrong with an act, apart from the names in it."""
    if len(act.kinds) != 1:
        named = " and ".join(act.kinds) or "no act"
        yield Violation((), f"it names {named}", f"one of {', '.join(ACT_KINDS)}")
        return
    keys = KEYS[act.kind]
    for key in keys.needed:
        if getattr(act, key) is None:
            yield Violation((), f"{act.kind} has no {key}", f"`{key}: …`")
    known = {act.kind, "cost", *keys.needed, *keys.allowed}
    for key in Act.model_fields:
        if key in act.model_fields_set and key not in known:
            wanted = ", ".join((*keys.needed, *keys.allowed, "cost"))
            yield Violation((key,), f"{act.kind} has no {key}", wanted, at_key=True)
    if act.between is not None and not act.between[0] < act.between[1]:
        yield Violation(
            ("between",), "the first is not below the second", "[low, high]"
        )
