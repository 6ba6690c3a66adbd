"""The phase that a driven energy adds, ∫E dt, in extended precision.

Every float is taken for the exact number that it is.
"""

from __future__ import annotations

from dataclasses import replace

import mpmath as mp
import numpy as np

from spacewheat_sim import BathOperators, QuantumBath
from spacewheat_sim.engine.bath.step_clock import ClockReading

DIGITS = 700  # a double of 1e308, and its share of a turn to hundreds of digits


def share_of_a_turn(phase: float) -> mp.mpf:
    with mp.workdps(DIGITS):
        turns = mp.mpf(phase) / (2 * mp.pi)
        return turns - mp.floor(turns)


def pulse_phase(
    frequency: float, phase: float, start: float, seconds: mp.mpf
) -> mp.mpf:
    """Return for how long a pulse is on in ``seconds`` from ``start``."""
    with mp.workdps(DIGITS):

        def on(time: mp.mpf) -> mp.mpf:
            turns = mp.mpf(frequency) * time + mp.mpf(phase) / (2 * mp.pi)
            whole = mp.floor(turns)
            return (whole / 2 + min(turns - whole, mp.mpf(0.5))) / frequency

        return on(mp.mpf(start) + seconds) - on(mp.mpf(start))


def wave_phase(
    shape: str, frequency: float, phase: float, start: float, seconds: mp.mpf
) -> mp.mpf:
    """Return the integral of cos or sin(2πft + φ) over ``seconds`` from ``start``."""
    with mp.workdps(DIGITS):
        omega = 2 * mp.pi * mp.mpf(frequency)
        offset = mp.mpf(phase) - (mp.pi / 2 if shape == "sine" else 0)
        before = omega * mp.mpf(start) + offset
        return (mp.sin(before + omega * seconds) - mp.sin(before)) / omega


def off_by(found: float, wanted: mp.mpf) -> float:
    """Return how far two angles are apart."""
    with mp.workdps(DIGITS):
        turns = (mp.mpf(found) - wanted) / (2 * mp.pi)
        return float(abs(2 * mp.pi * (turns - mp.nint(turns))))


def phase_after(
    driver: tuple[object, ...],
    start: float,
    dt: float,
    steps: int,
    method: str = "master",
    **options: float,
) -> float:
    """Return the phase that a driver of emoji "a" adds, from a bath's evolution."""
    operators = BathOperators.from_terms("ab", np.zeros((2, 2)), (), [("a", *driver)])
    bath = QuantumBath(operators, method, seed=0, **options)
    bath.resume(replace(bath.checkpoint(), time=ClockReading(start, 0.0, 0)))
    bath.evolve_many(dt, steps)
    return float(-np.angle(bath.density_matrix()[0, 1]))
