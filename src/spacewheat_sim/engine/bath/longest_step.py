"""The longest step that a method can take, or that anyone would wait for."""

from __future__ import annotations

import math

from spacewheat_sim.choices import HamiltonianStep
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import EvolverOptions, check_layout
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.methods.spec import check_turn
from spacewheat_sim.quantum.series import density_squared, ket_squared

# Most seconds of work that one step may take, where it is stepped by series: about one
# series for so much of ‖H − iΓ/2‖ · dt, and as many products with H as that is.
MOST_SECONDS = 60.0
SERIES_REACH, SERIES_SECONDS, ENTRY_SECONDS = 6.0, 1.2e-5, 1.5e-9
# Largest N whose static baths are stepped by powers of a propagator, however stiff.
SQUARED = {"trajectory": ket_squared.MOST_STATES, "master": density_squared.MOST_STATES}
# Most steps that waves and pulses may ask for within one step, and most looks at
# functions: ten microseconds for one, less than one for the other.
MOST_DRIVE_STEPS = 1e6
MOST_LOOKS = 1e8
DRIVE_STEP_SECONDS, LOOK_SECONDS = 1e-5, 5e-7


def check_step(operators: BathOperators, options: EvolverOptions, dt: float) -> None:
    """Refuse a step of ``dt`` seconds that is too long.

    Raises:
        ArgumentError: under ``spec``, as in :func:`check_spec_step`; else energies,
            rates or frequencies so large that the step would never end; or a register
            that the method cannot hold.
    """
    check_layout(operators, options)
    if options.method == "spec":
        check_spec_step(operators, options.hamiltonian_step, dt)
        return
    whole = operators.drive.is_static and options.active_threshold is None
    if whole and operators.dimension <= SQUARED[options.method]:
        return
    n, generator = operators.dimension, operators.generator
    entries = (n + generator.static.re.size) * (n if options.method == "master" else 1)
    fastest = generator.ket_bound + operators.drive.bound
    each = SERIES_SECONDS / SERIES_REACH + ENTRY_SECONDS * entries
    seconds = fastest * dt * each
    if not seconds <= MOST_SECONDS:
        raise ArgumentError(
            f"Energies and rates of up to {fastest:.3g} /s are too large for a step of "
            f"{dt:g} s, which would take about {seconds:.2g} s of work, and "
            f"{MOST_SECONDS:g} s is the most; the largest dt allowed is "
            f"{MOST_SECONDS / (fastest * each):.3g} s"
        )
    if not operators.drive.is_static:
        check_drive(operators, options.max_step, dt)


def check_drive(operators: BathOperators, max_step: float, dt: float) -> None:
    """Refuse drivers that need too many steps of their own within ``dt`` seconds.

    Raises:
        ArgumentError: they do; it tells how many, and the largest dt allowed.
    """
    drive = operators.drive.looked_at_every(max_step)
    steps = drive.steps_per_second * dt
    if not steps <= MOST_DRIVE_STEPS:
        fastest = max(drive.drivers, key=lambda driver: driver.frequency)
        raise ArgumentError(
            f"The driver of {fastest.called} with {fastest.frequency:g} Hz is too fast "
            f"for a step of {dt:g} s: drivers would cut it into {steps:.3g} of their "
            f"own, {steps * DRIVE_STEP_SECONDS:.2g} s of work, and {MOST_DRIVE_STEPS:g}"
            " are the most that are taken; the largest dt allowed is "
            f"{MOST_DRIVE_STEPS / drive.steps_per_second:.3g} s"
        )
    looks = drive.looks_per_second * dt
    if not looks <= MOST_LOOKS:
        raise ArgumentError(
            f"Argument `max_step` is too small for a step of {dt:g} s: driver functions"
            f" would be called {looks:.3g} times, {looks * LOOK_SECONDS:.2g} s of work,"
            f" and {MOST_LOOKS:g} are the most that are made; the largest dt allowed is"
            f" {MOST_LOOKS / drive.looks_per_second:.3g} s"
        )


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
