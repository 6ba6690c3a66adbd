"""What the challenge that is played allows, and why not the rest."""

from __future__ import annotations

from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.world.commands import Command, Measure, PlotId
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.sandbox.biome.session.session import PAST_OF_CHALLENGE, BiomeSession


def refusal(session: BiomeSession, command: Command) -> str:
    """Return why the challenge refuses ``command`` now; "" where it does not."""
    world = session.world
    if world.attempt is None:
        return ""
    if session.past.is_past:
        return PAST_OF_CHALLENGE
    try:
        world.attempt.admit(command, world.tick_count, world.plots)
    except ArgumentError as error:
        return str(error)
    return ""


def measurement(session: BiomeSession, plot: PlotId) -> Measure:
    """Return how a plot is measured: as the challenge has it, or as was chosen."""
    attempt, at = session.world.attempt, session.world.plots.get(plot)
    if attempt is not None and at is not None:
        axis = {canonical_emoji(at.north), canonical_emoji(at.south)}
        for act in attempt.challenge.acts:
            if act.kind not in ("measure", "weak"):
                continue
            if {canonical_emoji(pole) for pole in act.subject} == axis:
                if act.weak is not None:
                    return Measure(plot, "weak", act.strength)
                return Measure(plot, "projective")
    return Measure(plot, session.measuring.kind, session.measuring.strength)
