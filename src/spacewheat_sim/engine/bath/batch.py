"""BathBatch: many baths of one biome, evolved and measured together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim import seeding
from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray, IndexArray
from spacewheat_sim.engine.bath import initial
from spacewheat_sim.engine.bath.arguments import (
    check_room,
    checked_count,
    checked_instance,
    checked_seconds,
)
from spacewheat_sim.engine.bath.axes import (
    DEFAULT_STRENGTH,
    axis_poles,
    chosen_strength,
    measurement_strength,
)
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import EvolverOptions, Method
from spacewheat_sim.engine.bath.state_batches import make_states, undo
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.errors import ArgumentError, ImpossibleOutcomeError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum import measurement
from spacewheat_sim.quantum.axis import AxisProjections, project_many
from spacewheat_sim.quantum.drive import DEFAULT_MAX_STEP
from spacewheat_sim.quantum.given_states import complex_array, normalized_ket
from spacewheat_sim.quantum.measurement import MeasurementKind
from spacewheat_sim.quantum.streams import BatchStreams
from spacewheat_sim.tolerance import USUAL_TOLERANCE


class BathBatch:
    """``count`` baths that share operators and clock, each with a stream of its own.

    Bath i has the jumps and outcomes of a single bath with the stream
    ``seeding.trajectory_stream(seed, i)``, and its populations to 1e-12. Every bath
    starts in the uniform superposition.

    Args:
        operators: What all baths evolve under.
        count: Number of baths, B.
        method: ``trajectory`` or ``master``.
        seed: Root of the streams; None draws one, kept in ``seed``.
        tolerance: Error allowed in populations per second of game time, 1e-13 to 0.01.
        max_step: Longest time in seconds for which a driver's function is left
            unlooked at.

    A ``mask`` in the methods below is a boolean array (B,) that says which baths are
    meant; None means all. A call that raises leaves all baths as they were.

    Example:
        >>> from spacewheat_sim import BathBatch, load_biome
        >>> batch = BathBatch(load_biome("two_level").operators, 3, seed=0)
        >>> batch.initialize_emoji("🌕")
        >>> batch.evolve(1.0)
        ()
        >>> batch.populations().round(6).tolist()
        [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]
    """

    def __init__(
        self,
        operators: BathOperators,
        count: int,
        method: Method = "trajectory",
        seed: int | None = None,
        *,
        tolerance: float = USUAL_TOLERANCE,
        max_step: float = DEFAULT_MAX_STEP,
    ) -> None:
        self.options = EvolverOptions(method, tolerance, max_step=max_step)
        if self.options.method == "spec":
            raise ArgumentError(
                "A batch has the methods trajectory and master; baths under 'spec' "
                "run one by one"
            )
        self.seed = seeding.resolve_seed(seed)
        self.operators = checked_instance(operators, BathOperators, "operators")
        self._count = checked_count(count, "count", at_least=1)
        n = len(operators)
        entries = n * n if self.options.method == "master" else n
        check_room(32.0 * self._count * entries, f"A batch of {self._count:,} baths")
        self._streams = BatchStreams(
            seeding.trajectory_key(self.seed), np.arange(self._count)
        )
        self._everyone = np.ones(self._count, dtype=np.bool_)
        self._clock = StepClock()
        self._start(np.full(n, n**-0.5, dtype=np.complex128))

    def __len__(self) -> int:
        return self._count

    @property
    def emojis(self) -> tuple[str, ...]:
        """The N emojis, in basis order."""
        return self.operators.emojis

    @property
    def time(self) -> float:
        """Game time in seconds since the last initialization."""
        return self._clock.time

    # --- where they start ---------------------------------------------------------

    def initialize_uniform(self) -> None:
        """Start all in the superposition of all emojis with equal amplitudes."""
        n = len(self.operators)
        self._start(np.full(n, n**-0.5, dtype=np.complex128))

    def initialize_weighted(self, weights: Mapping[str, float]) -> None:
        """Start all in the ket of amplitudes √(w/Σw)."""
        self._start(initial.weighted_ket(self.operators, weights))

    def initialize_emoji(self, emoji: str) -> None:
        """Start all in one basis state."""
        psi = np.zeros(len(self.operators), dtype=np.complex128)
        psi[self.operators.index(emoji)] = 1.0
        self._start(psi)

    def initialize_ket(self, ket: Any) -> None:
        """Start all in one ket (N,), or each in its own (B, N); they are normalized."""
        kets = complex_array(ket, "ket")
        n = len(self.operators)
        if kets.ndim == 1:
            self._start(normalized_ket(kets, n))
            return
        if kets.shape != (self._count, n):
            raise ArgumentError(
                f"Argument `ket` must have shape ({n},) or ({self._count}, {n}), but "
                f"has {kets.shape}"
            )
        self._start(np.array([normalized_ket(each, n) for each in kets]))

    # --- how they go on -----------------------------------------------------------

    def evolve(
        self, dt: float, mask: Any | None = None
    ) -> tuple[tuple[int, Jumped], ...]:
        """Evolve by one step of ``dt`` seconds; the clock of all goes on.

        Returns:
            Each quantum jump with the number of its bath, in order of bath.
        """
        step = checked_seconds(dt)
        check_step(self.operators, self.options, step)
        chosen = self._mask(mask)
        self._clock.check(step)
        take_back = undo(self._states, self._streams)
        try:
            jumps = self._states.advance(self.time, step, chosen)
        except BaseException:  # Ctrl-C too
            take_back()
            raise
        self._clock.count(step)
        return tuple(
            (bath, self.operators.jump_event(jump.time, jump.channel))
            for bath, jump in jumps
        )

    # --- how they are looked at ---------------------------------------------------

    @property
    def amplitudes(self) -> ComplexArray:
        """The kets' amplitudes, (B, N), a copy; raises under ``master``."""
        if self.options.method == "master":
            raise ArgumentError(
                "A batch under method 'master' holds density matrices, which have no "
                "amplitudes; use density_matrices() or populations()"
            )
        return self._states.get(np.arange(self._count))

    def density_matrices(self) -> ComplexArray:
        """Return ρ, or |ψ⟩⟨ψ|, of all baths, (B, N, N)."""
        found = self._states.get(np.arange(self._count))
        if found.ndim == 3:
            return found
        return np.asarray(found[:, :, None] * found[:, None, :].conj())

    def populations(self) -> FloatArray:
        """Return the probability of each emoji in each bath, (B, N)."""
        return self._states.populations()

    def project_onto_axis(self, north: str, south: str) -> AxisProjections:
        """Return the Bloch projections of all baths on one axis."""
        return project_many(
            *self._states.blocks(*axis_poles(self.operators, north, south))
        )

    def measure_axis(
        self,
        north: str,
        south: str,
        collapse_strength: float = DEFAULT_STRENGTH,
        *,
        kind: MeasurementKind = "game",
        strength: float | None = None,
        mask: Any | None = None,
    ) -> NDArray[np.object_]:
        """Measure an axis of each bath, each with its own draw.

        Arguments as of :meth:`QuantumBath.measure_axis`.

        Returns:
            Outcomes, (B,): an emoji, or None for neither pole and for baths that were
            not measured.
        """
        n, s = axis_poles(self.operators, north, south)
        given = chosen_strength(kind, strength, collapse_strength)
        amount = measurement_strength(kind, given)
        outcomes, kraus = measurement.axis_kraus(len(self.emojis), n, s, kind, amount)
        which = np.flatnonzero(self._mask(mask))
        probabilities = measurement.axis_probabilities(
            self.populations()[which], n, s, kind, kraus
        )
        there = probabilities.any(axis=1)
        which, probabilities = which[there], probabilities[there]
        take_back = undo(self._states, self._streams)
        try:
            draws = self._streams.draw(which)
            chosen = measurement.choose_outcomes(probabilities, draws)
            self._apply(which, kraus[chosen])
        except BaseException:
            take_back()
            raise
        names = [None if i is None else self.emojis[i] for i in outcomes]
        found = np.full(self._count, None, dtype=np.object_)
        found[which] = np.array(names, dtype=np.object_)[chosen]
        return found

    def partial_collapse(
        self, emoji: str, strength: float, mask: Any | None = None
    ) -> None:
        """Multiply ``emoji`` by 1 + strength, the others by 1 − strength/10."""
        i = self.operators.index(emoji)
        kraus = measurement.partial_collapse_kraus(len(self.emojis), i, strength)
        self._collapse(i, kraus, mask)

    def full_collapse(self, emoji: str, mask: Any | None = None) -> None:
        """Leave only ``emoji``, with the phase it had in each bath."""
        i = self.operators.index(emoji)
        self._collapse(i, measurement.projector(len(self.emojis), i), mask)

    # --- inside -------------------------------------------------------------------

    def _start(self, kets: ComplexArray) -> None:
        if kets.ndim == 1:
            kets = np.repeat(kets[None], self._count, axis=0)
        self._states = make_states(self.operators, self.options, kets, self._streams)
        self._clock.restart()

    def _mask(self, mask: Any | None) -> BoolArray:
        if mask is None:
            return self._everyone
        try:
            chosen = np.asarray(mask)
        except (TypeError, ValueError):  # rows of different lengths
            chosen = np.asarray(None)
        if chosen.dtype != np.bool_ or chosen.shape != (self._count,):
            raise ArgumentError(
                f"Argument `mask` must be a boolean array of shape ({self._count},), "
                f"but is {shown(mask)}"
            )
        return chosen

    def _collapse(self, i: int, kraus: FloatArray, mask: Any | None) -> None:
        which = np.flatnonzero(self._mask(mask))
        probabilities = self.populations()[which, i]
        impossible = probabilities < measurement.IMPOSSIBLE
        if impossible.any():
            raise ImpossibleOutcomeError(
                f"Bath {which[impossible][0]} of the batch cannot collapse onto "
                f"{self.emojis[i]}: its probability is "
                f"{probabilities[impossible][0]:.3g}"
            )
        self._apply(which, np.repeat(kraus[None], which.size, axis=0))

    def _apply(self, which: IndexArray, kraus: FloatArray) -> None:
        """Apply one Kraus diagonal (W, N) to each bath of ``which`` and normalize."""
        found = self._states.get(which)
        if found.ndim == 2:
            moved = kraus * found
            norms = np.linalg.norm(moved, axis=1)[:, None]
            weights = norms**2
        else:
            moved = kraus[:, :, None] * found * kraus[:, None, :]
            norms = weights = np.einsum("bii->b", moved).real[:, None, None]
        if (weights < measurement.IMPOSSIBLE).any():
            raise ImpossibleOutcomeError("The outcome has probability 0")
        self._states.put(which, moved / norms)
