"""RunningBatch: many baths of one biome, whose states are kept and moved together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import (
    BoolArray,
    ComplexArray,
    FloatArray,
    IndexArray,
    IntArray,
)
from spacewheat_sim.engine.bath.acts.harvest import harvest
from spacewheat_sim.engine.bath.acts.measurement import measure
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import EvolverOptions, make_states
from spacewheat_sim.engine.bath.running.growth import grown
from spacewheat_sim.engine.bath.running.view import BathView
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.quantum.axis import AxisProjections, project_many
from spacewheat_sim.quantum.instruments.instruments import Harvesting, Instruments
from spacewheat_sim.quantum.methods.batch_kets import BatchKets
from spacewheat_sim.quantum.register.layout import axis_blocks
from spacewheat_sim.quantum.streams import BatchStream, BatchStreams


class RunningBatch:
    """B baths of the same operators and clock; what becomes of one depends on no other.

    Where something here raises, some baths may have changed: see :meth:`recall`.

    Args:
        operators: What all evolve under.
        options: Their method, and how to integrate it.
        streams: What each draws from.
        clock: Their time.
        start: Where they are.

    Attributes:
        operators: What all evolve under.
        options: Their method, and how to integrate it.
        streams: What each draws from.
        clock: Their time, which others may share.
        states: What holds their states and moves them.
        everyone: The numbers of all of them, (B,).
        all_chosen: True for each of them, (B,).
    """

    def __init__(
        self,
        operators: BathOperators,
        options: EvolverOptions,
        streams: BatchStreams,
        clock: StepClock,
        start: BathState,
    ) -> None:
        self.operators, self.options = operators, options
        self.streams, self.clock = streams, clock
        self.everyone = np.arange(len(start.states))
        self.all_chosen = np.ones(self.everyone.size, dtype=np.bool_)
        self.states = make_states(operators, options, start, streams)

    def __len__(self) -> int:
        return self.everyone.size

    # --- how they go on -----------------------------------------------------------

    def advance(
        self, time: float, dt: float, chosen: BoolArray | None = None
    ) -> tuple[tuple[int, Jumped], ...]:
        """Evolve the ``chosen`` (B,) baths from ``time``, and leave the clock alone.

        Returns:
            Each quantum jump with the number of its bath, in order of bath.
        """
        jumps = self.states.advance(
            time, dt, self.all_chosen if chosen is None else chosen
        )
        if not jumps:
            return ()
        event = self.operators.jump_event
        return tuple((bath, event(jump.time, jump.channel)) for bath, jump in jumps)

    def step(
        self, step: float, chosen: BoolArray | None
    ) -> tuple[tuple[int, Jumped], ...]:
        """Evolve as :meth:`advance` does, and have the clock of all go on."""
        time = self.clock.check(step)
        self.clock.changes.is_stepping = True
        jumps = self.advance(time, step, chosen)
        self.clock.changes.is_stepping = False
        self.clock.count(step)
        return jumps

    def use(self, instruments: Instruments, chosen: IntArray) -> IntArray:
        """Use the instrument ``chosen`` (B,) on each bath, −1 for none.

        Returns:
            The number of the outcome, −1 where nothing was done, (B,).
        """
        if isinstance(self.states, BatchKets):
            return self.states.use(instruments, chosen)
        found = np.full(len(self), -1, dtype=np.int64)
        for number, instrument in enumerate(instruments.each):
            which = np.flatnonzero(chosen == number)
            if not which.size:
                continue
            if isinstance(instrument, Harvesting):
                which, outcomes = harvest(self, which, instrument)
            else:
                which, outcomes = measure(self, which, instrument)
            found[which] = instruments.first_outcome(number) + outcomes
        return found

    def begin(self, kets: ComplexArray) -> None:
        """Begin anew in one ket (D,), or each in its own (B, D), at time 0."""
        n = self.operators.dimension
        start = BathState.beginning(np.broadcast_to(kets, (len(self), n)))
        self.states = make_states(self.operators, self.options, start, self.streams)
        self.clock.restart()

    def go_on_under(self, operators: BathOperators) -> None:
        """Go on under other operators; see :mod:`.growth`."""
        here = grown(self.checkpoint(), self.operators, operators)
        self.states = make_states(operators, self.options, here, self.streams)
        self.operators = operators

    # --- how they are looked at ---------------------------------------------------

    def populations(self) -> FloatArray:
        """Return the probability of each emoji in each bath, (B, N) or (B, 2n)."""
        return self.operators.seen(self.states.populations())

    def write_populations(self, out: NDArray[np.floating]) -> None:
        """Write :meth:`populations` to ``out``, rounded to its type."""
        if isinstance(self.states, BatchKets) and not self.operators.qubits:
            self.states.write_populations(out)
        else:
            out[:] = self.populations()

    def axis_blocks(
        self, north: str, south: str
    ) -> tuple[FloatArray, FloatArray, ComplexArray]:
        """Return p_n, p_s and ρ_ns of all baths, each (B,)."""
        poles = axis_poles(self.operators, north, south)
        if not self.operators.qubits:
            return self.states.blocks(*poles)
        return axis_blocks(self.every_state(), *poles, self.operators.qubits)

    def project_onto_axis(self, north: str, south: str) -> AxisProjections:
        """Return the Bloch projections of all baths on one axis."""
        return project_many(*self.axis_blocks(north, south))

    def every_state(self) -> ComplexArray:
        """Return kets (B, D) or density matrices (B, D, D), a copy."""
        return self.states.get(self.everyone)

    # --- as an act meets them -----------------------------------------------------

    def state_populations(self) -> FloatArray:
        """Return the populations of the basis states, (B, D)."""
        return self.states.populations()

    def get(self, which: IndexArray) -> ComplexArray:
        """Return kets (W, D) or density matrices (W, D, D) of ``which``, a copy."""
        return self.states.get(which)

    def put(self, which: IndexArray, states: ComplexArray) -> None:
        """Put ``states`` in the place of those of ``which``."""
        self.states.put(which, states)

    def draw(self, which: IndexArray) -> FloatArray:
        """Return the next uniform number in [0, 1) of each of ``which``, (W,)."""
        return self.streams.draw(which)

    def called(self, bath: int) -> str:
        """Return what messages call one of them."""
        return f"Bath {bath} of the batch"

    # --- how they are kept --------------------------------------------------------

    def memory(self) -> tuple[Any, bytes]:
        """Return a copy of what :meth:`advance` changes."""
        return self.states.memory(), self.streams.memory()

    def recall(self, memory: tuple[Any, bytes]) -> None:
        """Be as one was when :meth:`memory` was called."""
        states, drawn = memory
        self.states.recall(states)
        self.streams.recall(drawn)

    def whole_memory(self) -> Any:
        """Return a copy of what any change of these baths touches."""
        return self.clock.memory(), self.operators, self.states, self.memory()

    def recall_whole(self, memory: Any) -> None:
        """Be as one was when :meth:`whole_memory` was called."""
        clock, self.operators, self.states, states = memory
        self.clock.recall(clock)
        self.recall(states)

    def checkpoint(self, which: IndexArray | None = None) -> BathState:
        """Return all that decides how the baths ``which`` (W,), or all, go on."""
        chosen = self.everyone if which is None else which
        return BathState(
            self.clock.reading,
            self.states.get(chosen),
            self.states.clocks(chosen),
            self.streams.drawn[chosen],
            self.states.active(chosen),
        )

    def place(self, which: IndexArray, where: BathState) -> None:
        """Put the baths ``which`` (W,) where others are; clock and streams stay."""
        self.states.put(which, where.states)
        self.states.put_clocks(which, where.clocks)
        self.states.put_active(which, where.active or (None,) * which.size)

    def resume(self, saved: BathState) -> None:
        """Be where a checkpoint of such baths is."""
        self.place(self.everyone, saved)
        self.streams.drawn[:] = saved.streams
        self.clock.reading = saved.time

    def one(self, place: int) -> tuple[BathView, BatchStream]:
        """Return the state of one bath, to be looked at and set, and its stream."""
        return BathView(self.states, place), self.streams.of(place)
