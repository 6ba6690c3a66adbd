"""Gradients by the numbers that authors write, from those by the operators."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.terms import JumpTerm
from spacewheat_sim.engine.quantities.moves import Key, Move, keys_of
from spacewheat_sim.quantum.analysis.sensitivity import Gradient
from spacewheat_sim.quantum.driving.driver import Driver


def all_terms(operators: BathOperators, moves: Iterable[Move]) -> dict[Key, JumpTerm]:
    """Return the channels of ``operators``, then those that only ``moves`` have."""
    found = dict(zip(keys_of(operators.jumps), operators.jumps, strict=True))
    for move in moves:
        for key, term, _ in move.channels:
            found.setdefault(key, term)
    return found


class Changes:
    """What some numbers do to the operators and the start, as arrays of all of them."""

    def __init__(self, moves: Mapping[str, Move], terms: Iterable[Key]) -> None:
        """Take what each number does.

        Args:
            moves: By path.
            terms: The channels, in the order of a gradient.
        """
        self.paths = list(moves)
        self.lost = [move.moves_edges for move in moves.values()]
        place = {key: number for number, key in enumerate(terms)}
        sizes = [move.rows.size for move in moves.values()]
        self.owners = np.repeat(np.arange(len(sizes)), sizes)
        nothing = np.zeros(0, dtype=np.int64)
        self.rows = np.concatenate([nothing, *(m.rows for m in moves.values())])
        self.columns = np.concatenate([nothing, *(m.columns for m in moves.values())])
        self.energies = np.concatenate([nothing, *(m.energies for m in moves.values())])
        constant: list[tuple[int, int, float]] = []
        self.swings: list[tuple[int, int, float, Driver]] = []
        self.drivers: list[tuple[int, float, Driver]] = []
        self.turning: list[tuple[int, int | None, float, Driver]] = []
        starts: list[tuple[int, ComplexArray]] = []
        for owner, move in enumerate(moves.values()):
            for key, term, weight in move.channels:
                rate = term.change.constant if term.change else term.rate
                constant.append((owner, place[key], weight * rate))
                if term.change:
                    own = owner, place[key], weight, term.change.driver
                    self.swings.append(own)
            self.drivers += [(owner, weight, own) for own, weight in move.drivers]
            for own_key, driver, weight in move.turning:
                number = None if own_key is None else place[own_key]
                self.turning.append((owner, number, weight, driver))
            if move.start is not None:
                starts.append((owner, move.start))
        self.rate_owners = np.array([own[0] for own in constant], dtype=np.int64)
        self.places = np.array([own[1] for own in constant], dtype=np.int64)
        self.rates = np.array([own[2] for own in constant])
        self.start_owners = np.array([own for own, _ in starts], dtype=np.int64)
        flat = np.array([start.ravel() for _, start in starts], dtype=np.complex128)
        # Most starts move populations alone.
        self.moving = np.flatnonzero(flat.any(axis=0)) if starts else nothing
        self.starts = flat[:, self.moving] if starts else flat.reshape(0, 0)


class Derivatives:
    """The derivatives by numbers that a gradient by operators tells."""

    def __init__(
        self, gradient: Gradient, operators: BathOperators, terms: Iterable[Key]
    ) -> None:
        """Take a gradient.

        Args:
            gradient: By H, the rates of ``terms``, the energies and the start.
            operators: Those of the biome.
            terms: Its channels, in the order of the gradient.
        """
        self._gradient, self._operators = gradient, operators
        self._terms = tuple(terms)
        self._known: dict[Driver, FloatArray] = {}

    def by(self, moves: Mapping[str, Move]) -> dict[str, float]:
        """Return the derivative by each number, from what the numbers do.

        NaN where a number moves the edges of a pulse, of which the gradient knows
        nothing.
        """
        return self.of(Changes(moves, self._terms))

    def of(self, changes: Changes) -> dict[str, float]:
        """Return :meth:`by` of numbers whose changes are known."""
        gradient, count = self._gradient, len(changes.paths)
        moved = gradient.hamiltonian[changes.columns, changes.rows] * changes.energies
        rates = gradient.rates.sum(axis=0)[changes.places] * changes.rates
        found = np.zeros(count)
        for owners, parts in (
            (changes.owners, moved.real),
            (changes.rate_owners, rates),
        ):
            found += np.bincount(owners, parts, minlength=count).astype(np.float64)
        for owner, place, weight, driver in changes.swings:
            swing = self._over_time(driver)
            found[owner] += weight * float(gradient.rates[:, place] @ swing)
        for owner, weight, driver in changes.drivers:
            sums = self._of_energy(driver)
            found[owner] += weight * float(sums @ self._over_time(driver))
        for owner, place_or_none, weight, driver in changes.turning:
            if place_or_none is None:
                sums = self._of_energy(driver)
            else:
                sums = gradient.rates[:, place_or_none]
            turns = 2.0 * math.pi * gradient.times * self._over_time(driver)
            found[owner] += weight * float(sums @ turns)
        initial = gradient.initial.T.ravel()[changes.moving]
        found[changes.start_owners] += (changes.starts @ initial).real
        found[changes.lost] = math.nan
        return dict(zip(changes.paths, found.tolist(), strict=True))

    def _of_energy(self, driver: Driver) -> FloatArray:
        """Return the gradient by the energy that a driver moves, at the nodes, (Q,)."""
        states = self._operators.states(driver.state)
        sums: FloatArray = self._gradient.energies[:, states].sum(axis=1)
        return sums

    def _over_time(self, driver: Driver) -> FloatArray:
        """Return a driver's values at the nodes of the gradient, (Q,)."""
        found = self._known.get(driver)
        if found is None:
            found = driver.over(self._gradient.times)
            self._known[driver] = found
        return found
