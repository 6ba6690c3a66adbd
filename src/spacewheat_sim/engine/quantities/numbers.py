"""Gradients by the numbers that authors write, from those by the operators."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from spacewheat_sim.arrays import FloatArray
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
        self._place = {key: place for place, key in enumerate(terms)}
        self._rates = gradient.rates.sum(axis=0)
        self._known: dict[Driver, FloatArray] = {}

    def by(self, moves: Mapping[str, Move]) -> dict[str, float]:
        """Return the derivative by each number, from what the numbers do.

        NaN where a number moves the edges of a pulse, of which the gradient knows
        nothing.
        """
        return {
            path: math.nan if move.moves_edges else self._by(move)
            for path, move in moves.items()
        }

    def _by(self, move: Move) -> float:
        gradient = self._gradient
        moved = gradient.hamiltonian[move.columns, move.rows] * move.energies
        found = float(moved.real.sum())
        for key, term, weight in move.channels:
            found += weight * self._by_rate(self._place[key], term)
        for driver, weight in move.drivers:
            states = self._operators.states(driver.state)
            sums = gradient.energies[:, states].sum(axis=1)
            found += weight * float(sums @ self._over_time(driver))
        if move.start is not None:
            found += float((gradient.initial.T * move.start).sum().real)
        return found

    def _by_rate(self, place: int, term: JumpTerm) -> float:
        if term.change is None:
            return term.rate * float(self._rates[place])
        constant = term.change.constant * float(self._rates[place])
        swing = self._over_time(term.change.driver)
        return constant + float(self._gradient.rates[:, place] @ swing)

    def _over_time(self, driver: Driver) -> FloatArray:
        """Return a driver's values at the nodes of the gradient, (Q,)."""
        found = self._known.get(driver)
        if found is None:
            found = driver.over(self._gradient.times)
            self._known[driver] = found
        return found
