"""How likely histories are as a function of free numbers, with exact gradients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.engine.analysis.static import static_bath_of
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.terms import JumpTerm
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.moves import Key, Move, Moves, bends_others
from spacewheat_sim.engine.quantities.numbers import Derivatives, all_terms
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.engine.shaping.free_numbers import FreeNumbers
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.analysis.histories.followed import Followed, Pieces, Wanted
from spacewheat_sim.quantum.analysis.histories.likelihood import (
    Waits,
    likelihood_gradient,
    log_likelihood,
)
from spacewheat_sim.quantum.analysis.sensitivity import Gradient
from spacewheat_sim.quantum.jumps import Jumps

# Numbers that are how long a rhythm takes.
LENGTHS = ("frequency", "period", "over")
# Why some numbers cannot be learned.
BEGINNING = "jumps tell what moves a biome, not where it began"
LENGTH = (
    "how long a rhythm takes has many values nearly as likely, close to each other, "
    "and no search would tell the best from the next"
)
EDGE = "how the likelihood follows the edges of a pulse is not known"


class _Evaluated(NamedTuple):
    """ln P of some numbers, with all that its gradient takes.

    Attributes:
        value: ln P.
        gradients: The parts of its gradient, which are found as they are asked for.
        operators: Of the biome with these numbers.
        moves: What each number moves.
        terms: By whose rates the gradient is.
    """

    value: float
    gradients: Iterator[Gradient]
    operators: BathOperators
    moves: Mapping[str, Move]
    terms: Mapping[Key, JumpTerm]


class Likelihood:
    """−ln P per wait as a function of u, with its gradient.

    Attributes:
        numbers: What u moves.
        pieces: The histories.
        kets: The kets that they may begin in, (S, N).
    """

    def __init__(self, numbers: FreeNumbers, pieces: Pieces) -> None:
        """Take numbers and histories."""
        self.numbers, self.pieces = numbers, pieces
        self.kets = kets_of(numbers.biome)
        self._moves = self._moved(numbers.biome)

    @property
    def jumps(self) -> int:
        """How many waits ended in a jump."""
        return int(self.pieces.ended.size)

    def value(self, u: FloatArray) -> float:
        """Return −ln P per wait at ``u``."""
        likely = self._evaluated(u).value
        return -likely / self.jumps if np.isfinite(likely) else np.inf

    def at(self, u: FloatArray) -> tuple[float, FloatArray]:
        """Return −ln P and its gradient by ``u``, per wait."""
        found = self._evaluated(u)
        if not np.isfinite(found.value):
            return np.inf, np.zeros(u.size)
        row = np.zeros(u.size)
        for gradient in found.gradients:
            slopes = Derivatives(gradient, found.operators, found.terms).by(found.moves)
            row += np.array([slopes[path] for path in self.numbers.paths])
        return -found.value / self.jumps, -row * self.numbers.slopes(u) / self.jumps

    def _evaluated(self, u: FloatArray) -> _Evaluated:
        biome = self.numbers.applied(self.numbers.at(u))
        operators = biome.operators
        moves = self._moves
        if any(map(bends_others, self.numbers.paths)):
            moves = self._moved(biome)
        terms = all_terms(operators, moves.values())
        static = operators.drive.is_static and not operators.qubits
        if static and len(terms) == len(operators.jumps):  # tables tell all
            value, gradients = _tabulated(operators, self.pieces)
        else:
            value, gradients = self._followed(operators, moves, terms)
        return _Evaluated(value, gradients, operators, moves, terms)

    def _moved(self, biome: CompiledBiome) -> dict[str, Move]:
        moves = Moves(biome, Problem.of(biome))
        return {path: moves.of(path) for path in self.numbers.paths}

    def _followed(
        self,
        operators: BathOperators,
        moves: Mapping[str, Move],
        terms: Mapping[Key, JumpTerm],
    ) -> tuple[float, Iterator[Gradient]]:
        jumps = JumpRates(operators, self.pieces, tuple(terms.values()))
        if not jumps.are_possible:
            return -np.inf, iter(())
        followed = Followed(
            operators.generator, operators.drive, self.pieces, self.kets
        )
        value = jumps.log_likelihood + 2 * followed.logarithm

        def gradients() -> Iterator[Gradient]:
            channels = Jumps.of((*operators.entries(t), 0.0) for t in terms.values())
            wanted = _wanted(operators, moves)
            yield from followed.slopes(channels, wanted)
            yield jumps.gradient()

        return value, gradients()


class JumpRates:
    """Σ ln γ(t) of the jumps of histories, all alike taken together, and its gradient.

    Jumps are alike that do the same to every ket: no log need tell them apart.

    Attributes:
        times: When each jump came, in s, (n,).
        rates: γ(t) of all that are alike, in 1/s, (n,).
    """

    def __init__(
        self, operators: BathOperators, pieces: Pieces, terms: tuple[JumpTerm, ...]
    ) -> None:
        """Take what the jumps at the ends of ``pieces`` may be of."""
        ended = pieces.ended
        self._size, self._terms = operators.dimension, terms
        self.times = pieces.begins[ended] + pieces.times[ended]
        own = pieces.operators[ended]
        self._alike: list[tuple[IndexArray, list[int]]] = []
        self.rates = np.zeros(ended.size)
        for first in np.unique(own).tolist():
            places = np.flatnonzero(own == first)
            effect = terms[first].effect
            alike = [k for k, term in enumerate(terms) if term.effect == effect]
            self._alike.append((places, alike))
            for k in alike:
                self.rates[places] += terms[k].rates_over(self.times[places])

    @property
    def are_possible(self) -> bool:
        """Whether none of them has the rate 0."""
        return bool((self.rates > 0.0).all())

    @property
    def log_likelihood(self) -> float:
        """Σ ln γ(t)."""
        return float(np.log(self.rates).sum())

    def gradient(self) -> Gradient:
        """Return the gradient by the rates of all terms."""
        n = self._size
        changing = [
            places
            for places, alike in self._alike
            if any(self._terms[k].change for k in alike)
        ]
        kept = np.concatenate([np.empty(0, dtype=np.intp), *changing])
        row_of = np.full(self.times.size, kept.size)
        row_of[kept] = np.arange(kept.size)
        rates = np.zeros((kept.size + 1, len(self._terms)))
        for places, alike in self._alike:
            for k in alike:
                np.add.at(rates[:, k], row_of[places], 1.0 / self.rates[places])
        nothing = np.zeros((n, n), dtype=np.complex128)
        times = np.append(self.times[kept], 0.0)
        return Gradient(nothing, nothing, times, np.zeros((times.size, n)), rates)


def check_learnable(numbers: FreeNumbers) -> None:
    """Refuse numbers on which a likelihood does not depend, or in no way that is known.

    Raises:
        ArgumentError: one of them is such.
    """
    moves = Moves(numbers.biome, Problem.of(numbers.biome))
    refused: dict[str, list[str]] = {}
    for path in numbers.paths:
        first, last = path.split(".")[0], path.rsplit(".", maxsplit=1)[-1]
        if first == "initial":
            refused.setdefault(BEGINNING, []).append(path)
        elif last in LENGTHS:
            refused.setdefault(LENGTH, []).append(path)
        elif moves.of(path).moves_edges:
            refused.setdefault(EDGE, []).append(path)
    for why, paths in refused.items():
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        raise ArgumentError(
            f"{paths[0]}{more} cannot be learned: {why}. Leave such numbers out of "
            "what is free"
        )
    drivers = numbers.biome.operators.whole_drive.drivers
    functions = [driver.called for driver in drivers if driver.function is not None]
    if functions:
        raise ArgumentError(
            f"A function of time says what {', '.join(functions)} does, and nothing is "
            "known of how a function goes on: give it a shape, such as cosine"
        )


def kets_of(biome: CompiledBiome) -> ComplexArray:
    """Return the kets that a history of a biome may begin in, (S, N)."""
    if biome.operators.qubits:
        bath = biome.bath(seed=0, method="trajectory")
        return np.array([bath.amplitudes])
    return np.eye(biome.operators.dimension, dtype=np.complex128)


def _tabulated(
    operators: BathOperators, pieces: Pieces
) -> tuple[float, Iterator[Gradient]]:
    bath = static_bath_of(operators, "likelihood")
    waits = _waits(operators, pieces)
    value = log_likelihood(bath, waits)

    def gradients() -> Iterator[Gradient]:
        found = likelihood_gradient(bath, waits)
        nothing = np.zeros((bath.size, bath.size), dtype=np.complex128)
        yield Gradient(
            found.hamiltonian,
            nothing,
            np.zeros(1),
            np.zeros((1, bath.size)),
            found.rates[None, :],
        )

    return value, gradients()


def _waits(operators: BathOperators, pieces: Pieces) -> Waits:
    """Return the histories of a static level biome as waits that know no order."""
    jumps, is_ended = operators.generator.jumps, pieces.operators >= 0
    own = pieces.operators[is_ended]
    return Waits(
        pieces.starts[is_ended],
        jumps.sources[own].astype(np.int64),
        jumps.targets[own].astype(np.int64),
        pieces.times[is_ended],
        pieces.starts[~is_ended],
        pieces.times[~is_ended],
    )


def _wanted(operators: BathOperators, moves: Mapping[str, Move]) -> Wanted:
    """Return where ``moves`` move B, and whose diagonal they let change with time."""
    entries = [
        (i, j)
        for move in moves.values()
        for i, j in zip(move.rows.tolist(), move.columns.tolist(), strict=True)
    ]
    states = [
        state
        for move in moves.values()
        for driver, _ in move.drivers
        for state in operators.states(driver.state).tolist()
    ]
    changing = [t for m in moves.values() for _, t, _ in m.channels if t.change]
    for term in changing:
        states += operators.entries(term)[0]
    return Wanted.of(operators.dimension, entries, states)
