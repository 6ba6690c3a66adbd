"""The steady state of a bath's operators."""

from __future__ import annotations

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import STEADY_BYTES, check_density
from spacewheat_sim.errors import ArgumentError


def steady_state_of(operators: BathOperators) -> ComplexArray:
    """Return the density matrix (D, D) that the master equation leaves unchanged.

    Raises:
        ArgumentError, RunError: as in :meth:`.QuantumBath.steady_state`.
    """
    from spacewheat_sim.quantum.steady.state import steady_state

    if not operators.drive.is_static:
        driven = dict.fromkeys(driver.called for driver in operators.drive.drivers)
        raise ArgumentError(
            "A driven bath has no steady state; the energies or rates of "
            f"{', '.join(driven)} depend on time"
        )
    check_density(operators.dimension, STEADY_BYTES)
    return steady_state(operators.generator, operators.hamiltonian.toarray())
