"""An attempt, step by step: what policies and environments play."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import BoolArray
from spacewheat_sim.content.challenge.challenge import Move
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.challenges.attempt import Attempt
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.world.commands import (
    ApplyGate,
    Command,
    EditNumber,
    Guess,
    Harvest,
    Measure,
    Plant,
    PlotId,
    SetWeight,
)
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError


@dataclass(frozen=True)
class EpisodeResult:
    """How an attempt ended.

    Attributes:
        score: Its score.
        stars: How many it earns.
        is_reached: Whether all that the goal asks for is so.
        spent: What its acts have cost.
        acts: How many there were.
    """

    score: float
    stars: int
    is_reached: bool
    spent: float
    acts: int


class Episode:
    """A world with a challenge in it, played by the numbers of its moves.

    Args:
        compiled: What is played.
        seed: Root of the world's streams; None draws one.
        number: Which of many attempts under one seed; see
            :meth:`.CompiledChallenge.world`.
        log: A session log that writes the attempt down.

    Attributes:
        compiled: What is played, with its biome.
        challenge: What is played.
        moves: What can be chosen from in each step; the first is to wait.
        number: Which of many attempts under one seed.
        world: The world. What is done to it by other commands counts as well.

    Example:
        >>> from spacewheat_sim.engine.challenges.compiled import load_challenge
        >>> episode = Episode(load_challenge("first_harvest"), seed=0)
        >>> [str(move) for move in episode.moves]
        ['wait', 'harvest 🌕/🌑']
        >>> episode.mask().tolist()
        [True, True]
        >>> events = episode.step(1)
        >>> print(events[1])
        two_level/🌕/🌑: 🌕 harvested, 1
        >>> episode.score
        0.9
    """

    def __init__(
        self,
        compiled: CompiledChallenge,
        seed: int | None = None,
        number: int = 0,
        log: SessionLog | None = None,
    ) -> None:
        self.compiled, self.number = compiled, number
        self.challenge = compiled.challenge
        self.moves = self.challenge.moves
        self.world = compiled.world(seed, number)
        self._log = log
        if log is not None:
            log.begin(self.world)

    @property
    def attempt(self) -> Attempt:
        """What was paid and counted."""
        assert self.world.attempt is not None  # noqa: S101 - it was made with one
        return self.world.attempt

    @property
    def steps_done(self) -> int:
        """How many steps are done."""
        return self.world.tick_count

    @property
    def is_over(self) -> bool:
        """Whether all steps are done."""
        return self.steps_done >= self.challenge.steps

    @property
    def score(self) -> float:
        """The score so far; see :class:`.Attempt`."""
        return self.attempt.score(self.world.inventory)

    def mask(self) -> BoolArray:
        """Return which moves can be done now, (M,): those that can be paid."""
        return np.array([is_possible(move, self.world) for move in self.moves])

    def step(self, move: int) -> tuple[WorldEvent, ...]:
        """Do the move of that number, then let one step pass.

        A move that the mask does not hold is refused, by an event that says why, and
        the step passes all the same.

        Returns:
            One event per command, then the jumps of the step.

        Raises:
            ArgumentError: there is no such move, or the challenge is over; nothing was
                done.
        """
        if isinstance(move, bool) or not isinstance(move, int | np.integer):
            raise ArgumentError(f"A move must be a whole number, but is {move!r:.60}")
        if not 0 <= move < len(self.moves):
            raise ArgumentError(
                f"A move must be 0 to {len(self.moves) - 1}, but is {move}"
            )
        if self.is_over:
            raise ArgumentError(
                f"The challenge is over: all of its {self.challenge.steps} steps are "
                "done"
            )
        commands = commands_of(self.moves[move], self.world)
        if self._log is None:
            return self.world.tick(commands)
        return self._log.tick(self.world, commands)

    def result(self) -> EpisodeResult:
        """Return how it stands; of an attempt that is over, how it ended."""
        return EpisodeResult(
            self.score,
            self.attempt.stars(self.world.inventory) if self.is_over else 0,
            self.attempt.is_reached(self.world.inventory),
            self.attempt.standing.spent,
            self.attempt.standing.acts,
        )


def is_possible(move: Move, world: World) -> bool:
    """Return whether a move can be done now in the world of a challenge."""
    return not why_not(move, world)


def why_not(move: Move, world: World) -> str:
    """Return why a move cannot be done now; "" where it can be."""
    attempt, tick = world.attempt, world.tick_count
    if attempt is None:
        return "No challenge is played"
    if tick >= attempt.challenge.steps:
        return "The challenge is over"
    if move.act is None:
        return ""
    try:
        attempt.check(move.act, tick)
    except ArgumentError as error:
        return str(error)
    return ""


def commands_of(move: Move, world: World) -> tuple[Command, ...]:
    """Return the commands by which a move is done in a world of one bath.

    What is done through a plot is done through the first one on its axis. Where there
    is none, one that is called after the axis is planted first.
    """
    act, value = move.act, move.value
    if act is None:
        return ()
    (biome,) = world.baths
    if act.gate is not None:
        return (ApplyGate(biome, act.gate, act.subject, act.other, act.angle),)
    if act.edit is not None and value is not None:
        return (EditNumber(biome, act.edit, value),)
    if act.weight is not None and value is not None:
        return (SetWeight(biome, act.weight, value),)
    if act.guess and value is not None:
        return (Guess(value),)
    north, south = act.subject
    there = plot_on(world, north, south)
    plot = f"{north}/{south}" if there is None else there
    plant = (Plant(biome, plot, north, south),) if there is None else ()
    if act.harvest is not None:
        return (*plant, Harvest(plot))
    if act.weak is not None:
        return (*plant, Measure(plot, "weak", act.strength))
    return (*plant, Measure(plot))


def plot_on(world: World, north: str, south: str) -> PlotId | None:
    """Return the first plot on an axis, either way around; None if there is none."""
    wanted = {canonical_emoji(north), canonical_emoji(south)}
    for name, plot in world.plots.items():
        if {canonical_emoji(plot.north), canonical_emoji(plot.south)} == wanted:
            return name
    return None
