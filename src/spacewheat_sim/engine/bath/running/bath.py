"""RunningBath: operators, state, clock and random stream of one bath."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.engine.bath.arguments import checked_seconds
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.bath.events import Initialized
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import EvolverOptions, make_evolver
from spacewheat_sim.engine.bath.recordings.rows import Rows
from spacewheat_sim.engine.bath.running.growth import grown
from spacewheat_sim.engine.bath.running.revocable_stream import RevocableStream
from spacewheat_sim.engine.bath.state import BathState, carried_over
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.quantum.evolution import Evolver, Jump, JumpClock
from spacewheat_sim.quantum.methods.output_rows import row_offsets
from spacewheat_sim.quantum.register.layout import axis_blocks


class RunningBath:
    """All that a bath is while it runs, and the steps that it takes.

    Where something here raises, the bath may have changed: see :meth:`recall`.

    Attributes:
        operators: What the bath evolves under.
        options: Its method, and how to integrate it.
        evolver: What holds its state and moves it.
        draws: Its random stream.
        clock: Its time, which baths of a world share.
    """

    __slots__ = ("_allowed_step", "clock", "draws", "evolver", "operators", "options")
    operators: BathOperators
    options: EvolverOptions
    evolver: Evolver
    draws: RevocableStream
    _allowed_step: float

    def __init__(self, clock: StepClock) -> None:
        self.clock = clock

    def take(
        self,
        operators: BathOperators,
        options: EvolverOptions,
        evolver: Evolver,
        draws: RevocableStream,
    ) -> None:
        """Go on with these."""
        self.operators, self.options = operators, options
        self.evolver, self.draws = evolver, draws
        self._allowed_step = math.nan

    # --- how it goes on -----------------------------------------------------------

    def checked_step(self, dt: float) -> float:
        """Return ``dt`` in seconds if one step may be that long.

        Raises:
            ArgumentError: as in :meth:`.QuantumBath.check_step`.
        """
        if type(dt) is float and dt == self._allowed_step:
            return dt
        step = checked_seconds(dt)
        check_step(self.operators, self.options, step)
        self._allowed_step = step
        return step

    def step(
        self,
        step: float,
        steps: int = 1,
        offsets: FloatArray | None = None,
        rows: FloatArray | None = None,
    ) -> list[Jump]:
        """Take ``steps`` steps; write the populations at ``offsets`` to ``rows``."""
        clock = self.clock
        time = clock.check(step, steps)
        clock.changes.is_stepping = True
        jumps = self.evolver.advance(time, step, steps, offsets, rows)
        clock.changes.is_stepping = False
        clock.count(step, steps)
        return jumps

    def record(self, step: float, rows: Rows) -> list[Jump]:
        """Take steps, and write the populations of ``rows``."""
        populations = rows.populations
        populations[0] = self.populations()
        offsets = row_offsets(step, rows.steps, rows.every)
        jumps = self.step(step, rows.steps, offsets, populations[1:])
        if rows.steps % rows.every == 0:
            populations[-1] = self.populations()
        return jumps

    def begin(self, state: ComplexArray, how: str) -> Initialized:
        """Begin anew in ``state``, at time 0; return the event."""
        self.evolver = make_evolver(self.operators, self.options, state, self.draws)
        self.clock.restart()
        return Initialized(how)

    def go_on_under(self, operators: BathOperators, options: EvolverOptions) -> None:
        """Go on under other operators and options; see :mod:`.growth`."""
        before = self.evolver
        here = BathState.beginning(before.state[None])
        (state,) = grown(here, self.operators, operators).states
        state = carried_over(state, options.method, self.draws)
        evolver = make_evolver(operators, options, state, self.draws)
        if options.method == self.options.method:
            evolver.clock = before.clock
        if evolver.active is not None:
            evolver.active = replace(evolver.active, neglected=self.neglected)
        self.take(operators, options, evolver, self.draws)

    # --- how it is looked at ------------------------------------------------------

    def populations(self) -> FloatArray:
        """Return the probability of each emoji, (N,) or (2n,)."""
        return self.operators.seen(self.evolver.populations())

    @property
    def neglected(self) -> float:
        """Upper bound on the amplitude left out by ``active_threshold``, else 0."""
        active = self.evolver.active
        return 0.0 if active is None else active.neglected

    def axis_block(self, north: str, south: str) -> tuple[float, float, complex]:
        """Return p_n, p_s and ρ_ns of an axis."""
        poles = axis_poles(self.operators, north, south)
        qubits = self.operators.qubits
        if not qubits:
            return self.evolver.block(*poles)
        p_n, p_s, rho_ns = axis_blocks(self.evolver.state[None], *poles, qubits)
        return float(p_n[0]), float(p_s[0]), complex(rho_ns[0])

    # --- as an act meets it: one of one bath --------------------------------------

    def state_populations(self) -> FloatArray:
        """Return the populations of the basis states, (1, D)."""
        return self.evolver.populations()[None]

    def get(self, which: IndexArray) -> ComplexArray:
        """Return the state, (1, D) or (1, D, D); none where ``which`` is empty."""
        return self.evolver.state[None][: which.size]

    def put(self, which: IndexArray, states: ComplexArray) -> None:
        """Put the state of ``states`` in place, if there is one."""
        if which.size:
            self.evolver.state = states[0]

    def draw(self, which: IndexArray) -> FloatArray:
        """Return the next uniform number in [0, 1), (1,); none for no bath."""
        return np.array([self.draws.random() for _ in which])

    def called(self, bath: int) -> str:  # noqa: ARG002  # there is but one
        """Return what messages call it."""
        return "The bath"

    # --- how it is kept -----------------------------------------------------------

    def memory(self) -> Any:
        """Return a copy of what a change of this bath touches."""
        self.draws.keep()
        evolver, clock = self.evolver, self.clock.memory()
        return clock, self.operators, self.options, evolver, evolver.memory()

    def recall(self, memory: Any) -> None:
        """Be as one was when :meth:`memory` was called."""
        clock, self.operators, self.options, self.evolver, state = memory
        self.clock.recall(clock)
        self.evolver.recall(state)
        self.draws.revoke()

    def checkpoint(self) -> BathState:
        """Return all that decides how the bath goes on under its operators."""
        active = self.evolver.active
        return BathState(
            self.clock.reading,
            self.evolver.state[None],
            np.array([self.evolver.clock]),
            np.array([self.draws.position]),
            () if active is None else (active,),
        )

    def resume(self, saved: BathState) -> None:
        """Be where a checkpoint of such a bath is."""
        self.draws.position = saved.streams[0]
        self.clock.reading = saved.time
        self.evolver.state = saved.states[0]
        self.evolver.clock = JumpClock(*saved.clocks[0].tolist())
        self.evolver.active = saved.active[0] if saved.active else None
