"""What drivers have in common: an energy of all states changes nothing but a phase."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from spacewheat_sim.quantum.driving.driver import Driver
from spacewheat_sim.quantum.register.layout import axis_of


def without_common(
    drivers: tuple[Driver, ...], n: int, qubits: int = 0
) -> tuple[Driver, ...]:
    """Return ``drivers`` of ``n`` emojis without an energy that all states share.

    In a register every state has one pole of each axis: what both poles of an axis
    share is left out, axis by axis.

    H(t) and H(t) − e(t)·1 turn a ket by different phases and agree in all else, and
    steps are as long as the largest energies allow. Waves and pulses of one shape,
    frequency, phase and duty lose the median of their amplitudes where that halves the
    sum of their sizes; a function that every state has is left out.
    """
    if qubits:
        found: list[Driver] = []
        for axis in range(qubits):
            own = tuple(
                replace(driver, state=driver.state & 1)
                for driver in drivers
                if axis_of(driver.state) == axis
            )
            found += (
                replace(driver, state=2 * axis + driver.state)
                for driver in without_common(own, 2)
            )
        return tuple(found)
    kept: list[Driver] = []
    waves: dict[tuple[str, float, float, float], list[Driver]] = defaultdict(list)
    functions: dict[int, list[Driver]] = defaultdict(list)
    for driver in drivers:
        if driver.function is not None:
            functions[id(driver.function)].append(driver)
        else:
            waves[driver.shape, driver.frequency, driver.phase, driver.duty].append(
                driver
            )
    for group in waves.values():
        kept += _waves(group, n)
    for group in functions.values():
        kept += _functions(group, n)
    if {id(driver) for driver in kept} == {id(driver) for driver in drivers}:
        return drivers  # in the order in which they add up
    return tuple(kept)


def _waves(group: list[Driver], n: int) -> list[Driver]:
    amplitudes = [0.0] * n
    for driver in group:
        amplitudes[driver.state] += driver.amplitude
    common = sorted(amplitudes)[n // 2]
    apart = [amplitude - common for amplitude in amplitudes]
    before = sum(abs(driver.amplitude) for driver in group)
    if not 2 * sum(map(abs, apart)) < before:
        return group
    named = {driver.state: driver for driver in group}
    return [
        replace(named.get(state, group[0]), state=state, amplitude=amplitude)
        for state, amplitude in enumerate(apart)
        if amplitude != 0.0
    ]


def _functions(group: list[Driver], n: int) -> list[Driver]:
    states = [driver.state for driver in group]
    shared = min(states.count(state) for state in range(n))
    left = dict.fromkeys(range(n), shared)
    kept = []
    for driver in group:
        if left[driver.state]:
            left[driver.state] -= 1
        else:
            kept.append(driver)
    return kept
