"""Gradients by the numbers that authors write, from those by the operators."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.terms import JumpTerm
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.analysis.sensitivity import Gradient

# Numbers on which operators or the start depend in no straight line.
CURVED = ("frequency", "period", "phase", "duty", "over", "chain")
# Steps of their differences, as a share of the number.
SHARE = 1e-3
# The derivative by values k steps away, times 12 steps: both sides of it, or one.
AROUND = ((1, 8.0), (-1, -8.0), (2, -1.0), (-2, 1.0))
AHEAD = ((0, -25.0), (1, 48.0), (2, -36.0), (3, 16.0), (4, -3.0))
BEHIND = tuple((-k, -factor) for k, factor in AHEAD)

Key = tuple[int, int, int | None, int | None, int, str, int]


@dataclass(frozen=True)
class Neighbor:
    """A biome with one number moved, and what it weighs in the derivative by it."""

    problem: Problem
    weight: float


def neighbors(biome: CompiledBiome, here: Problem, path: str) -> list[Neighbor]:
    """Return biomes whose weighted sum is the derivative by the number at ``path``.

    Energies, couplings, rates and weights enter the operators in a straight line, so
    that one other biome gives the derivative exactly; of others, four do to 1e-10.

    Args:
        biome: The biome.
        here: The same, as it is.
        path: The number's.

    Raises:
        UnknownNameError: there is no such number.
        ArgumentError: no other number may stand there.
    """
    value = biome.number(path)
    if _is_of_absent(biome, path):
        return []
    if not is_curved(path):
        step = abs(value) or 1.0
        for move in (step, -step / 2):
            try:
                operators = biome.with_(path, value + move).operators
            except ArgumentError:
                continue
            other = Problem(operators, here.start)
            return [Neighbor(other, 1 / move), Neighbor(here, -1 / move)]
        raise ArgumentError(f"{path} is {value:g}, and no other number may stand there")
    step = SHARE * (abs(value) or 1.0)
    stencils = [AHEAD, BEHIND]
    if not value - 2 * step < 0.0 <= value:  # else it may have to stay positive
        stencils.insert(0, AROUND)
    for stencil in stencils:
        try:
            return [
                Neighbor(
                    Problem.of(biome.with_(path, value + k * step)) if k else here,
                    factor / (12 * step),
                )
                for k, factor in stencil
            ]
        except ArgumentError:
            continue  # as a weight beyond 1 in a register
    raise ArgumentError(f"{path} is {value:g}, and no number beside it may stand there")


def _is_of_absent(biome: CompiledBiome, path: str) -> bool:
    """Return whether a number is of a term whose partner is not in the biome."""
    parts = path.split(".")
    return (
        len(parts) > 2
        and parts[1] in ("couplings", "transfers_to", "transfers_from")
        and parts[2] not in biome.biome.emoji_keys
    )


def is_curved(path: str) -> bool:
    """Return whether operators or the start depend on a number in no straight line."""
    first, last = path.split(".", maxsplit=1)[0], path.rsplit(".", maxsplit=1)[-1]
    return last in CURVED or first in ("initial", "markov")


def bends_others(path: str) -> bool:
    """Return whether what other numbers do may depend on this one."""
    first, last = path.split(".", maxsplit=1)[0], path.rsplit(".", maxsplit=1)[-1]
    return is_curved(path) or first in ("layers", "rhythms") or last == "depth"


def moves_period(path: str) -> bool:
    """Return whether a number is how fast or how long a driver swings."""
    return path.rsplit(".", maxsplit=1)[-1] in ("frequency", "period")


def all_terms(
    operators: BathOperators, others: Sequence[BathOperators]
) -> list[JumpTerm]:
    """Return the channels of ``operators``, then those that only ``others`` have."""
    known = dict.fromkeys(_keys(operators.jumps))
    terms = list(operators.jumps)
    for other in others:
        for key, term in zip(_keys(other.jumps), other.jumps, strict=True):
            if key not in known:
                known[key] = None
                terms.append(term)
    return terms


def derivatives(
    gradient: Gradient,
    problem: Problem,
    found: Mapping[str, Sequence[Neighbor]],
    order: dict[Key, int],
) -> dict[str, float]:
    """Return the derivative by each number, whose neighbors are given.

    NaN where a number moves the edges of a pulse, of which the gradient knows nothing.
    """
    edges = _pulses(problem.operators)
    pair = _pairing(gradient, problem, order)
    slopes = {}
    for path, own in found.items():
        moved = any(_pulses(each.problem.operators) != edges for each in own)
        slope = sum(each.weight * pair(each.problem) for each in own)
        slopes[path] = math.nan if moved else float(slope)
    return slopes


def channel_order(
    operators: BathOperators, others: Sequence[BathOperators]
) -> dict[Key, int]:
    """Return the place of each channel in :func:`all_terms`."""
    found: dict[Key, int] = {}
    for each in (operators, *others):
        for key in _keys(each.jumps):
            found.setdefault(key, len(found))
    return found


def _pairing(
    gradient: Gradient, problem: Problem, order: dict[Key, int]
) -> Callable[[Problem], float]:
    """Return other ↦ the linear part of J(other) − J(problem)."""
    here, times = problem.operators, gradient.times
    total = gradient.rates.sum(axis=0)
    static = gradient.hamiltonian.T
    base = _rates(here, order, times)
    energies = {here.whole_drive.energy_drivers: _energies(here, times)}
    first = energies[here.whole_drive.energy_drivers]

    def pair(other: Problem) -> float:
        own = other.operators
        change = (own.hamiltonian - here.hamiltonian).tocoo()
        rows, columns = change.coords
        found = float((static[rows, columns] * change.data).real.sum())
        moved = _rates(own, order, times) - base
        if len(moved) == 1:
            found += float(total @ moved[0])
        else:
            found += float(np.sum(gradient.rates * moved))
        drivers = own.whole_drive.energy_drivers
        if drivers not in energies:
            energies[drivers] = _energies(own, times)
        if energies[drivers] is not first:
            found += float(np.sum(gradient.energies * (energies[drivers] - first)))
        if other.start is not problem.start:
            start = other.start - problem.start
            found += float(np.sum(gradient.initial.T * start).real)
        return found

    return pair


def _rates(
    operators: BathOperators, order: dict[Key, int], times: FloatArray
) -> FloatArray:
    """Return the rates of all channels at ``times`` (Q, K); (1, K) if none changes."""
    terms = list(zip(_keys(operators.jumps), operators.jumps, strict=True))
    count = times.size if operators.drive.rate_drivers else 1
    found = np.zeros((count, len(order)))
    for key, term in terms:
        if term.change is None:
            found[:, order[key]] = term.rate
        else:
            found[:, order[key]] = [term.rate_at(time) for time in times.tolist()]
    return found


def _energies(operators: BathOperators, times: FloatArray) -> FloatArray:
    """Return the driven energies of all states at ``times`` (Q,), (Q, D)."""
    found = np.zeros((times.size, operators.dimension))
    for driver in operators.whole_drive.energy_drivers:
        energies = np.array([driver(time) for time in times.tolist()])
        found[:, operators.states(driver.state)] += energies[:, None]
    return found


def _pulses(operators: BathOperators) -> set[tuple[float, float, float]]:
    """Return what the edges of all pulses depend on."""
    return {
        (driver.frequency, driver.phase, driver.duty)
        for driver in operators.whole_drive.drivers
        if driver.function is None and driver.shape == "pulse"
    }


def _keys(terms: Sequence[JumpTerm]) -> list[Key]:
    """Return what tells each channel from the others, however many are alike."""
    seen: Counter[tuple[int, int, int | None, int | None, int, str]] = Counter()
    found: list[Key] = []
    for term in terms:
        gates = term.when, term.unless
        own = (term.source, term.target, *gates, term.icon, term.kind)
        found.append((*own, seen[own]))
        seen[own] += 1
    return found
