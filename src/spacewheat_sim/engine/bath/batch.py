"""BathBatch: many baths of one biome, evolved and measured together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim import seeding
from spacewheat_sim.arrays import (
    BoolArray,
    ComplexArray,
    FloatArray,
    IndexArray,
    IntArray,
)
from spacewheat_sim.choices import (
    DEFAULT_STRENGTH,
    DEFAULT_TOLERANCE,
    HamiltonianStep,
    MeasurementKind,
    Method,
)
from spacewheat_sim.engine.bath import initial
from spacewheat_sim.engine.bath.acts.collapse import (
    collapse,
    full_collapse,
    partial_collapse,
)
from spacewheat_sim.engine.bath.acts.gate import apply_to, compiled_gate
from spacewheat_sim.engine.bath.acts.harvest import harvest, harvesting
from spacewheat_sim.engine.bath.acts.measurement import (
    chosen_strength,
    measure,
    measuring,
)
from spacewheat_sim.engine.bath.arguments import (
    check_room,
    checked_count,
    checked_instance,
    checked_seconds,
)
from spacewheat_sim.engine.bath.axes import two_register_axes
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.bath.one_or_many import OneOrMany
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import EvolverOptions, check_layout
from spacewheat_sim.engine.bath.running.batch import RunningBatch
from spacewheat_sim.engine.bath.running.growth import check_leaving
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum.axis import AxisProjections
from spacewheat_sim.quantum.drive import DEFAULT_MAX_STEP
from spacewheat_sim.quantum.given_states import complex_array, normalized_ket
from spacewheat_sim.quantum.instruments.instruments import Instruments
from spacewheat_sim.quantum.register import entanglement
from spacewheat_sim.quantum.states import density_matrices
from spacewheat_sim.quantum.streams import BatchStreams

# Bytes of a bath for each entry of its state, where all are stepped together; and of a
# bath and each of its states, where it has a series of its own.
TOGETHER_BYTES, ALONE_BYTES, STATE_BYTES = 32.0, 3000.0, 1100.0

T = TypeVar("T")


class BathBatch(OneOrMany[RunningBatch]):
    """``count`` baths that share operators and clock, each with a stream of its own.

    Bath i has the jumps and outcomes of a single bath with the stream
    ``seeding.trajectory_stream(seed, first + i)``, and its populations to 1e-12. Every
    bath starts in the uniform superposition.

    Args:
        operators: What all baths evolve under.
        count: Number of baths, B.
        method: ``trajectory``, ``master`` or ``spec``. Under ``spec``, and with an
            ``active_threshold``, the baths are stepped one after the other; else all
            together, which is many times faster.
        seed: Root of the streams; None draws one, kept in ``seed``.
        first: Number of the first bath's stream.
        tolerance: Error allowed in populations per second of game time, 1e-13 to 0.01.
        hamiltonian_step: The Hamiltonian part of ``spec``.
        active_threshold: For ``trajectory`` on large baths: evolve only the states
            whose probability may exceed this.
        max_step: Longest time in seconds for which a driver's function is left
            unlooked at.

    A ``mask`` in the methods below is a boolean array (B,) that says which baths are
    meant; None means all. A call that raises leaves all baths as they were. A batch is
    for one thread at a time, as a bath is.

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
        first: int = 0,
        tolerance: float = DEFAULT_TOLERANCE,
        hamiltonian_step: HamiltonianStep = "euler",
        active_threshold: float | None = None,
        max_step: float = DEFAULT_MAX_STEP,
    ) -> None:
        options = EvolverOptions(
            method, tolerance, hamiltonian_step, active_threshold, max_step
        )
        self.seed = seeding.resolve_seed(seed)
        checked_instance(operators, BathOperators, "operators")
        number = checked_count(count, "count", at_least=1)
        check_layout(operators, options)
        n = operators.dimension
        _check_memory(options, n, number)
        begin = checked_count(first, "first", at_least=0)
        numbers = np.arange(begin, begin + number)
        streams = BatchStreams(seeding.trajectory_key(self.seed), numbers)
        kets = np.broadcast_to(initial.uniform_ket(n), (number, n))
        start = BathState.beginning(kets)
        self._hold(RunningBatch(operators, options, streams, StepClock(), start))

    @classmethod
    def of(cls, running: RunningBatch) -> BathBatch:
        """Return baths that run already, to be acted on."""
        batch = cls.__new__(cls)
        batch._hold(running)  # noqa: SLF001  # its own
        return batch

    def __len__(self) -> int:
        return len(self._running)

    # --- where they start ---------------------------------------------------------

    def initialize_ket(self, ket: Any) -> None:
        """Start all in one ket (D,), or each in its own (B, D); they are normalized."""
        kets = complex_array(ket, "ket")
        n = self.operators.dimension
        if kets.ndim == 1:
            self._start(normalized_ket(kets, n))
            return
        if kets.shape != (len(self), n):
            raise ArgumentError(
                f"Argument `ket` must have shape ({n},) or ({len(self)}, {n}), but "
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
        return self._make(self._running.step, step, self._mask(mask))

    # --- how they are looked at ---------------------------------------------------

    @property
    def amplitudes(self) -> ComplexArray:
        """The kets' amplitudes, (B, D), a copy; raises under ``master``."""
        if self.options.method == "master":
            raise ArgumentError(
                "A batch under method 'master' holds density matrices, which have no "
                "amplitudes; use density_matrices() or populations()"
            )
        return self._whole.every_state()

    def density_matrices(self) -> ComplexArray:
        """Return ρ, or |ψ⟩⟨ψ|, of all baths, (B, D, D)."""
        return density_matrices(self._whole.every_state())

    def populations(self) -> FloatArray:
        """Return the probability of each emoji in each bath, (B, N) or (B, 2n)."""
        return self._whole.populations()

    def write_populations(self, out: NDArray[np.floating]) -> None:
        """Write :meth:`populations` to ``out``, rounded to its type."""
        self._whole.write_populations(out)

    def project_onto_axis(self, north: str, south: str) -> AxisProjections:
        """Return the Bloch projections of all baths on one axis."""
        return self._whole.project_onto_axis(north, south)

    def axis_blocks(
        self, north: str, south: str
    ) -> tuple[FloatArray, FloatArray, ComplexArray]:
        """Return p_n, p_s and ρ_ns of all baths, each (B,)."""
        return self._whole.axis_blocks(north, south)

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
        given = chosen_strength(kind, strength, collapse_strength)
        axis = self.operators, north, south
        instrument = measuring(*axis, kind, given, self.time)
        which = np.flatnonzero(self._mask(mask))
        return self._named(
            *self._make(measure, self._running, which, instrument), instrument.outcomes
        )

    def harvest(
        self, north: str, south: str, mask: Any | None = None
    ) -> NDArray[np.object_]:
        """Harvest an axis of each bath; see :meth:`QuantumBath.harvest`.

        Returns:
            Who was taken from each, (B,): an emoji, or None where nothing was.
        """
        instrument = harvesting(self.operators, north, south)
        which = np.flatnonzero(self._mask(mask))
        taken = [outcome.taken for outcome in instrument.outcomes]
        return self._named(
            *self._make(harvest, self._running, which, instrument), taken
        )

    def use(self, instruments: Instruments, chosen: IntArray) -> IntArray:
        """Use the instrument ``chosen`` (B,) on each bath, −1 for none.

        Each has the outcome that :meth:`measure_axis` or :meth:`harvest` would have.

        Returns:
            The number of the outcome, −1 where nothing was done, (B,).
        """
        return self._make(self._running.use, instruments, chosen)

    def partial_collapse(
        self, emoji: str, strength: float, mask: Any | None = None
    ) -> None:
        """Multiply ``emoji`` by 1 + strength, the others by 1 − strength/10."""
        what = partial_collapse(self.operators, emoji, strength)
        self._make(collapse, self._running, np.flatnonzero(self._mask(mask)), what)

    def full_collapse(self, emoji: str, mask: Any | None = None) -> None:
        """Leave only ``emoji``, with the phase it had in each bath."""
        what = full_collapse(self.operators, emoji)
        self._make(collapse, self._running, np.flatnonzero(self._mask(mask)), what)

    def apply_gate(
        self,
        gate: str,
        axis: tuple[str, str],
        other: tuple[str, str] | None = None,
        *,
        angle: float | None = None,
        mask: Any | None = None,
    ) -> None:
        """Apply a gate to each bath; see :meth:`QuantumBath.apply_gate`."""
        what = compiled_gate(self.operators, self.time, gate, axis, other, angle)
        self._make(apply_to, self._running, np.flatnonzero(self._mask(mask)), what)

    def mutual_information(
        self, axis: tuple[str, str], other: tuple[str, str]
    ) -> FloatArray:
        """Return S_a + S_b − S_ab of two axes of each register in nats, (B,)."""
        pair = two_register_axes(self.operators, axis, other, "Mutual information")
        where = self._whole.every_state(), *pair, self.operators.qubits
        return entanglement.mutual_information(*where)

    # --- how they are kept --------------------------------------------------------

    def resume(self, saved: BathState) -> None:
        """Go on from a checkpoint of a batch with equal operators and options.

        What follows is bit for bit what followed there.

        Raises:
            ArgumentError: the checkpoint is of other baths, or of another method.
        """
        checked_instance(saved, BathState, "saved")
        saved.check_replaces(self.checkpoint())
        self._make(self._running.resume, saved)

    def replace_operators(self, operators: BathOperators) -> None:
        """Go on under other operators from the same states.

        Emojis and axes may join and leave as in a single bath; what leaves must be
        empty, or at a pole for sure, in all.

        Raises:
            ArgumentError: what leaves is still there, or a register was to become a
                level biome.
        """
        checked_instance(operators, BathOperators, "operators")
        check_leaving(self.operators, operators, self.populations())
        self._make(self._running.go_on_under, operators)

    # --- inside -------------------------------------------------------------------

    def _make(self, change: Callable[..., T], *arguments: object) -> T:
        """Make a change of the baths whole or not at all."""
        running = self._running
        return self._changes.make(
            running.whole_memory, running.recall_whole, change, *arguments
        )

    def _start(self, state: ComplexArray, _how: str = "", /) -> None:
        self._make(self._running.begin, state)

    def _mask(self, mask: Any | None) -> BoolArray:
        if mask is None:
            return self._running.all_chosen
        try:
            chosen = np.asarray(mask)
        except (TypeError, ValueError):  # rows of different lengths
            chosen = np.asarray(None)
        if chosen.dtype != np.bool_ or chosen.shape != (len(self),):
            raise ArgumentError(
                f"Argument `mask` must be a boolean array of shape ({len(self)},), "
                f"but is {shown(mask)}"
            )
        return chosen

    def _named(
        self, which: IndexArray, chosen: IndexArray, outcomes: Sequence[int | None]
    ) -> NDArray[np.object_]:
        """Return the emoji of each outcome that came, (B,), None for the others."""
        names = [None if i is None else self.emojis[i] for i in outcomes]
        found = np.full(len(self), None, dtype=np.object_)
        found[which] = np.array(names, dtype=np.object_)[chosen]
        return found


def _check_memory(options: EvolverOptions, dimension: int, count: int) -> None:
    """Refuse more baths than the machine's memory holds."""
    size = TOGETHER_BYTES * dimension
    if options.one_by_one:
        size = ALONE_BYTES + STATE_BYTES * dimension
    elif options.method == "master":
        size *= dimension
    check_room(size * count, f"A batch of {count:,} baths")
