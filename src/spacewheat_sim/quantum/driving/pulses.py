"""Where the half turns of a pulse begin, in seconds."""

from __future__ import annotations

import math

# An edge so few units in the last place ahead of a time is the one that a step ended
# on: the step's own length, its sum with the time and the edge are each rounded.
SLACK = 4


def edge(frequency: float, phase: tuple[float, float], number: int) -> float:
    """Return when half turn ``number`` begins: the t with ft + φ/2π = number/2.

    Args:
        frequency: f in Hz, above 0.
        phase: frac(φ/2π) as :func:`spacewheat_sim.quantum.driving.phase.turns` gives
            it. Where the edge is near, its two parts keep the digits that cancel.
        number: 0 is the half turn that the phase counts from.
    """
    high, low = phase
    return ((number / 2 - high) - low) / frequency


def half_turn(frequency: float, phase: tuple[float, float], time: float) -> int:
    """Return the number of the half turn at ``time``; a pulse is on in even ones.

    It is found from the edges themselves, so that a step that ends on one and the step
    that begins there agree, whatever the size of f, φ and t. Needs edges some units in
    the last place of ``time`` apart. At 0 Hz a phase that rounds to half a turn is one.
    """
    high, _ = phase
    if frequency == 0.0:
        return int(high >= 0.5)
    late = time + SLACK * math.ulp(time)
    number = math.floor(2 * (frequency * time + high))
    while edge(frequency, phase, number) > late:
        number -= 1
    while edge(frequency, phase, number + 1) <= late:
        number += 1
    return number
