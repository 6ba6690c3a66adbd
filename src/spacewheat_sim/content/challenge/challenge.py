"""A challenge: a biome, a time, what may be done, at what cost, and to what end."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, Strict

from spacewheat_sim.content.challenge.act import Act, act_violations
from spacewheat_sim.content.challenge.goal import Goal, goal_violations, is_whole
from spacewheat_sim.content.fields import Number, SchemaVersion, Text
from spacewheat_sim.content.model import ContentModel, Rule, Violation

Sees = Literal["populations", "axes", "jumps"]
# What a log of one attempt, and a table of all its steps, can hold.
MOST_STEPS = 1_000_000
HARDEST = 5
Positive = Annotated[Number, Field(gt=0)]


@dataclass(frozen=True, slots=True)
class Move:
    """What is done in one step: nothing, or an act, with its value if it has one.

    Attributes:
        act: The act; None to wait.
        value: Of an edit, a weight or a guess.
    """

    act: Act | None = None
    value: float | None = None

    @property
    def cost(self) -> float:
        """What it costs."""
        return 0.0 if self.act is None else self.act.cost

    def __str__(self) -> str:
        if self.act is None:
            return "wait"
        return str(self.act) if self.value is None else f"{self.act} = {self.value:g}"


class Hidden(ContentModel):
    """A number that is drawn anew in every attempt, and not told.

    Attributes:
        number: Its path in the biome, such as ``🐺.transfers_from.🐇``.
        values: What it may be, each as likely as the others.
    """

    number: Text
    values: Annotated[tuple[Number, ...], Field(min_length=2, max_length=100)]


def _steps(challenge: ChallengeFile) -> Iterator[Violation]:
    ratio = challenge.seconds / challenge.step
    if not is_whole(ratio) or not 1 <= round(ratio) <= MOST_STEPS:
        yield Violation(
            ("step",),
            f"{challenge.seconds:g} s are {ratio:g} steps",
            f"a step of which `seconds` is a whole number, 1 to {MOST_STEPS:,}",
        )


def _acts(challenge: ChallengeFile) -> Iterator[Violation]:
    first: dict[Act, int] = {}
    for position, act in enumerate(challenge.acts):
        for found in act_violations(act):
            yield replace(found, key_path=("acts", position, *found.key_path))
        same = act.model_copy(update={"cost": 0.0, "levels": 2})
        earlier = first.setdefault(same, position)
        if earlier != position:
            yield Violation(
                ("acts", position),
                "the act is there already",
                "each act once",
                first=("acts", earlier),
            )


def _goal(challenge: ChallengeFile) -> Iterator[Violation]:
    if not math.isfinite(challenge.seconds / challenge.step):
        return  # no step of it could be told from another
    for found in goal_violations(challenge.goal, challenge.steps, challenge.step):
        yield replace(found, key_path=("goal", *found.key_path))


def _stars(challenge: ChallengeFile) -> Iterator[Violation]:
    if not challenge.stars[0] < challenge.stars[1] < challenge.stars[2]:
        yield Violation(("stars",), "the stars do not rise", "three rising scores")


def _guess(challenge: ChallengeFile) -> Iterator[Violation]:
    guesses = [act for act in challenge.acts if act.guess]
    given = (challenge.hidden is not None, bool(guesses), challenge.goal.guessed)
    if any(given) and not all(given):
        yield Violation(
            (),
            "a hidden number, an act to guess it and points for it belong together",
            "`hidden`, `{guess: true}` among `acts`, and `guessed` of `goal`",
        )
    hidden = challenge.hidden
    if hidden is not None and len(set(hidden.values)) < len(hidden.values):
        yield Violation(("hidden", "values"), "a value appears twice", "each once")


def _unpayable(challenge: ChallengeFile) -> Iterator[Violation]:
    for position, act in enumerate(challenge.acts):
        if challenge.budget is not None and act.cost > challenge.budget:
            yield Violation(
                ("acts", position, "cost"),
                f"it can never be paid: the budget is {challenge.budget:g}",
                "a cost within the budget",
            )


CHALLENGE_RULES = (
    Rule("steps", ("seconds", "step"), _steps),
    Rule("act", ("acts",), _acts),
    Rule("goal", ("seconds", "step", "goal"), _goal),
    Rule("stars", ("stars",), _stars),
    Rule("guess", ("acts", "goal", "hidden"), _guess),
    Rule("unpayable", ("acts", "budget"), _unpayable),
)


class ChallengeFile(ContentModel):
    """The content of a file ``biomes/challenges/*.yaml``.

    Attributes:
        name: Its name.
        description: What is to be done, and how it may be.
        biome: Name of the biome, or its path from the file's folder.
        seconds: How long it lasts, in s of game time.
        step: Seconds between two acts; ``seconds`` is a whole number of them.
        budget: What all acts together may cost; None for no limit.
        acts: What may be done.
        goal: What is asked for.
        stars: The scores that earn one, two and three stars, once the goal is reached.
        sees: What a player or an agent may observe.
        level: How hard it is, 1 easy to 5 hard; lists are in this order.
        takes: What it takes, in a few words.
        hidden: A number that is drawn anew in every attempt.
    """

    rules: ClassVar[tuple[Rule, ...]] = CHALLENGE_RULES

    schema_version: Annotated[SchemaVersion, Field(alias="schema")]
    name: Text
    description: Annotated[str, Strict()] = ""
    biome: Text
    seconds: Positive
    step: Positive
    budget: Annotated[Number, Field(ge=0)] | None = None
    acts: Annotated[tuple[Act, ...], Field(min_length=1)]
    goal: Goal
    stars: tuple[Number, Number, Number]
    sees: Sees = "populations"
    hidden: Hidden | None = None
    level: Annotated[int, Field(strict=True, ge=1, le=HARDEST)] | None = None
    takes: Annotated[str, Strict()] = ""

    @property
    def place(self) -> int:
        """Its place in lists from easy to hard: its level, after 5 if it has none."""
        return HARDEST + 1 if self.level is None else self.level

    @property
    def hardness(self) -> str:
        """Level, and what it takes, in words; "" where neither is told."""
        level = "" if self.level is None else f"Level {self.level} of {HARDEST}"
        if not self.takes:
            return level
        return f"{level}: it takes {self.takes}" if level else f"It takes {self.takes}"

    @property
    def steps(self) -> int:
        """How many steps it lasts."""
        return round(self.seconds / self.step)


class Challenge(ChallengeFile):
    """A challenge, with its key and its file.

    Attributes:
        key: The name by which it is loaded: its file's stem. Empty if made in Python.
        source: Its file, or None if made in Python.
    """

    schema_version: Annotated[SchemaVersion, Field(alias="schema")] = 1
    key: str = ""
    source: Annotated[Path | None, Field(exclude=True, repr=False)] = None

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """What a program chooses from in each step: first to wait, then every act.

        An act with bounds is one move for each of its ``levels``, a guess one for each
        value that the hidden number may have.
        """
        found = [Move()]
        for act in self.acts:
            values = act.values
            if act.guess and self.hidden is not None:
                values = self.hidden.values
            found += [Move(act, value) for value in values] or [Move(act)]
        return tuple(found)

    def stars_of(self, score: float, *, is_reached: bool) -> int:
        """Return how many stars a score earns, 0 to 3; without the goal reached 0."""
        return sum(score >= threshold for threshold in self.stars) * is_reached
