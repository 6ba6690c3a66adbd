"""The longest step that the source document's update can take."""

from __future__ import annotations

import math

from spacewheat_sim.choices import HamiltonianStep
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.methods.spec import check_turn


def check_spec_step(
    operators: BathOperators, hamiltonian_step: HamiltonianStep, dt: float
) -> None:
    """Refuse a step in which some transfer would move more than there is.

    Raises:
        ArgumentError: γ·dt > 1; it names the term and the largest dt allowed. Or the
            Hamiltonian part cannot be taken: see
            :func:`spacewheat_sim.quantum.methods.spec.check_turn`.
    """
    check_turn(operators.generator, operators.whole_drive, hamiltonian_step, dt)
    if not operators.jumps:
        return
    worst = max(operators.jumps, key=lambda term: term.rate)
    if worst.rate * dt > 1.0:
        source, target = operators.emojis[worst.source], operators.emojis[worst.target]
        raise ArgumentError(
            f"A step of {dt:g} s is too long for method 'spec': the transfer "
            f"{source} → {target} with rate {worst.rate:g} /s gives γ·dt = "
            f"{worst.rate * dt:.4g} > 1; the largest dt allowed is "
            f"{_rounded_down(1 / worst.rate)} s"
        )


def _rounded_down(seconds: float) -> float:
    """Return ``seconds`` to six digits, never more than it is."""
    unit = 10.0 ** (math.floor(math.log10(seconds)) - 5)
    return float(f"{math.floor(seconds / unit) * unit:.6g}")
