"""The mean over all histories, shown with the history being played."""

from __future__ import annotations

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.step_clock import ClockReading, StepClock
from spacewheat_sim.quantum.methods.master import MasterEquation

# A larger density matrix would take more time than a frame has.
LARGEST = 128
LARGEST_REGISTER = 64  # its jumps move whole parts of the matrix
# Per second; a hundredth of a pixel's worth of population.
TOLERANCE = 1e-6


class Ghost:
    """The master equation, beside a trajectory; the world does not depend on it.

    It starts from the state of the bath, and restarts from its present state each time
    that a player measures or collapses it. So it shows the mean over all histories
    since the last measurement.
    """

    def __init__(self) -> None:
        self._master: MasterEquation | None = None
        self._clock = StepClock()

    def restart(self, bath: QuantumBath) -> None:
        """Restart from the state of ``bath``, if its method is ``trajectory``."""
        self._master = None
        operators = bath.operators
        largest = LARGEST_REGISTER if operators.qubits else LARGEST
        if bath.method == "trajectory" and operators.dimension <= largest:
            self._begin(bath, bath.density_matrix())

    def go_under(self, bath: QuantumBath) -> None:
        """Continue from the present mean under the operators of ``bath``."""
        if self._master is not None:
            self._begin(bath, self._master.state)

    def advance(self, dt: float, ticks: int) -> None:
        """Evolve by ``ticks`` ticks of ``dt`` seconds."""
        if self._master is not None and ticks > 0:
            self._master.advance(self._clock.time, dt, ticks)
            self._clock.count(dt, ticks)

    def populations(self) -> FloatArray | None:
        """Return the mean populations (N,), or None if there is only one history."""
        if self._master is None:
            return None
        return self._seen(self._master.populations())

    def _begin(self, bath: QuantumBath, rho: ComplexArray) -> None:
        operators = bath.operators
        self._seen = operators.seen
        self._master = MasterEquation(
            operators.generator, operators.drive, rho, TOLERANCE
        )
        self._clock.reading = ClockReading(bath.time, 0.0, 0)
