"""Every method against every problem with a known answer."""

from __future__ import annotations

import known_systems
import numpy as np
import pytest
from known_systems import KnownSystem

TIMES = (0.25, 1.0, 3.0)
STEPS = (1 / 240, 1 / 60, 0.05, 0.25)


def named(system: KnownSystem) -> str:
    return system.name


@pytest.mark.parametrize("system", known_systems.ALL, ids=named)
@pytest.mark.parametrize("dt", STEPS)
def test_master_meets_the_exact_density_matrix(system: KnownSystem, dt: float) -> None:
    bath = system.bath("master")
    for time in TIMES:
        bath.evolve_many(dt, round((time - bath.time) / dt))
        # The tolerance is 1e-9 per second.
        assert np.abs(bath.density_matrix() - system.rho(time)).max() < 1e-9 * time


@pytest.mark.parametrize("system", known_systems.CLOSED, ids=named)
@pytest.mark.parametrize("dt", STEPS)
def test_a_ket_without_jumps_meets_the_exact_answer(
    system: KnownSystem, dt: float
) -> None:
    bath = system.bath("trajectory")
    for time in TIMES:
        bath.evolve_many(dt, round((time - bath.time) / dt))
        assert np.abs(bath.density_matrix() - system.rho(time)).max() < 1e-9 * time


@pytest.mark.parametrize("system", known_systems.ALL, ids=named)
def test_populations_recorded_inside_one_long_step_are_exact(
    system: KnownSystem,
) -> None:
    recording = system.bath("master").evolve_many(0.01, 300)
    exact = [system.rho(t).diagonal().real for t in recording.time]
    assert np.abs(recording.populations - exact).max() < 3e-9


@pytest.mark.parametrize("system", known_systems.OPEN, ids=named)
def test_the_mean_of_trajectories_meets_the_exact_populations(
    system: KnownSystem,
) -> None:
    result = system.bath("trajectory").ensemble(6.0, 3000, dt=1.0, seed=1)
    exact = np.array([system.rho(t).diagonal().real for t in result.time])
    # Binomial at most: 6 times × 4 states × 3 systems = 72 normal deviates, each
    # beyond 4.5 with probability 7e-6: false alarms in fewer than 1 of 2,000 seeds.
    error = np.maximum(result.standard_error, 1e-9)
    assert np.abs((result.populations - exact) / error).max() < 4.5
