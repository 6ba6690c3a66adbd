"""Phases and pulse edges, to the last digit that a double has."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest
from exact_phases import off_by, phase_after, pulse_phase, share_of_a_turn, wave_phase
from hypothesis import given, settings
from hypothesis import strategies as st

from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.driving.driver import Driver
from spacewheat_sim.quantum.driving.phase import turns

EVERYWHERE = Reach(math.inf, 0.0, 0.0)
FREQUENCIES = [1e-12, 3e-9, 1e-6, 0.07, 1.0, 50.0, 1e4]
PHASES = [0.0, 1.0, -2.5, math.pi, -1e-3, 1e8, -1e17, 1e300]


@given(phase=st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=300)
def test_a_phase_is_reduced_to_a_turn_exactly(phase: float) -> None:
    high, low = turns(phase)
    assert 0.0 <= high < 1.0
    with mp.workdps(700):
        off = mp.mpf(high) + mp.mpf(low) - share_of_a_turn(phase)
        assert abs(off - mp.nint(off)) < mp.mpf(2) ** -104


@pytest.mark.parametrize(
    ("frequency", "edge", "energy"),
    [(1e-6, 4e-4, 2000.0), (1e-8, 0.04, 10.0), (1e-9, 0.4, 1.0), (1e-12, 400.0, 1e-3)],
)
@pytest.mark.parametrize("steps", [1, 100])
def test_an_edge_is_met_however_small_a_share_of_a_turn_lies_before_it(
    frequency: float, edge: float, energy: float, steps: int
) -> None:
    phase = 2 * math.pi * (0.5 - frequency * edge)  # on until t = edge
    dt = 2 * edge / steps
    found = phase_after((energy, "pulse", frequency, phase), 0.0, dt, steps)
    exact = energy * pulse_phase(frequency, phase, 0.0, mp.mpf(dt) * steps)
    assert off_by(found, exact) < 1e-12
    # The double nearest to the phase puts the edge within its own rounding.
    assert found == pytest.approx(energy * edge, abs=2 * energy * 1e-16 / frequency)


@pytest.mark.parametrize("start", [0.0, 1e-3, 77.7, 1e6])
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_pulses_follow_their_closed_form(
    frequency: float, phase: float, start: float
) -> None:
    for seconds in (1e-3, min(3.7, 40 / frequency), min(900.0, 40 / frequency)):
        energy = 3.0 / seconds
        driver = (energy, "pulse", frequency, phase)
        for steps in (1, 7):
            dt = seconds / steps
            found = phase_after(driver, start, dt, steps)
            exact = pulse_phase(frequency, phase, start, mp.mpf(dt) * steps)
            # Each of the edges is known to a unit in the last place of the time.
            edges = 2 + 2 * frequency * seconds
            known = 1e-13 + energy * edges * math.ulp(start + seconds)
            assert off_by(found, energy * exact) < known


@pytest.mark.parametrize("start", [0.0, 77.7, 1e6])
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("frequency", FREQUENCIES)
@pytest.mark.parametrize("shape", ["cosine", "sine"])
def test_waves_follow_their_closed_form(
    shape: str, frequency: float, phase: float, start: float
) -> None:
    seconds = min(3.7, 40 / frequency)
    energy = 3.0 / seconds
    found = phase_after((energy, shape, frequency, phase), start, seconds / 7, 7)
    exact = wave_phase(shape, frequency, phase, start, mp.mpf(seconds / 7) * 7)
    known = 1e-12 + 40 * energy * math.ulp(start + seconds)
    assert off_by(found, energy * exact) < known


@given(
    frequency=st.floats(1e-3, 1e4),
    time=st.floats(0.0, 1e6),
    phase=st.floats(-1e6, 1e6),
)
def test_a_wave_has_all_its_digits_after_billions_of_turns(
    frequency: float, time: float, phase: float
) -> None:
    with mp.workdps(60):
        exact = mp.cos(2 * mp.pi * mp.mpf(frequency) * mp.mpf(time) + mp.mpf(phase))
        found = Driver(0, 1.0, "cosine", frequency, phase)(time)
        assert abs(found - exact) < 1e-15


@pytest.mark.parametrize("time", [0.0, 1.0, 999.9, 1e6])
def test_an_edge_some_units_in_the_last_place_ahead_ends_the_step(time: float) -> None:
    for ahead in (8, 100, 10_000):
        edge = time + ahead * math.ulp(time) if time else ahead * 1e-300
        # From the phase 0 at time 0, half turn 1 begins at 1/2f.
        frequency = 0.5 / edge
        edge = 0.5 / frequency
        drive = Drive([Driver(0, 2.0, "pulse", frequency)])
        h, series, _ = drive.series(time, 1e9, EVERYWHERE, 1e-12)
        assert h == pytest.approx(edge - time, rel=0.3)
        assert series[0, 0] == 2.0
        h, series, _ = drive.series(edge, 1e9, EVERYWHERE, 1e-12)
        assert h == pytest.approx(edge)
        assert series[0, 0] == 0.0


@pytest.mark.parametrize("frequency", [0.5, 0.7, 60.0, 1 / 3])
@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_edges_at_the_ends_of_steps_are_met_once(frequency: float, method: str) -> None:
    drive = Drive([Driver(0, 1.0, "pulse", frequency)])
    half = 0.5 / frequency
    steps = []
    time = 0.0
    while time < 200 * half:
        h, series, _ = drive.series(time, 200 * half - time, EVERYWHERE, 1e-12)
        steps.append((h, series[0, 0]))
        time += h
    assert len(steps) == 200
    assert [energy for _, energy in steps] == [1.0, 0.0] * 100
    assert [h for h, _ in steps] == pytest.approx([half] * 200, rel=1e-12)
    found = phase_after((0.3, "pulse", frequency, 0.0), 0.0, half, 200, method)
    assert math.remainder(found - 30 * half, 2 * math.pi) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("phase", "energy"),
    [(0.0, 1.0), (2 * math.pi, 1.0), (math.pi, 0.0), (-1.0, 0.0), (7.0, 1.0)],
)
def test_a_pulse_of_no_frequency_is_a_constant(phase: float, energy: float) -> None:
    driver = Driver(0, 1.0, "pulse", 0.0, phase)
    h, series, _ = Drive([driver]).series(12.0, 1e6, EVERYWHERE, 1e-12)
    assert (h, series[0, 0], driver(5.0)) == (1e6, energy, energy)


def test_a_pulse_says_of_itself_what_its_steps_are_made_of() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        frequency, phase = 10 ** rng.uniform(-12, 4), rng.uniform(-1e3, 1e3)
        driver = Driver(0, 1.0, "pulse", float(frequency), float(phase))
        time = float(10 ** rng.uniform(-6, 6))
        h, series, _ = Drive([driver]).series(time, 1.0, EVERYWHERE, 1e-12)
        for share in (0.0, 0.2, 0.9):
            assert driver(time + share * h) == series[0, 0]


def test_a_phase_that_is_lost_in_the_rounding_of_time_is_refused() -> None:
    drive = Drive([Driver(0, 1.0, "cosine", 1e8, name="🌾")])
    drive.series(1e3, 1.0, EVERYWHERE, 1e-12)
    with pytest.raises(RunError, match=r"t = 1e\+06 s.*🌾.*1e\+08 Hz"):
        drive.series(1e6, 1.0, EVERYWHERE, 1e-12)
