"""An attempt at a challenge: what was paid, what was done, what it has come to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from spacewheat_sim import seeding
from spacewheat_sim.content.challenge.act import Act
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.challenges.numbers import number_of
from spacewheat_sim.engine.challenges.prices import act_of
from spacewheat_sim.engine.challenges.tally import Seen, Tally
from spacewheat_sim.engine.world.commands import Command, Guess, PlotId
from spacewheat_sim.engine.world.events import Guessed
from spacewheat_sim.engine.world.plots import Plot
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real

NEVER = -1
# What the sum of many costs may be short of or above in its last places.
ROUNDING = 1e-9


class Standing(NamedTuple):
    """Where an attempt stands.

    Attributes:
        spent: What all acts have cost.
        acts: How many there were.
        acted: The step of the last act, −1 before the first.
        guess: What was guessed, if anything.
        seen: What was seen of each quantity of the goal.
    """

    spent: float
    acts: int
    acted: int
    guess: float | None
    seen: tuple[Seen, ...]


class Attempt:
    """What a world keeps of the challenge that is played in it.

    The score is what the goal is worth so far, less what was spent:

        score = Σ_e h_e + Σ_q p_q + g − Σ_a c_a

    with h_e the harvest of each emoji that the goal names (amount times value, also
    beyond what is asked for), p_q the points of each quantity (:meth:`.Wanted.points`
    of its :class:`.Tally`), g the points for a guess that is right, 0 otherwise, and
    c_a the cost of each act that was done. An act that was refused costs nothing. It is
    final once all steps are done.

    Args:
        challenge: The challenge.
        bath: Name of the world's bath.
        seed: Root seed of the world, of which the hidden number is drawn.

    Attributes:
        challenge: The challenge.
        hidden: The hidden number, None if there is none.
        standing: Where it stands.
    """

    def __init__(self, challenge: Challenge, bath: str, seed: int) -> None:
        self.challenge = challenge
        self.bath = bath
        self.hidden = hidden_number(challenge, bath, seed)
        steps, step = challenge.steps, challenge.step
        self._tallies = [Tally(q, steps, step) for q in challenge.goal.quantities]
        self.standing = Standing(0.0, 0, NEVER, None, (Seen(),) * len(self._tallies))

    # --- what is paid -------------------------------------------------------------

    def admit(
        self, command: Command, tick: int, plots: Mapping[PlotId, Plot]
    ) -> Act | None:
        """Return the act that ``command`` is, None for one that is free.

        Raises:
            ArgumentError: it is no act of the challenge, the challenge is over, there
                was an act in this step already, or it cannot be paid.
        """
        act = act_of(self.challenge, command, plots)
        if tick >= self.challenge.steps:
            raise ArgumentError("The challenge is over")
        if act is None:
            return None
        self.check(act, tick)
        return act

    def check(self, act: Act, tick: int) -> None:
        """Refuse an act that cannot be done in the present step.

        Raises:
            ArgumentError: there was one already, or it cannot be paid.
        """
        if self.standing.acted == tick:
            again = (tick + 1) * self.challenge.step
            raise ArgumentError(f"One act a step: the next can be at {again:g} s")
        if act.guess and self.standing.guess is not None:
            raise ArgumentError("The number was guessed already")
        left = self.left
        if left is not None and act.cost > left + ROUNDING:
            raise ArgumentError(
                f"{act} costs {act.cost:g}, but {max(left, 0.0):g} is left"
            )

    def pay(self, act: Act, tick: int) -> None:
        """Take the cost of an act that was done in the step ``tick``."""
        before = self.standing
        spent, acts = before.spent + act.cost, before.acts + 1
        self.standing = before._replace(spent=spent, acts=acts, acted=tick)

    @property
    def left(self) -> float | None:
        """What is left of the budget; None without one."""
        budget = self.challenge.budget
        return None if budget is None else budget - self.standing.spent

    def guess(self, command: Guess, time: float) -> Guessed:
        """Take a guess, which is the only one."""
        value = float(command.value)
        self.standing = self.standing._replace(guess=value)
        return Guessed(time, value, value == self.hidden)

    # --- what is counted ----------------------------------------------------------

    def see(self, step: int, bath: QuantumBath, jumps: Iterable[Jumped]) -> None:
        """Count what is there after ``step`` steps, and the ``jumps`` of the last."""
        if not self._tallies or step > self.challenge.steps:
            return
        pairs = [(canonical_emoji(j.source), canonical_emoji(j.target)) for j in jumps]
        found = list(self.standing.seen)
        for i, tally in enumerate(self._tallies):
            if not tally.is_due(step):
                continue
            if tally.is_of_jumps:
                jumped = sum(pair == tally.wanted.names for pair in pairs)
                found[i] = found[i].and_jumps(jumped)
            else:
                found[i] = found[i].and_value(number_of(tally.wanted, bath))
        self.standing = self.standing._replace(seen=tuple(found))

    def score(self, inventory: Mapping[str, float]) -> float:
        """Return the score so far, given what was harvested of each emoji."""
        seen = zip(self._tallies, self.standing.seen, strict=True)
        return self._sum(inventory, (tally.points(each) for tally, each in seen))

    def _sum(
        self, inventory: Mapping[str, float], quantities: Iterable[float]
    ) -> float:
        goal, points = self.challenge.goal, 0.0
        for emoji in goal.harvested:
            points += inventory.get(emoji, 0.0)
        for worth in quantities:
            points += worth
        if goal.guessed is not None and self.is_right:
            points += goal.guessed
        return points - self.standing.spent

    def prospect(self, inventory: Mapping[str, float], bath: QuantumBath) -> float:
        """Return the score if what is looked at once, later, were as it is now."""
        return self._sum(inventory, self.prospects(bath))

    def prospects(self, bath: QuantumBath) -> list[float]:
        """Return the points of each quantity so far.

        Those of one that is looked at once, later, are of what it is now.
        """
        found = []
        for tally, seen in zip(self._tallies, self.standing.seen, strict=True):
            is_ahead = tally.is_of_one_look and seen.number == 0
            now = seen.and_value(number_of(tally.wanted, bath)) if is_ahead else seen
            found.append(tally.points(now))
        return found

    def is_reached(self, inventory: Mapping[str, float]) -> bool:
        """Return whether all that the goal asks for is so, as it stands."""
        return all(self.parts_reached(inventory))

    def parts_reached(self, inventory: Mapping[str, float]) -> list[bool]:
        """Return of each part of the goal, as :func:`.goal_lines` has them, if it is.

        Those of a span are of what was seen of it so far.
        """
        goal = self.challenge.goal
        found = [
            inventory.get(emoji, 0.0) >= least - ROUNDING
            for emoji, least in goal.harvested.items()
        ]
        found += [is_met for _, _, is_met in self.quantities]
        return found if goal.guessed is None else [*found, self.is_right]

    def stars(self, inventory: Mapping[str, float]) -> int:
        """Return how many stars it would earn if it ended as it stands."""
        is_reached = self.is_reached(inventory)
        return self.challenge.stars_of(self.score(inventory), is_reached=is_reached)

    @property
    def is_right(self) -> bool:
        """Whether the hidden number was guessed."""
        return self.hidden is not None and self.standing.guess == self.hidden

    @property
    def secret(self) -> frozenset[str]:
        """The emojis that the path of the hidden number names, until it is guessed.

        It is empty where there is nothing to hide. Whoever shows a world to its player
        leaves out what tells that number: what is between these emojis, and all that is
        worked out from the numbers of the biome.
        """
        hidden = self.challenge.hidden
        if hidden is None or self.standing.guess is not None:
            return frozenset()
        return frozenset(map(canonical_emoji, hidden.number.split(".")))

    @property
    def quantities(self) -> list[tuple[Tally, float | None, bool]]:
        """Each quantity of the goal, its value so far, and whether it is in bounds."""
        found = []
        for tally, seen in zip(self._tallies, self.standing.seen, strict=True):
            value, bound = tally.value(seen), tally.wanted.bound
            is_met = value is not None and bound is not None and bound.holds(value)
            found.append((tally, value, is_met))
        return found

    # --- how it is kept -----------------------------------------------------------

    def record(self) -> dict[str, Any]:
        """Return the standing as JSON-ready data."""
        plain = self.standing._asdict()
        return {**plain, "seen": [list(each) for each in self.standing.seen]}

    def resume(self, record: Mapping[str, Any]) -> None:
        """Go on from a standing that :meth:`record` told.

        Raises:
            LookupError, TypeError, ValueError: ``record`` is none of this challenge.
        """
        seen = tuple(Seen(int(c), *map(real, rest)) for c, *rest in record["seen"])
        if len(seen) != len(self._tallies):
            raise ValueError("it counts other quantities than the challenge")
        guess = None if record["guess"] is None else real(record["guess"])
        if not 0.0 <= real(record["spent"]) < math.inf:
            raise ValueError("no acts can have cost that")
        spent, acts = real(record["spent"]), int(record["acts"])
        self.standing = Standing(spent, acts, int(record["acted"]), guess, seen)


def begin(
    challenge: Challenge, baths: Mapping[str, QuantumBath], seed: int, dt: float
) -> Attempt:
    """Return the attempt that begins in a world, with its present state counted.

    Raises:
        ArgumentError: the world has several baths, or ticks of another length.
    """
    if len(baths) != 1 or dt != challenge.step:
        raise ArgumentError(
            f"A world of the challenge {challenge.name} must have one biome and ticks "
            f"of {challenge.step:g} s, but has {len(baths)} and ticks of {dt:g} s"
        )
    ((name, bath),) = baths.items()
    attempt = Attempt(challenge, name, seed)
    attempt.see(0, bath, ())
    return attempt


def hidden_number(challenge: Challenge, bath: str, seed: int) -> float | None:
    """Return the hidden number of an attempt, drawn from a stream of its own."""
    if challenge.hidden is None:
        return None
    values = challenge.hidden.values
    drawn = seeding.stream(seed, "hidden", bath).random()
    return values[min(int(drawn * len(values)), len(values) - 1)]
