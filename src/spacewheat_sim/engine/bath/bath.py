"""QuantumBath: the state of a biome, its evolution, its measurements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from blinker import Signal

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
from spacewheat_sim.engine.bath.acts.collapse import (
    collapse_alone,
    full_collapse,
    partial_collapse,
)
from spacewheat_sim.engine.bath.acts.gate import apply_alone, compiled_gate
from spacewheat_sim.engine.bath.acts.harvest import harvest_alone, harvesting
from spacewheat_sim.engine.bath.acts.measurement import (
    chosen_strength,
    measure_alone,
    measuring,
)
from spacewheat_sim.engine.bath.arguments import checked_instance
from spacewheat_sim.engine.bath.axes import register_axis, two_register_axes
from spacewheat_sim.engine.bath.ensemble.ensemble import EnsembleResult
from spacewheat_sim.engine.bath.ensemble.measurements import ScheduledMeasurement
from spacewheat_sim.engine.bath.ensemble.run import EnsembleRun
from spacewheat_sim.engine.bath.events import (
    Collapsed,
    Evolved,
    Gated,
    Harvested,
    Jumped,
    Measured,
)
from spacewheat_sim.engine.bath.one_or_many import OneOrMany
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import (
    ENTRY_BYTES,
    EvolverOptions,
    check_density,
    check_layout,
    make_evolver,
)
from spacewheat_sim.engine.bath.recordings.recording import Recording
from spacewheat_sim.engine.bath.recordings.rows import Rows, rows_to_record
from spacewheat_sim.engine.bath.running.batch import RunningBatch
from spacewheat_sim.engine.bath.running.bath import RunningBath
from spacewheat_sim.engine.bath.running.growth import check_leaving
from spacewheat_sim.engine.bath.running.revocable_stream import (
    BathStream,
    RevocableStream,
)
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.engine.bath.steady import steady_state_of
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.axis import AxisProjection, project
from spacewheat_sim.quantum.drive import DEFAULT_MAX_STEP
from spacewheat_sim.quantum.evolution import Jump
from spacewheat_sim.quantum.given_states import (
    normalized_density_matrix,
    normalized_ket,
)
from spacewheat_sim.quantum.register import entanglement

if TYPE_CHECKING:
    from spacewheat_sim.engine.analysis.next_jump import Forecast

Event = TypeVar("Event")


class QuantumBath(OneOrMany[RunningBath]):
    """The emojis of a biome as one open quantum system of D basis states.

    The N emojis of a level biome are the basis states, D = N. Those of a register are
    the poles of n axes, each of which is a qubit, D = 2^n.

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

    __slots__ = ("_is_in_world",)

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
        options = EvolverOptions(
            method, tolerance, hamiltonian_step, active_threshold, max_step
        )
        self.seed = seeding.resolve_seed(seed)
        draws = RevocableStream(
            seeding.stream(self.seed, "bath")
            if stream is None
            else checked_instance(stream, np.random.Generator, "stream")
        )
        checked_instance(operators, BathOperators, "operators")
        check_layout(operators, options)
        ket = initial.uniform_ket(operators.dimension)
        evolver = make_evolver(operators, options, ket, draws)
        self._hold(RunningBath(StepClock()))
        self._is_in_world = False
        self._running.take(operators, options, evolver, draws)

    @classmethod
    def in_world(cls, seed: int, clock: StepClock) -> QuantumBath:
        """Return a bath under a world's ``clock``, yet to :meth:`move` to a batch."""
        bath = cls.__new__(cls)
        bath.seed, bath._is_in_world = seed, True  # noqa: SLF001  # its own
        bath._hold(RunningBath(clock))  # noqa: SLF001  # its own
        return bath

    def move(self, batch: RunningBatch, place: int) -> None:
        """Go on as one of ``batch``, which keeps the state and moves it."""
        evolver, stream = batch.one(place)
        draws = RevocableStream(stream)
        self._running.take(batch.operators, batch.options, evolver, draws)

    def __repr__(self) -> str:
        return (
            f"QuantumBath({len(self.operators)} emojis, method={self.method!r}, "
            f"seed={self.seed}, time={self.time:g} s)"
        )

    # --- what it is ---------------------------------------------------------------

    @property
    def method(self) -> Method:
        """``trajectory``, ``master`` or ``spec``."""
        return self.options.method

    @property
    def rng(self) -> BathStream:
        """The random stream that the bath draws from."""
        return self._running.draws.source

    @property
    def state(self) -> ComplexArray:
        """A copy of the ket (D,), or under ``master`` of the density matrix (D, D)."""
        return self._whole.evolver.state

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
        return self._whole.evolver.state

    def density_matrix(self) -> ComplexArray:
        """Return ρ, or |ψ⟩⟨ψ| for a ket, (D, D).

        Raises:
            ArgumentError: the machine has not as much memory.
        """
        check_density(self.operators.dimension, ENTRY_BYTES)
        return states.density_matrix(self.state)

    def populations(self) -> FloatArray:
        """Return the probability of each emoji in order, (N,); of a register (2n,)."""
        return self._whole.populations()

    @property
    def neglected(self) -> float:
        """Upper bound on the amplitude left out by ``active_threshold``, else 0."""
        return self._whole.neglected

    def probabilities(self) -> dict[str, float]:
        """Return the probability of each emoji."""
        return dict(zip(self.emojis, self.populations().tolist(), strict=True))

    def probability(self, emoji: str) -> float:
        """Return the probability of ``emoji``; raises for one not in the bath."""
        return float(self.populations()[self.operators.index(emoji)])

    def amplitude(self, emoji: str) -> complex:
        """Return ⟨emoji|ψ⟩.

        Raises:
            UnknownNameError: the bath has no such emoji.
            ArgumentError: under ``master``, or in a register, where an emoji is in as
                many basis states as there are of the other axes.
        """
        i = self.operators.index(emoji)
        if self.operators.qubits:
            raise ArgumentError(
                f"In a register {emoji} has no amplitude of its own: it is in "
                f"{self.operators.dimension // 2} basis states; use `amplitudes` or "
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
            "energy": self.operators.energy(state, self.time),
        }

    def project_onto_axis(self, north: str, south: str) -> AxisProjection:
        """Return the Bloch projection on the axis from ``south`` to ``north``."""
        return project(*self.axis_block(north, south))

    def axis_block(self, north: str, south: str) -> tuple[float, float, complex]:
        """Return p_n, p_s and ρ_ns, all that an axis says of the state."""
        return self._whole.axis_block(north, south)

    # --- where it starts ----------------------------------------------------------

    def initialize_from_markov(self, chain: Mapping[str, Mapping[str, float]]) -> None:
        """Start with the stationary distribution π = πM of ``chain`` as weights.

        Args:
            chain: Rows of transition probabilities, {from: {to: probability}}. Rows
                are normalized; a warning names those that did not sum to 1.
        """
        self._start(initial.markov_ket(self.operators, chain), "markov")

    def initialize_ket(self, ket: Any) -> None:
        """Start in any ket (D,), which is normalized."""
        self._start(normalized_ket(ket, self.operators.dimension), "ket")

    def initialize_density_matrix(self, rho: Any) -> None:
        """Start ``master`` in any density matrix (D, D).

        It is brought to trace 1, and eigenvalues that rounding made negative to 0.
        """
        if self.method != "master":
            raise ArgumentError(
                "Only a bath under method 'master' can start in a density matrix; "
                f"this one is under {self.method!r}"
            )
        state = normalized_density_matrix(rho, self.operators.dimension)
        self._start(state, "density matrix")

    # --- how it goes on -----------------------------------------------------------

    def evolve(self, dt: float) -> tuple[Jumped, ...]:
        """Evolve by one step of ``dt`` seconds; return the quantum jumps in it."""
        running = self._running
        step, make = running.checked_step(dt), self._changes.make
        return make(running.memory, running.recall, self._step, step)

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
        running = self._whole
        step = running.checked_step(dt)
        n = len(self.emojis)
        rows = rows_to_record(running.clock, n, step, steps, record_every)
        events = self._changes.make(
            running.memory, running.recall, self._record, step, rows
        )
        return Recording(self.emojis, rows.times, rows.populations, events)

    def check_step(self, dt: float) -> float:
        """Return ``dt`` in seconds if one step may be that long.

        Raises:
            ArgumentError: not a finite number above 0; so long that it would never
                end; or, under ``spec``, so long that some transfer would move more
                than there is (γ·dt > 1).
        """
        return self._running.checked_step(dt)

    def steady_state(self) -> ComplexArray:
        """Return the density matrix (D, D) that the master equation leaves unchanged.

        Raises:
            ArgumentError: the bath is driven, its steady state is not unique, or a
                rounding of the numbers in H decides it; or the machine has not as much
                memory.
            RunError: it is not known to 1e-9.
        """
        return steady_state_of(self.operators)

    def forecast(self) -> Forecast:
        """Return what the next jump will be and when, from the present state.

        Raises:
            ArgumentError: its jumps do not land on basis states.
            RunError: driven energies cannot be followed.
        """
        from spacewheat_sim.engine.analysis.next_jump import forecast_of

        return forecast_of(self.operators, self.density_matrix(), self.time)

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
            self.operators,
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
        check_leaving(self.operators, operators, self.populations())
        self._refuse_in_world()
        if options is None:
            options = self.options
        checked_instance(options, EvolverOptions, "options")
        running = self._running
        change = running.go_on_under
        self._changes.make(running.memory, running.recall, change, operators, options)

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
        axis = self.operators, north, south
        instrument = measuring(*axis, kind, strength, self.time)
        return self._do(signals.bath_measured, measure_alone, instrument)

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
        instrument, axis = harvesting(self.operators, north, south), (north, south)
        given = instrument, axis, self.time
        return self._do(signals.bath_harvested, harvest_alone, *given)

    def partial_collapse(self, emoji: str, strength: float) -> Collapsed:
        """Multiply ``emoji`` by 1 + strength, the others by 1 − strength/10; normalize.

        Raises:
            ArgumentError: ``strength`` is not in [0, 10).
            ImpossibleOutcomeError: ``emoji`` has probability 0.
        """
        what = partial_collapse(self.operators, emoji, strength)
        return self._do(signals.bath_collapsed, collapse_alone, what, self.time)

    def full_collapse(self, emoji: str) -> Collapsed:
        """Leave only ``emoji``, with the phase it had; other axes stay as they are.

        Raises:
            ImpossibleOutcomeError: ``emoji`` has probability 0.
        """
        what = full_collapse(self.operators, emoji)
        return self._do(signals.bath_collapsed, collapse_alone, what, self.time)

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
        what = compiled_gate(self.operators, self.time, gate, axis, other, angle)
        return self._do(signals.bath_gated, apply_alone, what)

    def mutual_information(
        self, axis: tuple[str, str], other: tuple[str, str]
    ) -> float:
        """Return S_a + S_b − S_ab of two axes of a register in nats, 0 to 2 ln 2.

        Raises:
            UnknownNameError: an emoji is not in the bath.
            ArgumentError: the bath is of levels, something is no axis, or both are one.
        """
        pair = two_register_axes(self.operators, axis, other, "Mutual information")
        where = self.state[None], *pair, self.operators.qubits
        return float(entanglement.mutual_information(*where)[0])

    def negativity(self, axis: tuple[str, str], other: tuple[str, str]) -> float:
        """Return Σ |λ| over the negative λ of ρ_ab, transposed on b, 0 to 1/2.

        It is above 0 only where two axes of a register are entangled. Errors as of
        :meth:`mutual_information`.
        """
        pair = two_register_axes(self.operators, axis, other, "Negativity")
        where = self.state[None], *pair, self.operators.qubits
        return float(entanglement.negativity(*where)[0])

    def entanglement_entropy(self, axis: tuple[str, str]) -> float:
        """Return −tr ρ_a ln ρ_a of an axis of a register in nats, 0 to ln 2.

        Of a ket it is the entanglement of the axis with all others; of a density matrix
        also what is mixed of itself.

        Raises:
            UnknownNameError: an emoji is not in the bath.
            ArgumentError: the bath is of levels, or this is no axis of it.
        """
        poles = register_axis(self.operators, axis, "Entanglement entropy")
        where = self.state[None], poles, self.operators.qubits
        rho = entanglement.reduced_axis(*where)
        return float(states.entropies(rho)[0])

    # --- how it is kept -----------------------------------------------------------

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
        running = self._running
        self._changes.make(running.checkpoint, running.resume, running.resume, saved)

    # --- inside -------------------------------------------------------------------

    def _refuse_in_world(self) -> None:
        if self._is_in_world:
            raise ArgumentError(
                "A bath of a world is changed by commands to its world only; make a "
                "bath of your own with load_biome(…).bath()"
            )

    def _start(self, state: ComplexArray, how: str, /) -> None:
        self._refuse_in_world()
        self._do(signals.bath_initialized, RunningBath.begin, state, how)

    def _do(
        self, signal: Signal, act: Callable[..., Event], *arguments: object
    ) -> Event:
        """Do an act as one change, send ``signal`` with its event, and return that."""
        running = self._running
        memory, recall = running.memory, running.recall
        make, done = self._changes.make, self._done
        event: Event = make(memory, recall, done, signal, act, *arguments)
        return event

    def _done(
        self, signal: Signal, act: Callable[..., Event], *arguments: object
    ) -> Event:
        event: Event = act(self._running, *arguments)
        self._changes.send(signal, self, event)
        return event

    def _step(self, step: float) -> tuple[Jumped, ...]:
        jumps = self._running.step(step)
        if jumps or signals.bath_evolved.receivers:
            return self._told(jumps, step, 1)
        return ()

    def _record(self, step: float, rows: Rows) -> tuple[Jumped, ...]:
        jumps = self._running.record(step, rows)
        return self._told(jumps, step, rows.steps)

    def _told(self, jumps: list[Jump], step: float, steps: int) -> tuple[Jumped, ...]:
        """Send the signals of steps that are done; return the events of the jumps."""
        describe = self.operators.jump_event
        events = tuple(describe(jump.time, jump.channel) for jump in jumps)
        for event in events:
            self._changes.send(signals.bath_jumped, self, event)
        if signals.bath_evolved.receivers:
            evolved = Evolved(self._running.clock.time, step, steps)
            self._changes.send(signals.bath_evolved, self, evolved)
        return events
