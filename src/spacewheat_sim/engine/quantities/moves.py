"""What each number that authors write does to a biome's operators and its start."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.arrays import ComplexArray, IntArray
from spacewheat_sim.content.numbers.biome import OF_BIOME, RHYTHMS, BiomeNumbers, split
from spacewheat_sim.content.numbers.paths import with_number
from spacewheat_sim.content.resolved_icons import ResolvedIcon
from spacewheat_sim.content.terms import biome_terms
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.terms import JumpTerm
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.declared import Declared, declared_by
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.engine.rhythms import Rhythms
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.driving.driver import Driver

# Numbers on which operators or the start depend in no straight line.
CURVED = ("frequency", "period", "phase", "duty", "over", "chain")
# Steps of their differences, as a share of the number; of `over`, where a ramp has an
# edge, one within which no time is looked at.
SHARE, SHARE_OF_RAMPS = 1e-3, 1e-6
# Below this, a number is moved by as much as this one: its inverse is no double.
SMALLEST = 1e-290
# A step times the derivative, by values k steps away: (k, factor). Of what follows a
# number in a straight line two points do; of others some on both sides, or on one.
STRAIGHT = ((1.0, 1.0), (0.0, -1.0))
INWARD = ((-0.5, -2.0), (0.0, 2.0))
AROUND = ((1.0, 8 / 12), (-1.0, -8 / 12), (2.0, -1 / 12), (-2.0, 1 / 12))
AHEAD = (
    (0.0, -25 / 12),
    (1.0, 48 / 12),
    (2.0, -36 / 12),
    (3.0, 16 / 12),
    (4.0, -3 / 12),
)
BEHIND = tuple((-k, -factor) for k, factor in AHEAD)

# (source, target, when, unless, icon, kind, how many alike came before)
Key = tuple[int, int, int | None, int | None, int, str, int]


@dataclass(frozen=True)
class Move:
    """The derivative of the operators and the start by a number.

    Attributes:
        rows: Where H moves, (M,).
        columns: As above, (M,).
        energies: By how much, in rad/s for a unit of the number, (M,).
        channels: Channels and weights: the derivative of a rate is the weighted sum of
            all rates of its key.
        drivers: Drivers and weights, likewise of the energies that change with time.
        start: The derivative of ρ(0), (D, D), or None.
        moves_edges: Whether it moves the edges of a pulse.
        turning: Of a number that changes frequencies: (key of a channel, or None;
            driver; weight). The derivative of the rate or energy is weight · 2πt ·
            driver(t), with t in seconds: what turns faster is farther on the later it
            is.
    """

    rows: IntArray
    columns: IntArray
    energies: ComplexArray
    channels: tuple[tuple[Key, JumpTerm, float], ...]
    drivers: tuple[tuple[Driver, float], ...]
    start: ComplexArray | None = None
    moves_edges: bool = False
    turning: tuple[tuple[Key | None, Driver, float], ...] = ()


class _Point(NamedTuple):
    """What is declared at a value of a number; ρ(0) if that may follow it."""

    declared: Declared
    start: ComplexArray | None = None


class Moves:
    """Finds what the numbers of a biome do."""

    def __init__(self, biome: CompiledBiome, here: Problem) -> None:
        """Take a biome, and the same as a problem."""
        self._biome, self._here = biome, here
        self._numbers = BiomeNumbers(biome.biome, biome.registry)
        self._rhythms = Rhythms(biome.registry.rhythms)

    def of(self, path: str) -> Move:
        """Return what the number at ``path`` does.

        Energies, couplings, rates and layers enter in a straight line, so that one
        other value tells it exactly; of others, four do to 1e-10.

        Raises:
            UnknownNameError: there is no such number.
            ArgumentError: no other number may stand there.
        """
        value = self._numbers.get(path)
        step = _size(path, value)
        if is_curved(path):
            step *= SHARE_OF_RAMPS if _last(path) == "over" else SHARE
            stencils = [AHEAD, BEHIND]
            if not value - 2 * step < 0.0 <= value:  # else it may have to stay positive
                stencils.insert(0, AROUND)
        else:
            stencils = [STRAIGHT, INWARD]
        for stencil in stencils:
            try:
                points = [self._at(path, value, k * step) for k, _ in stencil]
            except ArgumentError:
                continue  # as a weight beyond 1 in a register
            factors = [factor / step for _, factor in stencil]
            if moves_period(path):
                return _turned(self._at(path, value, 0.0), points, factors)
            return _weighted(points, factors, self._here.operators)
        raise ArgumentError(f"{path} is {value:g}, and no other number may stand there")

    def _at(self, path: str, value: float, move: float) -> _Point:
        """Return what is declared where the number is moved, as far as it matters."""
        first, _ = split(path)
        if first not in (*OF_BIOME, RHYTHMS):
            return _Point(self._by_icon(path, value + move))
        biome, start = self._biome, None
        if move:
            biome = biome.with_(path, value + move)
        if first in ("initial", "markov"):
            start = Problem.of(biome).start if move else self._here.start
        return _Point(_of_operators(biome.operators), start)

    def _by_icon(self, path: str, value: float) -> Declared:
        """Return what an emoji's icons declare with another number in one of them."""
        first, rest = split(path)
        icon, resolved = self._numbers.icon(path), self._numbers.icons[first]
        changed = with_number(icon, rest, value, f"the icon of {first}")
        parts = tuple(
            (changed if part is icon else part, weight)
            for part, weight in resolved.parts
        )
        icons = {first: ResolvedIcon(resolved.emoji, parts)}
        biome = self._biome.biome
        terms = biome_terms(biome, icons.values())
        return declared_by(biome, icons, terms, self._rhythms)


def _size(path: str, value: float) -> float:
    """Return how large a number is, to be moved by a share of it.

    An angle is of the size of 1 rad however near to 0 it is: a share of it alone would
    be lost in rounding.
    """
    if _last(path) == "phase":
        return max(abs(value), 1.0)
    return max(abs(value), SMALLEST) if value else 1.0


def is_curved(path: str) -> bool:
    """Return whether operators or the start depend on a number in no straight line."""
    first, last = path.split(".", maxsplit=1)[0], _last(path)
    return last in CURVED or first in ("initial", "markov")


def bends_others(path: str) -> bool:
    """Return whether what other numbers do may depend on this one."""
    first, last = path.split(".", maxsplit=1)[0], _last(path)
    return is_curved(path) or first in ("layers", "rhythms") or last == "depth"


def moves_period(path: str) -> bool:
    """Return whether a number is how fast or how long a driver swings."""
    return _last(path) in ("frequency", "period")


def _last(path: str) -> str:
    return path.rsplit(".", maxsplit=1)[-1]


def keys_of(terms: Iterable[JumpTerm]) -> list[Key]:
    """Return what tells each channel from the others, however many are alike."""
    seen: Counter[tuple[int, int, int | None, int | None, int, str]] = Counter()
    found: list[Key] = []
    for term in terms:
        own = (*term.effect, term.icon, term.kind)
        found.append((*own, seen[own]))
        seen[own] += 1
    return found


def _weighted(
    points: Sequence[_Point], factors: Sequence[float], operators: BathOperators
) -> Move:
    """Return the weighted sum of what is declared at some points."""
    size = operators.dimension
    hamiltonian = sp.csr_array((size, size), dtype=np.complex128)
    channels: dict[tuple[Key, JumpTerm], float] = {}
    drivers: dict[Driver, float] = {}
    diagonal = np.zeros(size)
    start = None
    for point, factor in zip(points, factors, strict=True):
        declared = point.declared
        hamiltonian = hamiltonian + factor * declared.hamiltonian
        jumps = declared.jumps
        for own in zip(keys_of(jumps), jumps, strict=True):
            channels[own] = channels.get(own, 0.0) + factor
        for driver in declared.drivers:
            if driver.is_constant:
                diagonal[operators.states(driver.state)] += factor * driver(0.0)
            else:
                drivers[driver] = drivers.get(driver, 0.0) + factor
        if point.start is not None:
            share = factor * point.start
            start = share if start is None else start + share
    whole = sp.coo_array(hamiltonian + sp.diags_array(diagonal))
    rows, columns = whole.coords
    # What is the same at all points cancels but for rounding.
    faint = 1e-12 * max(map(abs, factors))
    return Move(
        rows.astype(np.int64),
        columns.astype(np.int64),
        whole.data,
        tuple((*own, f) for own, f in channels.items() if abs(f) > faint),
        tuple((own, f) for own, f in drivers.items() if abs(f) > faint),
        start,
        len({_pulses(point.declared) for point in points}) > 1,
    )


def _turned(here: _Point, points: Sequence[_Point], factors: Sequence[float]) -> Move:
    """Return what a number does that changes frequencies, and nothing else.

    A weighted sum of waves of other frequencies would be their derivative for some
    turns only.
    """
    declared = [point.declared for point in points]
    found: list[tuple[Key | None, Driver, float]] = []
    for place, own in enumerate(here.declared.drivers):
        others = (point.drivers[place].frequency for point in declared)
        found.append((None, own, _dot(factors, others)))
    jumps = here.declared.jumps
    for place, (key, term) in enumerate(zip(keys_of(jumps), jumps, strict=True)):
        if term.change:
            changes = (point.jumps[place].change for point in declared)
            others = (change.driver.frequency for change in changes if change)
            found.append((key, term.change.driver, _dot(factors, others)))
    nothing = np.zeros(0, dtype=np.int64)
    return Move(
        nothing,
        nothing,
        np.zeros(0, dtype=np.complex128),
        (),
        (),
        moves_edges=any(own.shape == "pulse" for _, own, by in found if by),
        turning=tuple(
            (key, replace(own, phase=own.phase + math.pi / 2), by)
            for key, own, by in found
            if by
        ),
    )


def _dot(factors: Sequence[float], values: Iterable[float]) -> float:
    return math.fsum(f * value for f, value in zip(factors, values, strict=True))


def _of_operators(operators: BathOperators) -> Declared:
    drivers = list(operators.whole_drive.energy_drivers)
    return Declared(operators.hamiltonian, list(operators.jumps), drivers)


def _pulses(declared: Declared) -> frozenset[tuple[float, float, float]]:
    """Return what the edges of all pulses depend on."""
    changes = [jump.change.driver for jump in declared.jumps if jump.change]
    return frozenset(
        (driver.frequency, driver.phase, driver.duty)
        for driver in (*declared.drivers, *changes)
        if driver.function is None and driver.shape == "pulse"
    )
