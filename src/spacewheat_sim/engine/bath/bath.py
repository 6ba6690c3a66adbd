"""QuantumBath: the state of a biome, its evolution, its measurements."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.choices import (
    DEFAULT_STRENGTH,
    DEFAULT_TOLERANCE,
    HamiltonianStep,
    MeasurementKind,
    Method,
)
from spacewheat_sim.engine.bath import initial, signals
from spacewheat_sim.engine.bath.arguments import (
    check_room,
    checked_count,
    checked_instance,
    checked_seconds,
)
from spacewheat_sim.engine.bath.axes import (
    axis_poles,
    given_axis,
    two_register_axes,
)
from spacewheat_sim.engine.bath.batch import BathBatch
from spacewheat_sim.engine.bath.ensemble.ensemble import EnsembleResult
from spacewheat_sim.engine.bath.ensemble.run import EnsembleRun
from spacewheat_sim.engine.bath.events import (
    Collapsed,
    Evolved,
    Gated,
    Harvested,
    Initialized,
    Jumped,
    Measured,
)
from spacewheat_sim.engine.bath.growth import check_leaving, grown
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.bath.measurements import (
    ScheduledMeasurement,
    chosen_strength,
    compiled,
)
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import (
    ENTRY_BYTES,
    STEADY_BYTES,
    EvolverOptions,
    check_density,
    check_layout,
    make_evolver,
)
from spacewheat_sim.engine.bath.recordings.recording import Recording
from spacewheat_sim.engine.bath.register.gates import CompiledGate, compiled_gate
from spacewheat_sim.engine.bath.revocable_stream import BathStream, RevocableStream
from spacewheat_sim.engine.bath.state import BathState, carried_over
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.errors import ArgumentError, ImpossibleOutcomeError
from spacewheat_sim.quantum import measurement, states
from spacewheat_sim.quantum.axis import AxisProjection, project
from spacewheat_sim.quantum.drive import DEFAULT_MAX_STEP
from spacewheat_sim.quantum.evolution import Evolver, Jump, JumpClock
from spacewheat_sim.quantum.given_states import (
    normalized_density_matrix,
    normalized_ket,
)
from spacewheat_sim.quantum.harvest import (
    HarvestOutcome,
    after_harvest,
    harvest_outcomes,
    harvest_probabilities,
    is_something_there,
)
from spacewheat_sim.quantum.limits import IMPOSSIBLE
from spacewheat_sim.quantum.measurement import AxisMeasurement
from spacewheat_sim.quantum.methods.output_rows import row_offsets
from spacewheat_sim.quantum.register import entanglement, gates
from spacewheat_sim.quantum.register.layout import axis_blocks

if TYPE_CHECKING:
    from spacewheat_sim.engine.analysis.next_jump import Forecast


class QuantumBath:
    """The emojis of a biome as one open quantum system of D basis states.

    Of a level biome they are its D = N basis states. Of a register they are the poles
    of n axes, each of which is a qubit, D = 2^n.

    Args:
        operators: Hamiltonian, jump terms and drivers.
        method: ``trajectory`` (a ket with quantum jumps), ``master`` (a density
            matrix under the master equation) or ``spec`` (the source document's own
            update of a ket, which is not physics).
        seed: Root of the bath's random stream; None draws one, kept in ``seed``.
        tolerance: Error allowed in populations per second of game time, 1e-13 to 0.01.
        hamiltonian_step: The Hamiltonian part of ``spec``.
        active_threshold: For ``trajectory`` on large baths: evolve only the states
            whose probability may exceed this.
        max_step: Longest time in seconds for which a driver's function is left
            unlooked at: whatever lasts at least so long in it is found, whatever dt.
        stream: The random stream to draw from, instead of the one of ``seed``.

    The bath starts in the uniform superposition. A bath of a world is one too, but its
    state is kept and moved by the world: it is there to be looked at.

    A call that raises, Ctrl-C included, leaves the bath as it was: its state, its time
    and its random stream, to the last bit, and no signal was sent. Only an error of a
    signal's receiver comes after the step, when all receivers were called. A bath is
    for one thread at a time: to use it while another is in a step raises `BusyError`.

    Example:
        >>> from spacewheat_sim import BathOperators, QuantumBath
        >>> no_energy = [[0, 0], [0, 0]]
        >>> ops = BathOperators.from_terms("🌾💀", no_energy, [("🌾", "💀", 0.1)])
        >>> bath = QuantumBath(ops, method="master")
        >>> bath.initialize_weighted({"🌾": 1})
        >>> bath.evolve(1.6)
        ()
        >>> round(bath.probability("💀"), 9)  # 1 − exp(−0.16)
        0.147856211
    """

    __slots__ = (
        "__weakref__",
        "_allowed_step",
        "_changes",
        "_clock",
        "_draws",
        "_engine",
        "_is_in_world",
        "_operators",
        "options",
        "seed",
    )

    def __init__(
        self,
        operators: BathOperators,
        method: Method = "trajectory",
        seed: int | None = None,
        *,
        tolerance: float = DEFAULT_TOLERANCE,
        hamiltonian_step: HamiltonianStep = "euler",
        active_threshold: float | None = None,
        max_step: float = DEFAULT_MAX_STEP,
        stream: np.random.Generator | None = None,
    ) -> None:
        self.options = EvolverOptions(
            method, tolerance, hamiltonian_step, active_threshold, max_step
        )
        self.seed = seeding.resolve_seed(seed)
        self._draws = RevocableStream(
            seeding.stream(self.seed, "bath")
            if stream is None
            else checked_instance(stream, np.random.Generator, "stream")
        )
        self._operators = checked_instance(operators, BathOperators, "operators")
        self._clock = StepClock()
        self._changes = self._clock.changes
        check_layout(operators, self.options)
        ket = initial.uniform_ket(operators.dimension)
        self._engine: Evolver = make_evolver(operators, self.options, ket, self._draws)
        self._allowed_step = math.nan
        self._is_in_world = False

    @classmethod
    def in_world(cls, seed: int, clock: StepClock) -> QuantumBath:
        """Return a bath under a world's ``clock``, yet to :meth:`move` to a batch."""
        bath = cls.__new__(cls)
        bath.seed = seed
        bath._clock, bath._is_in_world = clock, True  # noqa: SLF001  # its own
        bath._changes = clock.changes  # noqa: SLF001
        return bath

    def move(self, batch: BathBatch, place: int) -> None:
        """Go on as one of ``batch``, which keeps the state and moves it."""
        self._operators, self.options = batch.operators, batch.options
        self._engine, stream = batch.one(place)
        self._draws = RevocableStream(stream)
        self._allowed_step = math.nan

    def __repr__(self) -> str:
        return (
            f"QuantumBath({len(self._operators)} emojis, method={self.method!r}, "
            f"seed={self.seed}, time={self.time:g} s)"
        )

    # --- what it is ---------------------------------------------------------------

    @property
    def method(self) -> Method:
        """``trajectory``, ``master`` or ``spec``."""
        return self.options.method

    @property
    def operators(self) -> BathOperators:
        """The operators that the bath evolves under."""
        return self._operators

    @property
    def rng(self) -> BathStream:
        """The random stream that the bath draws from."""
        return self._draws.source

    @property
    def emojis(self) -> tuple[str, ...]:
        """The emojis: N in basis order; of a register 2n, the poles of each axis."""
        return self._operators.emojis

    @property
    def time(self) -> float:
        """Game time in seconds since the last initialization."""
        if self._changes.thread:
            self._changes.settle()
        return self._clock.time

    @property
    def state(self) -> ComplexArray:
        """A copy of the ket (D,), or under ``master`` of the density matrix (D, D)."""
        return self._evolver.state

    @property
    def amplitudes(self) -> ComplexArray:
        """The ket's amplitudes, (D,), a copy.

        Raises:
            ArgumentError: under ``master`` there is no ket.
        """
        if self.method == "master":
            raise ArgumentError(
                "A bath under method 'master' holds a density matrix, which has no "
                "amplitudes; use density_matrix() or probabilities()"
            )
        return self._evolver.state

    def density_matrix(self) -> ComplexArray:
        """Return ρ, or |ψ⟩⟨ψ| for a ket, (D, D).

        Raises:
            ArgumentError: the machine has not as much memory.
        """
        check_density(self._operators.dimension, ENTRY_BYTES)
        return states.density_matrix(self.state)

    def populations(self) -> FloatArray:
        """Return the probability of each emoji in order, (N,); of a register (2n,)."""
        return self._operators.seen(self._evolver.populations())

    @property
    def neglected(self) -> float:
        """Upper bound on the amplitude left out by ``active_threshold``, else 0."""
        active = self._evolver.active
        return 0.0 if active is None else active.neglected

    def probabilities(self) -> dict[str, float]:
        """Return the probability of each emoji."""
        return dict(zip(self.emojis, self.populations().tolist(), strict=True))

    def probability(self, emoji: str) -> float:
        """Return the probability of ``emoji``; raises for one not in the bath."""
        return float(self.populations()[self._operators.index(emoji)])

    def amplitude(self, emoji: str) -> complex:
        """Return ⟨emoji|ψ⟩.

        Raises:
            UnknownNameError: the bath has no such emoji.
            ArgumentError: under ``master``, or in a register, where an emoji is in as
                many basis states as there are of the other axes.
        """
        i = self._operators.index(emoji)
        if self._operators.qubits:
            raise ArgumentError(
                f"In a register {emoji} has no amplitude of its own: it is in "
                f"{self._operators.dimension // 2} basis states; use `amplitudes` or "
                "probability()"
            )
        return complex(self.amplitudes[i])

    def observables(self) -> dict[str, float]:
        """Return norm, purity, entropy (nats) and energy ⟨H(t)⟩ (rad/s)."""
        state = self.state
        return {
            "norm": states.norm(state),
            "purity": states.purity(state),
            "entropy": states.entropy_vn(state),
            "energy": self._operators.energy(state, self.time),
        }

    def project_onto_axis(self, north: str, south: str) -> AxisProjection:
        """Return the Bloch projection on the axis from ``south`` to ``north``."""
        return project(*self.axis_block(north, south))

    def axis_block(self, north: str, south: str) -> tuple[float, float, complex]:
        """Return p_n, p_s and ρ_ns, all that an axis says of the state."""
        poles = axis_poles(self._operators, north, south)
        qubits = self._operators.qubits
        if not qubits:
            return self._evolver.block(*poles)
        p_n, p_s, rho_ns = axis_blocks(self.state[None], *poles, qubits)
        return float(p_n[0]), float(p_s[0]), complex(rho_ns[0])

    # --- where it starts ----------------------------------------------------------

    def initialize_uniform(self) -> None:
        """Start in the superposition of all basis states with equal amplitudes."""
        self._start(initial.uniform_ket(self._operators.dimension), "uniform")

    def initialize_weighted(self, weights: Mapping[str, float]) -> None:
        """Start in the ket of amplitudes √(w/Σw); emojis not named have weight 0.

        In a register, in the product of √w |e⟩ + √(1 − w) |ē⟩ over its axes; one that
        is not named is in (|n⟩ + |s⟩)/√2.
        """
        self._start(initial.weighted_ket(self._operators, weights), "weighted")

    def initialize_from_markov(self, chain: Mapping[str, Mapping[str, float]]) -> None:
        """Start with the stationary distribution π = πM of ``chain`` as weights.

        Args:
            chain: Rows of transition probabilities, {from: {to: probability}}. Rows
                are normalized; a warning names those that did not sum to 1.
        """
        self._start(initial.markov_ket(self._operators, chain), "markov")

    def initialize_emoji(self, emoji: str) -> None:
        """Start in one basis state; in a register the other axes are in the south."""
        self._start(initial.emoji_ket(self._operators, emoji), emoji)

    def initialize_poles(self, poles: Sequence[str]) -> None:
        """Start a register in the basis state of ``poles``, south where none is named.

        Raises:
            ArgumentError: the bath is of levels, or two poles are of one axis.
            UnknownNameError: a pole is not in the bath.
        """
        self._start(initial.poles_ket(self._operators, poles), " ".join(poles))

    def initialize_ket(self, ket: Any) -> None:
        """Start in any ket (D,), which is normalized."""
        self._start(normalized_ket(ket, self._operators.dimension), "ket")

    def initialize_density_matrix(self, rho: Any) -> None:
        """Start ``master`` in any density matrix (D, D).

        It is brought to trace 1, and eigenvalues that rounding made negative to 0.
        """
        if self.method != "master":
            raise ArgumentError(
                "Only a bath under method 'master' can start in a density matrix; "
                f"this one is under {self.method!r}"
            )
        state = normalized_density_matrix(rho, self._operators.dimension)
        self._start(state, "density matrix")

    # --- how it goes on -----------------------------------------------------------

    def evolve(self, dt: float) -> tuple[Jumped, ...]:
        """Evolve by one step of ``dt`` seconds; return the quantum jumps in it."""
        step = self.check_step(dt)
        return self._changes.make(self._memory, self._recall, self._step, step)

    def evolve_many(self, dt: float, steps: int, record_every: int = 1) -> Recording:
        """Evolve by ``steps`` steps of ``dt`` seconds and record the populations.

        Signals: each jump and ``bath_evolved``, at the end.

        Returns:
            Recording with T = steps // record_every + 1 rows, the first of which is
            the state before the first step, and the last that at the end, if a row is
            due there.

        Raises:
            ArgumentError: as in :meth:`check_step`; a number of steps that is none; or
                so many rows that the memory does not hold them.
        """
        step = self.check_step(dt)
        count = checked_count(steps, "steps", at_least=0)
        every = checked_count(record_every, "record_every", at_least=1)
        n, rows = len(self.emojis), count // every + 1
        check_room(8.0 * rows * (n + 3), f"A recording of {rows:,} rows")
        self._clock.check(step, count)
        times = self._clock.times(step, every * np.arange(rows))
        populations = np.empty((rows, n))
        times[0] = self.time
        events = self._changes.make(
            self._memory, self._recall, self._record, step, count, every, populations
        )
        return Recording(self.emojis, times, populations, events)

    def check_step(self, dt: float) -> float:
        """Return ``dt`` in seconds if one step may be that long.

        Raises:
            ArgumentError: not a finite number above 0; so long that it would never
                end; or, under ``spec``, so long that some transfer would move more
                than there is (γ·dt > 1).
        """
        if type(dt) is float and dt == self._allowed_step:
            return dt
        step = checked_seconds(dt)
        check_step(self._operators, self.options, step)
        self._allowed_step = step
        return step

    def steady_state(self) -> ComplexArray:
        """Return the density matrix (D, D) that the master equation leaves unchanged.

        Raises:
            ArgumentError: the bath is driven, its steady state is not unique, or a
                rounding of the numbers in H decides it; or the machine has not as much
                memory.
            RunError: it is not known to 1e-9.
        """
        from spacewheat_sim.quantum.steady.state import steady_state

        if not self._operators.drive.is_static:
            drivers = self._operators.drive.drivers
            driven = ", ".join(dict.fromkeys(driver.called for driver in drivers))
            raise ArgumentError(
                f"A driven bath has no steady state; the energies or rates of {driven} "
                "depend on time"
            )
        check_density(self._operators.dimension, STEADY_BYTES)
        hamiltonian = self._operators.hamiltonian.toarray()
        return steady_state(self._operators.generator, hamiltonian)

    def forecast(self) -> Forecast:
        """Return what the next jump will be and when, from the present state.

        Raises:
            ArgumentError: its jumps do not land on basis states.
            RunError: driven energies cannot be followed.
        """
        from spacewheat_sim.engine.analysis.next_jump import forecast_of

        return forecast_of(self._operators, self.density_matrix(), self.time)

    def ensemble(
        self,
        duration: float,
        trajectories: int,
        dt: float = 1.0,
        seed: int | None = None,
        *,
        first_passage: str | None = None,
        measurements: Sequence[ScheduledMeasurement] = (),
        executor: Executor | str | None = None,
    ) -> EnsembleResult:
        """Average many quantum trajectories from the present state and time.

        The bath itself is left as it is. All its states are evolved, whatever its
        ``active_threshold``.

        Args:
            duration: Seconds to evolve.
            trajectories: How many to average.
            dt: Seconds between output rows, the first of which is the present.
            seed: Root of the trajectories' streams; None draws one.
            first_passage: Emoji whose first landing by a jump is to be timed: how
                long until 🌾 becomes 💀?
            measurements: Made on every trajectory, each with its own outcome. A row
                at the very time of one is of the state before it.
            executor: Where they run, which changes no bit: ``processes[:N]``, ``dask``
                or ``dask://HOST:PORT``, or an executor of your own; threads of this
                process without it.
        """
        run = self.prepare_ensemble(
            duration,
            trajectories,
            dt,
            seed,
            first_passage=first_passage,
            measurements=measurements,
        )
        return run.complete(executor)

    def prepare_ensemble(
        self,
        duration: float,
        trajectories: int,
        dt: float = 1.0,
        seed: int | None = None,
        *,
        first_passage: str | None = None,
        measurements: Sequence[ScheduledMeasurement] = (),
    ) -> EnsembleRun:
        """Check the arguments of :meth:`ensemble` and return it, ready to run.

        For callers who want to be told how far it is, or to keep what there is when a
        ``KeyboardInterrupt`` ends :meth:`EnsembleRun.run`.
        """
        return EnsembleRun.prepare(
            self._operators,
            self.options,
            self.state,
            self.time,
            duration=duration,
            trajectories=trajectories,
            dt=dt,
            seed=seed,
            first_passage=first_passage,
            measurements=measurements,
        )

    def replace_operators(
        self, operators: BathOperators, options: EvolverOptions | None = None
    ) -> None:
        """Go on under other operators from the same state.

        Emojis may join, with probability 0, and leave where they are empty; axes of a
        register may join, at the pole to which a harvest brings them, and leave where
        they are at a pole for sure.
        Under another method a ket becomes its density matrix, and a density matrix one
        of its eigenkets, drawn from the bath's stream with the eigenvalue as weight:
        over many draws its mean is the density matrix that it came from.

        Args:
            operators: What the bath evolves under from now on.
            options: Its method and how to integrate it; as they are where None.

        Raises:
            ArgumentError: what leaves is still there, a register was to become a level
                biome, or the bath is one of a world.
        """
        checked_instance(operators, BathOperators, "operators")
        check_leaving(self._operators, operators, self.populations())
        self._refuse_in_world()
        if options is None:
            options = self.options
        checked_instance(options, EvolverOptions, "options")
        self._changes.make(
            self._memory, self._recall, self._go_on_under, operators, options
        )

    # --- how it is looked at ------------------------------------------------------

    def measure_axis(
        self,
        north: str,
        south: str,
        collapse_strength: float = DEFAULT_STRENGTH,
        *,
        kind: MeasurementKind = "game",
        strength: float | None = None,
    ) -> str | None:
        """Measure an axis; return the outcome, None where it is neither pole.

        Args:
            north: Emoji at the north pole.
            south: Emoji at the south pole.
            collapse_strength: k of the partial collapse of a game measurement.
            kind: ``game``, ``projective`` or ``weak``; see
                :func:`spacewheat_sim.quantum.measurement.axis_branches`.
            strength: κ in [0, 1] of a weak measurement (0.5 where not given).
        """
        amount = chosen_strength(kind, strength, collapse_strength)
        return self.measure(north, south, kind, amount).outcome

    def measure(
        self,
        north: str,
        south: str,
        kind: MeasurementKind = "game",
        strength: float | None = None,
    ) -> Measured:
        """Measure an axis as :meth:`measure_axis` does; return the event.

        ``strength`` is k of a game measurement or κ of a weak one, 0.5 where None.
        """
        what = compiled(self._operators, north, south, kind, strength, self.time)
        return self._changes.make(self._memory, self._recall, self._measure, what)

    def harvest(self, north: str, south: str) -> str | None:
        """Take what is on an axis; it goes to the biome's ground, and is gone.

        The Kraus operators are |g⟩⟨n|, |g⟩⟨s| and the projector on the rest, with g the
        ground; a pole that is the ground keeps its projector. In a register the axis
        goes to its ground, the south if nothing else is declared.

        Returns:
            Who was taken; None for the ground itself, and for neither pole. Where both
            poles are empty nothing changes, and nothing is drawn.

        Raises:
            ArgumentError: the biome has no ground, or there is no such axis.
        """
        return self.take(north, south).outcome

    def take(self, north: str, south: str) -> Harvested:
        """Harvest as :meth:`harvest` does, and return the event."""
        poles = axis_poles(self._operators, north, south)
        ground = self._operators.ground(poles[0])
        dimension, qubits = self._operators.dimension, self._operators.qubits
        outcomes = harvest_outcomes(*poles, ground, dimension, qubits)
        return self._changes.make(
            self._memory, self._recall, self._take, poles, outcomes
        )

    def partial_collapse(self, emoji: str, strength: float) -> Collapsed:
        """Multiply ``emoji`` by 1 + strength, the others by 1 − strength/10; normalize.

        Raises:
            ArgumentError: ``strength`` is not in [0, 10).
            ImpossibleOutcomeError: ``emoji`` has probability 0.
        """
        i = self._operators.index(emoji)
        amount = measurement.checked_strength(strength)
        states = self._operators.states(i)
        kraus = measurement.partial_collapse_kraus(
            self._operators.dimension, states, amount
        )
        return self._changes.make(
            self._memory, self._recall, self._collapse, i, kraus, amount
        )

    def full_collapse(self, emoji: str) -> Collapsed:
        """Leave only ``emoji``, with the phase it had; other axes stay as they are.

        Raises:
            ImpossibleOutcomeError: ``emoji`` has probability 0.
        """
        i = self._operators.index(emoji)
        states = self._operators.states(i)
        kraus = measurement.projector(self._operators.dimension, states)
        return self._changes.make(
            self._memory, self._recall, self._collapse, i, kraus, None
        )

    def apply_gate(
        self,
        gate: str,
        axis: tuple[str, str],
        other: tuple[str, str] | None = None,
        *,
        angle: float | None = None,
    ) -> Gated:
        """Apply a gate to an axis (north, south), or to two; it takes no time.

        ψ → Uψ or ρ → UρU†, north being |0⟩; see :mod:`.quantum.register.gates`.
        In a level biome a gate acts on the span of north and south, and leaves all
        else as it is. The wait for the next jump goes on.

        Args:
            gate: X, Y, Z, H, S, T, or RX, RY, RZ by ``angle``; in a register also CNOT
                (``axis`` is the control), CZ, SWAP, ISWAP on two axes.
            axis: Its poles.
            other: The poles of the second axis of a gate on two.
            angle: θ of a turn in rad.

        Raises:
            UnknownNameError: an unknown gate or emoji.
            ArgumentError: no axis of the bath, a gate on two axes in a level biome, one
                axis twice, a second axis too many or too few, or no such angle.
        """
        what = compiled_gate(self._operators, self.time, gate, axis, other, angle)
        return self._changes.make(self._memory, self._recall, self._apply_gate, what)

    def mutual_information(
        self, axis: tuple[str, str], other: tuple[str, str]
    ) -> float:
        """Return S_a + S_b − S_ab of two axes of a register in nats, 0 to 2 ln 2."""
        pair = two_register_axes(self._operators, axis, other, "Mutual information")
        qubits = self._operators.qubits
        found = entanglement.mutual_information(self.state[None], *pair, qubits)
        return float(found[0])

    def negativity(self, axis: tuple[str, str], other: tuple[str, str]) -> float:
        """Return Σ |λ| over the negative λ of ρ_ab, transposed on b, 0 to 1/2.

        It is above 0 only where two axes of a register are entangled.
        """
        pair = two_register_axes(self._operators, axis, other, "Negativity")
        qubits = self._operators.qubits
        return float(entanglement.negativity(self.state[None], *pair, qubits)[0])

    def entanglement_entropy(self, axis: tuple[str, str]) -> float:
        """Return −tr ρ_a ln ρ_a of an axis of a register in nats, 0 to ln 2.

        Of a ket it is the entanglement of the axis with all others; of a density matrix
        also what is mixed of itself.

        Raises:
            ArgumentError: the bath is of levels, or this is no axis of it.
        """
        if not self._operators.qubits:
            raise ArgumentError(
                "Entanglement entropy needs a register, whose axes are qubits; in a "
                "level biome all emojis are states of one system"
            )
        poles = given_axis(self._operators, axis)
        qubits = self._operators.qubits
        rho = entanglement.reduced_axis(self.state[None], poles, qubits)
        return float(entanglement.entropies(rho)[0])

    # --- how it is kept -----------------------------------------------------------

    def checkpoint(self) -> BathState:
        """Return all that decides how the bath goes on under its operators."""
        active = self._evolver.active
        return BathState(
            self._clock.reading,
            self.state[None],
            np.array([self._evolver.clock]),
            np.array([self._draws.position]),
            () if active is None else (active,),
        )

    def resume(self, saved: BathState) -> None:
        """Go on from a checkpoint of a bath with equal operators and options.

        What follows is bit for bit what followed there.

        Raises:
            ArgumentError: the checkpoint is of a bath of another size or method, or
                with a random stream of another kind; or the bath is one of a world,
                which is at another time.
        """
        checked_instance(saved, BathState, "saved")
        before = self.checkpoint()
        if self._is_in_world and saved.time != before.time:
            raise ArgumentError(
                "A bath of a world keeps its world's time, and can only resume a "
                "checkpoint of the same moment"
            )
        saved.check_replaces(before)
        self._changes.make(self.checkpoint, self._resume, self._resume, saved)

    def __copy__(self) -> QuantumBath:
        # A copy that shared the state would move with the original.
        return copy.deepcopy(self)

    # --- inside -------------------------------------------------------------------

    @property
    def _evolver(self) -> Evolver:
        """What holds the state, of a step that is whole."""
        if self._changes.thread:
            self._changes.settle()
        return self._engine

    def _memory(self) -> Any:
        """Return a copy of what a change of this bath touches."""
        self._draws.keep()
        engine, clock = self._engine, self._clock.memory()
        return clock, self._operators, self.options, engine, engine.memory()

    def _recall(self, memory: Any) -> None:
        """Be as one was when :meth:`_memory` was called."""
        clock, self._operators, self.options, self._engine, state = memory
        self._clock.recall(clock)
        self._engine.recall(state)
        self._draws.revoke()

    def _step(
        self,
        step: float,
        steps: int = 1,
        offsets: FloatArray | None = None,
        rows: FloatArray | None = None,
    ) -> tuple[Jumped, ...]:
        """Take ``steps`` steps of ``step`` seconds, and say so."""
        clock, changes = self._clock, self._changes
        time = clock.check(step, steps)
        changes.is_stepping = True
        jumps = self._engine.advance(time, step, steps, offsets, rows)
        changes.is_stepping = False
        clock.count(step, steps)
        events = self._announce(jumps) if jumps else ()
        if signals.bath_evolved.receivers:
            event = Evolved(clock.time, step, steps)
            changes.send(signals.bath_evolved, self, event)
        return events

    def _resume(self, saved: BathState) -> None:
        self._draws.position = saved.streams[0]
        self._clock.reading = saved.time
        self._engine.state = saved.states[0]
        self._engine.clock = JumpClock(*saved.clocks[0].tolist())
        self._engine.active = saved.active[0] if saved.active else None

    def _refuse_in_world(self) -> None:
        if self._is_in_world:
            raise ArgumentError(
                "A bath of a world is changed by commands to its world only; make a "
                "bath of your own with load_biome(…).bath()"
            )

    def _record(
        self, step: float, steps: int, every: int, populations: FloatArray
    ) -> tuple[Jumped, ...]:
        """Take steps; write the populations at the start and after each ``every``."""
        populations[0] = self.operators.seen(self._engine.populations())
        offsets = row_offsets(step, steps, every)
        events = self._step(step, steps, offsets, populations[1:])
        if steps % every == 0:
            populations[-1] = self.operators.seen(self._engine.populations())
        return events

    def _measure(self, what: AxisMeasurement) -> Measured:
        branches = measurement.axis_branches(self._engine.populations(), what)
        outcome: str | None = None
        if branches:
            branch = measurement.choose(branches, self._draws.random())
            state = measurement.apply_diagonal(self._engine.state, branch.kraus)
            self._engine.state = state
            outcome = None if branch.outcome is None else self.emojis[branch.outcome]
        poles = self.emojis[what.north], self.emojis[what.south]
        event = Measured(what.time, *poles, what.kind, what.strength, outcome)
        self._changes.send(signals.bath_measured, self, event)
        return event

    def _take(
        self, poles: tuple[int, int], outcomes: tuple[HarvestOutcome, ...]
    ) -> Harvested:
        populations = self._engine.populations()
        chances = harvest_probabilities(populations, outcomes)
        taken: str | None = None
        if is_something_there(chances):
            draw = np.array(self._draws.random())
            outcome = outcomes[int(measurement.choose_outcomes(chances, draw))]
            self._engine.state = after_harvest(self._engine.state[None], outcome)[0]
            taken = None if outcome.taken is None else self.emojis[outcome.taken]
        north, south = (self.emojis[pole] for pole in poles)
        amount = 0.0 if taken is None else 1.0
        event = Harvested(self._clock.time, north, south, taken, amount)
        self._changes.send(signals.bath_harvested, self, event)
        return event

    def _apply_gate(self, what: CompiledGate) -> Gated:
        before = self._engine.state[None]
        self._engine.state = gates.apply_gate(before, what.unitary, what.places)[0]
        self._changes.send(signals.bath_gated, self, what.event)
        return what.event

    def _collapse(self, i: int, kraus: FloatArray, strength: float | None) -> Collapsed:
        found = self._operators.seen(self._engine.populations())
        probability = float(found[i])
        if probability < IMPOSSIBLE:
            raise ImpossibleOutcomeError(
                f"The bath cannot collapse onto {self.emojis[i]}: its probability is "
                f"{probability:.3g}"
            )
        self._engine.state = measurement.apply_diagonal(self._engine.state, kraus)
        event = Collapsed(self._clock.time, self.emojis[i], strength)
        self._changes.send(signals.bath_collapsed, self, event)
        return event

    def _go_on_under(self, operators: BathOperators, options: EvolverOptions) -> None:
        before = self._engine
        here = BathState.beginning(before.state[None])
        (state,) = grown(here, self._operators, operators).states
        state = carried_over(state, options.method, self._draws)
        evolver = make_evolver(operators, options, state, self._draws)
        if options.method == self.method:
            evolver.clock = before.clock
        if evolver.active is not None:
            evolver.active = replace(evolver.active, neglected=self.neglected)
        self._operators, self.options, self._engine = operators, options, evolver
        self._allowed_step = math.nan

    def _start(self, state: ComplexArray, how: str) -> None:
        self._refuse_in_world()
        self._changes.make(self._memory, self._recall, self._begin, state, how)

    def _begin(self, state: ComplexArray, how: str) -> None:
        self._engine = make_evolver(self._operators, self.options, state, self._draws)
        self._clock.restart()
        self._changes.send(signals.bath_initialized, self, Initialized(how))

    def _announce(self, jumps: list[Jump]) -> tuple[Jumped, ...]:
        describe = self._operators.jump_event
        events = tuple(describe(jump.time, jump.channel) for jump in jumps)
        for event in events:
            self._changes.send(signals.bath_jumped, self, event)
        return events
