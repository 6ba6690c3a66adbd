"""Which act of a challenge a command is, and what may not be done in it at all."""

from __future__ import annotations

from collections.abc import Mapping

from spacewheat_sim.choices import DEFAULT_STRENGTH
from spacewheat_sim.content.challenge.act import Act
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.world.commands import (
    ApplyGate,
    Command,
    EditNumber,
    Guess,
    Harvest,
    Look,
    Measure,
    Plant,
    PlotId,
    Remove,
    SetWeight,
)
from spacewheat_sim.engine.world.plots import Plot
from spacewheat_sim.errors import ArgumentError

Pair = tuple[str, str]


def act_of(
    challenge: Challenge, command: Command, plots: Mapping[PlotId, Plot]
) -> Act | None:
    """Return the act that ``command`` is, or None where it is free and no act.

    Plots may be planted and removed freely on the axes that acts are on; what they show
    may be looked at where the challenge lets axes be seen.

    Raises:
        ArgumentError: it is neither.
    """
    if _is_free(challenge, command, plots):
        return None
    for act in challenge.acts:
        if _is_same(act, command, plots):
            if act.guess and challenge.hidden is not None:
                _check_guess(command, challenge.hidden.values)
            return act
    known = ", ".join(str(act) for act in challenge.acts)
    raise ArgumentError(f"{_named(command)} is no act of this challenge, only {known}")


def _is_free(
    challenge: Challenge, command: Command, plots: Mapping[PlotId, Plot]
) -> bool:
    match command:
        case Harvest(plot) | Measure(plot) if plot not in plots:
            return True  # the world refuses it, and says which plots there are
        case Plant(_, _, north, south):
            axes = [_axis(act.subject) for act in challenge.acts if act.is_on_plot]
            return _axis((north, south)) in axes
        case Remove():
            return True
        case Look():
            return challenge.sees == "axes"
    return False


def _is_same(act: Act, command: Command, plots: Mapping[PlotId, Plot]) -> bool:
    match command:
        case Harvest(plot):
            return act.harvest is not None and _is_on(act, plots.get(plot))
        case Measure(plot, "projective", None):
            return act.measure is not None and _is_on(act, plots.get(plot))
        case Measure(plot, "weak", strength):
            given = DEFAULT_STRENGTH if strength is None else strength
            is_weak = act.weak is not None and act.strength == given
            return is_weak and _is_on(act, plots.get(plot))
        case ApplyGate(_, gate, axis, other, angle):
            return act.gate is not None and (
                (act.gate.upper(), act.angle) == (gate.upper(), angle)
                and _ordered(act.axis) == _ordered(axis)
                and _ordered(act.other) == _ordered(other)
            )
        case EditNumber(_, path, value):
            return (
                act.edit is not None
                and _path(act.edit) == _path(path)
                and (_is_within(act, value))
            )
        case SetWeight(_, layer, weight):
            return act.weight == layer and _is_within(act, weight)
        case Guess():
            return act.guess is True
    return False


def _check_guess(command: Command, values: tuple[float, ...]) -> None:
    if isinstance(command, Guess) and command.value not in values:
        known = ", ".join(f"{value:g}" for value in values)
        raise ArgumentError(
            f"The hidden number is one of {known}, and not {command.value:g}"
        )


def _is_on(act: Act, plot: Plot | None) -> bool:
    return plot is not None and _axis(act.subject) == _axis((plot.north, plot.south))


def _is_within(act: Act, value: float) -> bool:
    return act.between is not None and act.between[0] <= value <= act.between[1]


def _axis(pair: Pair) -> frozenset[str]:
    return frozenset(map(canonical_emoji, pair))


def _ordered(pair: Pair | None) -> Pair | None:
    return (
        None if pair is None else (canonical_emoji(pair[0]), canonical_emoji(pair[1]))
    )


def _path(path: str) -> list[str]:
    return [canonical_emoji(part) for part in path.split(".")]


def _named(command: Command) -> str:
    """Return what a command is called, with what it is about."""
    match command:
        case Plant(_, _, north, south):
            return f"A plot on {north}/{south}"
        case EditNumber(_, path, value):
            return f"{path} = {value:g}"
        case SetWeight(_, layer, weight):
            return f"The weight {weight:g} of {layer}"
        case ApplyGate(_, gate, axis, _, _):
            return f"{gate} on {'/'.join(axis)}"
        case Measure(_, kind, strength):
            said = "" if strength is None else f" of strength {strength:g}"
            return f"A {kind} measurement{said} there"
        case Harvest():
            return "A harvest there"
    return type(command).__name__
