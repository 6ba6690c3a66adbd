"""BathBatch: many baths of one biome, evolved and measured together."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

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
from spacewheat_sim.engine.bath.arguments import (
    check_room,
    checked_count,
    checked_instance,
    checked_seconds,
)
from spacewheat_sim.engine.bath.axes import axis_poles, two_register_axes
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.growth import check_leaving, grown
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.bath.measurements import chosen_strength, compiled
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import EvolverOptions, check_layout, make_states
from spacewheat_sim.engine.bath.register.gates import CompiledGate, compiled_gate
from spacewheat_sim.engine.bath.state import BathRows, BathState
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.engine.bath.view import BathView
from spacewheat_sim.errors import ArgumentError, ImpossibleOutcomeError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum import measurement
from spacewheat_sim.quantum.axis import AxisProjections, project_many
from spacewheat_sim.quantum.drive import DEFAULT_MAX_STEP
from spacewheat_sim.quantum.evolution import StateBatch
from spacewheat_sim.quantum.given_states import complex_array, normalized_ket
from spacewheat_sim.quantum.harvest import (
    HarvestOutcome,
    after_harvest,
    harvest_outcomes,
    harvest_probabilities,
    is_something_there,
)
from spacewheat_sim.quantum.instruments.instruments import Harvesting, Instruments
from spacewheat_sim.quantum.limits import IMPOSSIBLE
from spacewheat_sim.quantum.measurement import AxisMeasurement
from spacewheat_sim.quantum.methods.batch_kets import BatchKets
from spacewheat_sim.quantum.register import entanglement, gates
from spacewheat_sim.quantum.register.layout import axis_blocks
from spacewheat_sim.quantum.streams import BatchStream, BatchStreams

# Bytes of a bath for each entry of its state, where all are stepped together; and of a
# bath and each of its states, where it has a series of its own.
TOGETHER_BYTES, ALONE_BYTES, STATE_BYTES = 32.0, 3000.0, 1100.0


class BathBatch:
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
        size = TOGETHER_BYTES * (n * n if options.method == "master" else n)
        if options.one_by_one:
            size = ALONE_BYTES + STATE_BYTES * n
        check_room(size * number, f"A batch of {number:,} baths")
        begin = checked_count(first, "first", at_least=0)
        numbers = np.arange(begin, begin + number)
        streams = BatchStreams(seeding.trajectory_key(self.seed), numbers)
        kets = np.broadcast_to(initial.uniform_ket(n), (number, n))
        start = BathState.beginning(kets)
        self._begin(operators, options, streams, StepClock(), start)

    @classmethod
    def in_world(
        cls,
        operators: BathOperators,
        options: EvolverOptions,
        streams: BatchStreams,
        clock: StepClock,
        start: BathState,
    ) -> BathBatch:
        """Return baths at ``start`` under a world's ``clock``; the world moves it."""
        batch = cls.__new__(cls)
        batch._begin(operators, options, streams, clock, start)  # noqa: SLF001
        return batch

    def _begin(
        self,
        operators: BathOperators,
        options: EvolverOptions,
        streams: BatchStreams,
        clock: StepClock,
        start: BathState,
    ) -> None:
        self.operators, self.options = operators, options
        self._streams, self._clock, self._changes = streams, clock, clock.changes
        self._count = len(start.states)
        self._everyone = np.ones(self._count, dtype=np.bool_)
        self._kept = make_states(operators, options, start, streams)

    def __len__(self) -> int:
        return self._count

    @property
    def emojis(self) -> tuple[str, ...]:
        """The emojis: N in basis order; of a register 2n, the poles of each axis."""
        return self.operators.emojis

    @property
    def time(self) -> float:
        """Game time in seconds since the last initialization."""
        if self._changes.thread:
            self._changes.settle()
        return self._clock.time

    # --- where they start ---------------------------------------------------------

    def initialize_uniform(self) -> None:
        """Start all in the superposition of all basis states, amplitudes equal."""
        self._start(initial.uniform_ket(self.operators.dimension))

    def initialize_weighted(self, weights: Mapping[str, float]) -> None:
        """Start all in the ket of amplitudes √(w/Σw)."""
        self._start(initial.weighted_ket(self.operators, weights))

    def initialize_emoji(self, emoji: str) -> None:
        """Start all in one basis state; see :meth:`QuantumBath.initialize_emoji`."""
        self._start(initial.emoji_ket(self.operators, emoji))

    def initialize_poles(self, poles: Sequence[str]) -> None:
        """Start all registers in the basis state of ``poles``, south where none is."""
        self._start(initial.poles_ket(self.operators, poles))

    def initialize_ket(self, ket: Any) -> None:
        """Start all in one ket (N,), or each in its own (B, N); they are normalized."""
        kets = complex_array(ket, "ket")
        n = self.operators.dimension
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
        return self._changes.make(self._memory, self._recall, self._step, step, chosen)

    def advance(
        self, time: float, dt: float, chosen: BoolArray | None = None
    ) -> tuple[tuple[int, Jumped], ...]:
        """Evolve the ``chosen`` (B,) baths from ``time``, and leave the clock alone.

        Where it raises, some baths may have moved: see :meth:`recall`.
        """
        everyone = self._everyone if chosen is None else chosen
        jumps = self._kept.advance(time, dt, everyone)
        if not jumps:
            return ()
        event = self.operators.jump_event
        return tuple((bath, event(jump.time, jump.channel)) for bath, jump in jumps)

    def use(self, instruments: Instruments, chosen: IntArray) -> IntArray:
        """Use the instrument ``chosen`` (B,) on each bath, −1 for none.

        Each has the outcome that :meth:`measure_axis` or :meth:`harvest` would have.
        Where it raises, some baths may have been changed: see :meth:`recall`.

        Returns:
            The number of the outcome, −1 where nothing was done, (B,).
        """
        if isinstance(self._kept, BatchKets):
            return self._kept.use(instruments, chosen)
        found = np.full(self._count, -1, dtype=np.int64)
        for number, instrument in enumerate(instruments.each):
            which = np.flatnonzero(chosen == number)
            if not which.size:
                continue
            if isinstance(instrument, Harvesting):
                which, outcomes = self._take(which, instrument.outcomes)
            else:
                what, kraus = instrument.what, instrument.kraus
                which, outcomes = self._measure(which, what, kraus)
            found[which] = instruments.first_outcome(number) + outcomes
        return found

    def rows(self, which: IndexArray) -> BathRows:
        """Return where the baths ``which`` (W,) are, a copy."""
        kept = self._kept
        return BathRows(kept.get(which), kept.clocks(which), kept.active(which))

    def put_rows(self, which: IndexArray, rows: BathRows) -> None:
        """Put the baths ``which`` (W,) where others are, or where they begin."""
        self._kept.put(which, rows.states)
        self._kept.put_clocks(which, rows.clocks)
        self._kept.put_active(which, rows.active or (None,) * which.size)

    def memory(self) -> tuple[Any, bytes]:
        """Return a copy of what :meth:`advance` changes."""
        return self._kept.memory(), self._streams.memory()

    def recall(self, memory: tuple[Any, bytes]) -> None:
        """Be as one was when :meth:`memory` was called."""
        states, drawn = memory
        self._kept.recall(states)
        self._streams.recall(drawn)

    # --- how they are looked at ---------------------------------------------------

    @property
    def amplitudes(self) -> ComplexArray:
        """The kets' amplitudes, (B, D), a copy; raises under ``master``."""
        if self.options.method == "master":
            raise ArgumentError(
                "A batch under method 'master' holds density matrices, which have no "
                "amplitudes; use density_matrices() or populations()"
            )
        return self._states.get(np.arange(self._count))

    def density_matrices(self) -> ComplexArray:
        """Return ρ, or |ψ⟩⟨ψ|, of all baths, (B, D, D)."""
        found = self._states.get(np.arange(self._count))
        if found.ndim == 3:
            return found
        return np.asarray(found[:, :, None] * found[:, None, :].conj())

    def populations(self) -> FloatArray:
        """Return the probability of each emoji in each bath, (B, N) or (B, 2n)."""
        return self.operators.seen(self._states.populations())

    def write_populations(self, out: NDArray[np.floating]) -> None:
        """Write :meth:`populations` to ``out``, rounded to its type."""
        states = self._states
        if isinstance(states, BatchKets) and not self.operators.qubits:
            states.write_populations(out)
        else:
            out[:] = self.populations()

    def project_onto_axis(self, north: str, south: str) -> AxisProjections:
        """Return the Bloch projections of all baths on one axis."""
        return project_many(*self.axis_blocks(north, south))

    def axis_blocks(
        self, north: str, south: str
    ) -> tuple[FloatArray, FloatArray, ComplexArray]:
        """Return p_n, p_s and ρ_ns of all baths, each (B,)."""
        poles = axis_poles(self.operators, north, south)
        if not self.operators.qubits:
            return self._states.blocks(*poles)
        states = self._states.get(np.arange(self._count))
        return axis_blocks(states, *poles, self.operators.qubits)

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
        what = compiled(self.operators, north, south, kind, given, self.time)
        outcomes, kraus = measurement.axis_kraus(self.operators.dimension, what)
        which = np.flatnonzero(self._mask(mask))
        which, chosen = self._changes.make(
            self._memory, self._recall, self._measure, which, what, kraus
        )
        names = [None if i is None else self.emojis[i] for i in outcomes]
        found = np.full(self._count, None, dtype=np.object_)
        found[which] = np.array(names, dtype=np.object_)[chosen]
        return found

    def harvest(
        self, north: str, south: str, mask: Any | None = None
    ) -> NDArray[np.object_]:
        """Harvest an axis of each bath; see :meth:`QuantumBath.harvest`.

        Returns:
            Who was taken from each, (B,): an emoji, or None where nothing was.
        """
        poles = axis_poles(self.operators, north, south)
        ground = self.operators.ground(poles[0])
        outcomes = harvest_outcomes(
            *poles, ground, self.operators.dimension, self.operators.qubits
        )
        which = np.flatnonzero(self._mask(mask))
        which, chosen = self._changes.make(
            self._memory, self._recall, self._take, which, outcomes
        )
        names = [None if o.taken is None else self.emojis[o.taken] for o in outcomes]
        found = np.full(self._count, None, dtype=np.object_)
        found[which] = np.array(names, dtype=np.object_)[chosen]
        return found

    def partial_collapse(
        self, emoji: str, strength: float, mask: Any | None = None
    ) -> None:
        """Multiply ``emoji`` by 1 + strength, the others by 1 − strength/10."""
        i = self.operators.index(emoji)
        kraus = measurement.partial_collapse_kraus(
            self.operators.dimension, self.operators.states(i), strength
        )
        self._collapse(i, kraus, mask)

    def full_collapse(self, emoji: str, mask: Any | None = None) -> None:
        """Leave only ``emoji``, with the phase it had in each bath."""
        i = self.operators.index(emoji)
        states = self.operators.states(i)
        kraus = measurement.projector(self.operators.dimension, states)
        self._collapse(i, kraus, mask)

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
        which = np.flatnonzero(self._mask(mask))
        self._changes.make(self._memory, self._recall, self._apply_gate, which, what)

    def mutual_information(
        self, axis: tuple[str, str], other: tuple[str, str]
    ) -> FloatArray:
        """Return S_a + S_b − S_ab of two axes of each register in nats, (B,)."""
        pair = two_register_axes(self.operators, axis, other, "Mutual information")
        states = self._states.get(np.arange(self._count))
        qubits = self.operators.qubits
        return entanglement.mutual_information(states, *pair, qubits)

    # --- how they are kept --------------------------------------------------------

    def checkpoint(self) -> BathState:
        """Return all that decides how the baths go on under their operators."""
        everyone, states = np.arange(self._count), self._states
        return BathState(
            self._clock.reading,
            states.get(everyone),
            states.clocks(everyone),
            self._streams.drawn.copy(),
            states.active(everyone),
        )

    def resume(self, saved: BathState) -> None:
        """Go on from a checkpoint of a batch with equal operators and options.

        What follows is bit for bit what followed there.

        Raises:
            ArgumentError: the checkpoint is of other baths, or of another method.
        """
        checked_instance(saved, BathState, "saved")
        saved.check_replaces(self.checkpoint())
        self._changes.make(self._memory, self._recall, self._resume, saved)

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
        self._changes.make(self._memory, self._recall, self._go_on_under, operators)

    def one(self, place: int) -> tuple[BathView, BatchStream]:
        """Return the state of one bath, to be looked at and set, and its stream."""
        return BathView(self._kept, place), self._streams.of(place)

    def __copy__(self) -> BathBatch:
        # A copy that shared the state would move with the original.
        return copy.deepcopy(self)

    # --- inside -------------------------------------------------------------------

    @property
    def _states(self) -> StateBatch:
        """What holds the states, of a step that is whole."""
        if self._changes.thread:
            self._changes.settle()
        return self._kept

    def _memory(self) -> Any:
        """Return a copy of what a change of these baths touches."""
        return self._clock.memory(), self.operators, self._kept, self.memory()

    def _recall(self, memory: Any) -> None:
        """Be as one was when :meth:`_memory` was called."""
        clock, self.operators, self._kept, states = memory
        self._clock.recall(clock)
        self.recall(states)

    def _step(self, step: float, chosen: BoolArray) -> tuple[tuple[int, Jumped], ...]:
        time = self._clock.check(step)
        self._changes.is_stepping = True
        jumps = self.advance(time, step, chosen)
        self._changes.is_stepping = False
        self._clock.count(step)
        return jumps

    def _measure(
        self, which: IndexArray, what: AxisMeasurement, kraus: FloatArray
    ) -> tuple[IndexArray, IndexArray]:
        """Measure the baths ``which``; return those on the axis, and their outcomes."""
        populations = self._kept.populations()[which]
        probabilities = measurement.axis_probabilities(populations, what, kraus)
        there = probabilities.any(axis=1)
        which, probabilities = which[there], probabilities[there]
        draws = self._streams.draw(which)
        chosen = measurement.choose_outcomes(probabilities, draws)
        self._apply(which, kraus[chosen])
        return which, chosen

    def _take(
        self, which: IndexArray, outcomes: tuple[HarvestOutcome, ...]
    ) -> tuple[IndexArray, IndexArray]:
        """Harvest the baths ``which``; return those with something, and outcomes."""
        populations = self._kept.populations()[which]
        chances = harvest_probabilities(populations, outcomes)
        there = is_something_there(chances)
        which, chances = which[there], chances[there]
        chosen = measurement.choose_outcomes(chances, self._streams.draw(which))
        for number, outcome in enumerate(outcomes):
            some = which[chosen == number]
            if some.size:
                self._kept.put(some, after_harvest(self._kept.get(some), outcome))
        return which, chosen

    def _apply_gate(self, which: IndexArray, what: CompiledGate) -> None:
        moved = gates.apply_gate(self._kept.get(which), what.unitary, what.places)
        self._kept.put(which, moved)

    def _resume(self, saved: BathState) -> None:
        everyone, states = np.arange(self._count), self._kept
        states.put(everyone, saved.states)
        states.put_clocks(everyone, saved.clocks)
        states.put_active(everyone, saved.active or (None,) * self._count)
        self._streams.drawn[:] = saved.streams
        self._clock.reading = saved.time

    def _go_on_under(self, operators: BathOperators) -> None:
        here = grown(self.checkpoint(), self.operators, operators)
        self._kept = make_states(operators, self.options, here, self._streams)
        self.operators = operators

    def _start(self, kets: ComplexArray) -> None:
        self._changes.make(self._memory, self._recall, self._restart, kets)

    def _restart(self, kets: ComplexArray) -> None:
        n = self.operators.dimension
        start = BathState.beginning(np.broadcast_to(kets, (self._count, n)))
        self._kept = make_states(self.operators, self.options, start, self._streams)
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
        self._changes.make(
            self._memory, self._recall, self._collapse_onto, i, kraus, which
        )

    def _collapse_onto(self, i: int, kraus: FloatArray, which: IndexArray) -> None:
        seen = self.operators.seen(self._kept.populations())
        probabilities = seen[which, i]
        impossible = probabilities < IMPOSSIBLE
        if impossible.any():
            raise ImpossibleOutcomeError(
                f"Bath {which[impossible][0]} of the batch cannot collapse onto "
                f"{self.emojis[i]}: its probability is "
                f"{probabilities[impossible][0]:.3g}"
            )
        self._apply(which, np.repeat(kraus[None], which.size, axis=0))

    def _apply(self, which: IndexArray, kraus: FloatArray) -> None:
        """Apply one Kraus diagonal (W, N) to each bath of ``which`` and normalize."""
        kept = measurement.apply_diagonals(self._kept.get(which), kraus)
        self._kept.put(which, kept)
