"""The longest step that a method can take, or that anyone would wait for."""

from __future__ import annotations

from spacewheat_sim.engine.evolvers import Method
from spacewheat_sim.engine.operators import BathOperators
from spacewheat_sim.engine.spec_step import check_spec_step
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.squaring import density, kets

# Largest ‖H − iΓ/2‖ · dt that is stepped by series: a step costs about as many products
# with H, and so many take half a minute on the smallest bath.
LARGEST_REACH = 1e8
# Largest N whose static baths are stepped by powers of a propagator, however stiff.
SQUARED = {"trajectory": kets.MOST_STATES, "master": density.MOST_STATES}


def check_step(operators: BathOperators, method: Method, dt: float) -> None:
    """Refuse a step of ``dt`` seconds that is too long.

    Raises:
        ArgumentError: under ``spec``, γ·dt > 1 of a jump; else energies and rates so
            large that the step would never end.
    """
    if method == "spec":
        check_spec_step(operators, dt)
        return
    if operators.drive.is_static and len(operators) <= SQUARED[method]:
        return
    fastest = operators.generator.ket_bound + operators.drive.bound
    if not fastest * dt <= LARGEST_REACH:
        raise ArgumentError(
            f"Energies and rates of up to {fastest:.3g} /s are too large for a step of "
            f"{dt:g} s: their product must be at most {LARGEST_REACH:g}"
        )
