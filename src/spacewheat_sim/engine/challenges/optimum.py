"""The best that can be done in a challenge whose jumps are seen, and the way to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.engine.analysis.static import static_bath_of
from spacewheat_sim.engine.challenges.act_operators import act_operators
from spacewheat_sim.engine.challenges.attempt import ROUNDING
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.tally import Tally
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.analysis.acting.acts import waiting
from spacewheat_sim.quantum.analysis.acting.optimum import Choice, Optimum
from spacewheat_sim.quantum.analysis.acting.wait import Wait, find_wait
from spacewheat_sim.quantum.analysis.static_bath import StaticBath

# Kets that are kept, and what may be wrong with a step of waiting.
MOST_KETS, DEFECT = 3000, 1e-11
# Ages of a landing at which plans are looked for. With fewer, plans that are best for a
# short while after a landing are missed, though the integrals are exact.
AGES = (8, 16, 32, 64)
MOST_ACCOUNTS = 64
MOST_STATES = 24


@dataclass(frozen=True)
class BestPlay:
    """The best that can be done in a challenge.

    Attributes:
        value: The mean score that its plan reaches.
        bound: What no policy exceeds on average; the value itself, but for rounding,
            where all kets that can come up were kept.
        spent: What is spent in each account of the plan, (A,).
    """

    value: float
    bound: float
    spent: FloatArray
    optimum: Optimum

    def choose(self, ket: ComplexArray, spent: float, left: int) -> Choice:
        """Return what is best on ``ket`` (N,), with ``left`` steps to go."""
        account = int(np.argmin(np.abs(self.spent - spent)))
        return self.optimum.choose(ket, account, left)


def best_play(compiled: CompiledChallenge, most_kets: int = MOST_KETS) -> BestPlay:
    """Return the best that can be done, by value iteration.

    A ket is known to who sees all jumps: from the last landing, its age, and what was
    done since.

    Raises:
        ArgumentError: jumps are not seen, energies or rates depend on time, or edits or
            a hidden number change them; the biome is a register, or has more than 24
            emojis, or changes too much in a step; or the goal asks for what is no sum
            over the steps.
    """
    _check(compiled)
    challenge, operators = compiled.challenge, compiled.biome.operators
    bath = static_bath_of(operators, "optimum")
    spent = _accounts(challenge)
    wait = _wait(bath, challenge)
    acts = [waiting(operators.dimension, spent.size)]
    acts += [act_operators(move, compiled, spent) for move in challenge.moves[1:]]
    start = compiled.biome.bath(0).state
    found = Optimum(start, wait, acts, _seen(compiled), spent.size, most_kets)
    return BestPlay(float(found.lower[0]), float(found.upper[0]), spent, found)


def known_optimum(compiled: CompiledChallenge) -> BestPlay | None:
    """Return :func:`best_play`, or None where it cannot be found."""
    try:
        return best_play(compiled)
    except ArgumentError:
        return None


def _check(compiled: CompiledChallenge) -> None:
    challenge, operators = compiled.challenge, compiled.biome.operators
    name = challenge.name
    reasons = [
        (challenge.sees != "jumps", "its jumps are not seen"),
        (challenge.hidden is not None, "it has a hidden number"),
        (bool(operators.qubits), "its biome is a register"),
        (
            compiled.biome.options().method != "trajectory",
            "its biome does not evolve by jumps",
        ),
        (
            operators.dimension > MOST_STATES,
            f"its biome has more than {MOST_STATES} emojis",
        ),
    ]
    reasons += [
        (act.kind in ("edit", "weight"), f"{act} changes its biome")
        for act in challenge.acts
    ]
    reasons += [
        (
            wanted.kind != "population" or wanted.statistic not in ("mean", "value"),
            f"the {wanted.statistic} of its {wanted.kind} is no sum over the steps",
        )
        for wanted in challenge.goal.quantities
    ]
    reasons += [
        (
            wanted.bound is not None and wanted.bound.near is not None,
            f"being near a {wanted.kind} is no sum over the steps",
        )
        for wanted in challenge.goal.quantities
    ]
    for holds, reason in reasons:
        if holds:
            raise ArgumentError(
                f"The optimum of {name} is not known: {reason}. It is found where "
                "jumps are seen, nothing depends on time, and the goal asks for "
                "harvests or for the value or the mean of a population"
            )


def _wait(bath: StaticBath, challenge: Challenge) -> Wait:
    """Return a step of waiting, by as many ages as it takes.

    Raises:
        ArgumentError: more would be needed than are taken.
    """
    for nodes in AGES:
        found = find_wait(bath, challenge.step, nodes)
        if found.defect() < DEFECT:
            return found
    raise ArgumentError(
        f"The optimum of {challenge.name} is not known: in a step of "
        f"{challenge.step:g} s its biome changes too much; shorten `step`"
    )


def _accounts(challenge: Challenge) -> FloatArray:
    """Return what can have been spent at any time, if there is a budget, (A,)."""
    if challenge.budget is None:
        return np.zeros(1)
    costs = sorted({act.cost for act in challenge.acts if act.cost > 0.0})
    known, fresh = [0.0], [0.0]
    while fresh:
        reached = {
            round(spent + cost, 9)
            for spent in fresh
            for cost in costs
            if spent + cost <= challenge.budget + ROUNDING
        }
        fresh = sorted(reached - set(known))
        known += fresh
        if len(known) > MOST_ACCOUNTS:
            raise ArgumentError(
                f"The optimum of {challenge.name} is not known: the budget can be "
                f"spent in more than {MOST_ACCOUNTS} amounts"
            )
    return np.array(sorted(known))


def _seen(compiled: CompiledChallenge) -> ComplexArray:
    """Return what populations are worth before each step and after, (T + 1, N, N)."""
    challenge, operators = compiled.challenge, compiled.biome.operators
    n, steps = operators.dimension, challenge.steps
    found = np.zeros((steps + 1, n, n), dtype=np.complex128)
    for wanted in challenge.goal.quantities:
        tally = Tally(wanted, steps, challenge.step)
        state = operators.index(wanted.names[0])
        share = wanted.points(1.0) / (tally.last - tally.first + 1)
        found[tally.first : tally.last + 1, state, state] += share
    return found
