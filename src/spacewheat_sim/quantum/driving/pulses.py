"""Where the two parts of each turn of a pulse begin, in seconds."""

from __future__ import annotations

import math

# An edge so few units in the last place ahead of a time is the one that a step ended
# on: the step's own length, its sum with the time and the edge are each rounded.
SLACK = 4


def edge(
    frequency: float, phase: tuple[float, float], number: int, duty: float = 0.5
) -> float:
    """Return when part ``number`` of the turns begins.

    Each turn n has two: t with ft + φ/2π = n begins part 2n, and ft + φ/2π = n + duty
    part 2n + 1.

    Args:
        frequency: f in Hz, above 0.
        phase: frac(φ/2π) as :func:`spacewheat_sim.quantum.driving.phase.turns` gives
            it. Where the edge is near, its two parts keep the digits that cancel.
        number: 0 is the part that the phase counts from.
        duty: Share of a turn that its first part lasts, above 0 and below 1.
    """
    high, low = phase
    turns = number // 2 + (duty if number % 2 else 0.0)
    return ((turns - high) - low) / frequency


def part_of_turn(
    frequency: float, phase: tuple[float, float], time: float, duty: float = 0.5
) -> int:
    """Return the number of the part at ``time``; a pulse is on in even ones.

    It is found from the edges themselves, so that a step that ends on one and the step
    that begins there agree, whatever the size of f, φ and t. Needs edges some units in
    the last place of ``time`` apart. At 0 Hz a phase rounded to ``duty`` is past it.
    """
    high, _ = phase
    if frequency == 0.0:
        return int(high >= duty)
    late = time + SLACK * math.ulp(time)
    number = 2 * math.floor(frequency * time + high)
    while edge(frequency, phase, number, duty) > late:
        number -= 1
    while edge(frequency, phase, number + 1, duty) <= late:
        number += 1
    return number
