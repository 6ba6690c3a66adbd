"""The longest step that a method can take, or that anyone would wait for."""

from __future__ import annotations

from spacewheat_sim.engine.evolvers import EvolverOptions
from spacewheat_sim.engine.operators import BathOperators
from spacewheat_sim.engine.spec_step import check_spec_step
from spacewheat_sim.errors import ArgumentError

# Largest ‖H − iΓ/2‖ · dt. A step costs about as many products with H, and so many take
# half a minute on the smallest bath: whoever asks for more has mistaken a unit.
LARGEST_REACH = 1e8


def check_step(operators: BathOperators, options: EvolverOptions, dt: float) -> None:
    """Refuse a step of ``dt`` seconds that is too long.

    Raises:
        ArgumentError: under ``spec``, as in
            :func:`spacewheat_sim.engine.spec_step.check_spec_step`; else energies and
            rates so large that the step would never end.
    """
    if options.method == "spec":
        check_spec_step(operators, options.hamiltonian_step, dt)
        return
    fastest = operators.generator.ket_bound + operators.drive.bound
    if not fastest * dt <= LARGEST_REACH:
        raise ArgumentError(
            f"Energies and rates of up to {fastest:.3g} /s are too large for a step of "
            f"{dt:g} s: their product must be at most {LARGEST_REACH:g}"
        )
