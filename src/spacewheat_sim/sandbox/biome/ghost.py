"""The mean over all histories, shown with the history being played."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Collapsed, Gated, Harvested, Measured
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.step_clock import ClockReading, StepClock
from spacewheat_sim.engine.world.events import BiomeEdited, WorldEvent
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.quantum.methods.master import MasterEquation

# A larger density matrix would take more time than a frame has.
LARGEST = 128
LARGEST_REGISTER = 64  # its jumps move whole parts of the matrix
# Per second; a hundredth of a pixel's worth of population.
TOLERANCE = 1e-6
# After these the histories begin anew, from what they have left.
BEGIN_ANEW = (Measured, Collapsed, Gated, Harvested, BiomeEdited)


class Ghost:
    """The master equation, beside a trajectory; the world does not depend on it.

    It starts from the state of the bath, and restarts from its present state each time
    that a player measures or collapses it. So it shows the mean over all histories
    since the last measurement.
    """

    def __init__(self) -> None:
        self._master: MasterEquation | None = None
        self._operators: BathOperators | None = None
        self._clock = StepClock()

    def restart(self, bath: QuantumBath) -> None:
        """Restart from the state of ``bath``, if its method is ``trajectory``."""
        self._master = None
        operators = bath.operators
        largest = LARGEST_REGISTER if operators.qubits else LARGEST
        if bath.method == "trajectory" and operators.dimension <= largest:
            reading = ClockReading(bath.time, 0.0, 0)
            self._begin(bath, bath.density_matrix(), reading)

    def note(self, world: World, events: Sequence[WorldEvent]) -> None:
        """Restart if one of ``events`` calls for it."""
        if any(isinstance(event.event, BEGIN_ANEW) for event in events):
            self.restart(_bath(world))

    def advance(self, world: World, ticks: int) -> None:
        """Evolve by ``ticks`` ticks, under the operators that the world has now."""
        if self._master is not None and ticks > 0:
            bath = _bath(world)
            if bath.operators is not self._operators:
                self._begin(bath, self._master.state, self._clock.reading)
            self._master.advance(self._clock.time, world.dt, ticks)
            self._clock.count(world.dt, ticks)

    def way_back(self) -> tuple[Callable[[], None], int]:
        """Return what brings it back to where it is now, and the bytes of that."""
        master, operators, reading = self._master, self._operators, self._clock.reading
        memory = None if master is None else master.memory()

        def go_back() -> None:
            self._master, self._operators = master, operators
            self._clock.reading = reading
            if master is not None and memory is not None:
                master.recall(memory)

        return go_back, 0 if memory is None else sum(map(len, memory))

    def populations(self) -> FloatArray | None:
        """Return the mean populations (N,), or None if there is only one history."""
        if self._master is None or self._operators is None:
            return None
        return self._operators.seen(self._master.populations())

    def density(self) -> ComplexArray | None:
        """Return the mean density matrix (D, D), or None of one history only."""
        return None if self._master is None else self._master.state

    def _begin(
        self, bath: QuantumBath, rho: ComplexArray, reading: ClockReading
    ) -> None:
        operators = self._operators = bath.operators
        self._master = MasterEquation(
            operators.generator, operators.drive, rho, TOLERANCE
        )
        self._clock.reading = reading


def _bath(world: World) -> QuantumBath:
    """Return the bath that is shown: the first."""
    return next(iter(world.baths.values()))
