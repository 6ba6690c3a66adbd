"""Which algorithm suits a model, and runs that are stuck or interrupted."""

from __future__ import annotations

import signal
from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import binom, t

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.exact.enumeration import enumerate_torus
from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
from spacewheat_sim.statmech.ising.algorithms import (
    ALGORITHMS,
    clusters_mix,
    is_frustrated,
    usual_algorithm,
)
from spacewheat_sim.statmech.ising.sampling import (
    Interrupted,
    monte_carlo_ring,
    monte_carlo_thermodynamics,
)
from spacewheat_sim.statmech.ising.starts import colored, ground_signs
from spacewheat_sim.statmech.ising.statistics import BINS
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    MethodLimitError,
    Thermodynamics,
)

QUANTITIES = ("energy", "magnetization", "susceptibility", "heat_capacity")


def measured(
    L: tuple[int, int], at: Conditions, sweeps: int, seed: int = 0, **options: object
) -> Thermodynamics:
    rng = np.random.default_rng(seed)
    return monte_carlo_thermodynamics(*L, at, sweeps=sweeps, rng=rng, **options)  # type: ignore[arg-type]


def known(L: tuple[int, int], at: Conditions) -> Thermodynamics:
    try:
        return torus_thermodynamics(*L, at)
    except MethodLimitError:
        return enumerate_torus(*L).thermodynamics(at)


def beyond(found: list[Thermodynamics], exact: Thermodynamics, sigmas: float) -> int:
    """How many of the numbers that were found are farther away than their errors."""
    return sum(
        abs(getattr(each, name) - getattr(exact, name))
        > sigmas * each.errors[name] + 1e-13
        for each in found
        for name in QUANTITIES
    )


@pytest.mark.parametrize(
    ("L", "at", "algorithm"),
    [
        ((4, 4), Conditions(1.0), "swendsen_wang"),
        ((5, 5), Conditions(1.0, h=0.3), "swendsen_wang"),
        ((4, 6), Conditions(1.0, J=-1.0), "swendsen_wang"),
        ((1, 6), Conditions(1.0, J=-1.0), "swendsen_wang"),
        ((5, 5), Conditions(1.0, J=0.0, h=-1.0), "swendsen_wang"),
        ((5, 4), Conditions(1.0, J=-1.0), "metropolis"),
        ((64, 65), Conditions(1.0, J=-1.0), "metropolis"),
        ((4, 4), Conditions(1.0, J=-1.0, h=2.0), "parallel_tempering"),
        ((5, 5), Conditions(1.0, J=-1.0, h=0.1), "parallel_tempering"),
        ((32, 32), Conditions(1.0, J=-1.0, h=1.0), "parallel_tempering"),
        ((64, 32), Conditions(1.0, J=-1.0, h=1.0), "metropolis"),
        ((63, 65), Conditions(1.0, J=-1.0, h=1.0), "parallel_tempering"),
        ((64, 65), Conditions(1.0, J=-1.0, h=1.0), "metropolis"),
    ],
    ids=repr,
)
def test_the_usual_algorithm_follows_from_the_model(L, at, algorithm) -> None:
    assert usual_algorithm(*L, at) == algorithm
    assert clusters_mix(*L, at) == (algorithm == "swendsen_wang")


def test_bonds_are_frustrated_around_odd_sides_that_are_no_self_bonds() -> None:
    assert is_frustrated(5, 4, -1.0)
    assert is_frustrated(2, 3, -0.1)
    assert not is_frustrated(5, 5, 1.0)
    assert not is_frustrated(4, 1, -1.0)
    assert not is_frustrated(4, 2, -1.0)


def test_frustrated_torus_has_its_exact_susceptibility() -> None:
    found = measured((5, 5), Conditions(0.5, J=-1.0), 20_000)
    assert found.algorithm == "metropolis"
    for name, value in (("susceptibility", 0.225488), ("energy", -1.199678)):
        # Five errors: a false alarm of 2e−5 each.
        assert abs(getattr(found, name) - value) < 5 * found.errors[name]
    assert found.errors["susceptibility"] < 0.01
    assert found.errors["energy"] < 5e-4


HARD = [
    ((5, 5), Conditions(0.5, J=-1.0)),
    ((5, 5), Conditions(0.3, J=-1.0)),
    ((3, 3), Conditions(0.4, J=-1.0)),
    ((5, 4), Conditions(0.6, J=-1.0)),
    ((4, 4), Conditions(0.7, J=-1.0, h=2.0)),
    ((4, 4), Conditions(0.4, J=-1.0, h=-2.0)),
    ((4, 4), Conditions(0.5, J=-1.0, h=4.0)),
    ((5, 5), Conditions(0.5, J=-1.0, h=1.0)),
    ((5, 5), Conditions(0.3, J=-1.0, h=1.0)),
    ((3, 5), Conditions(0.4, J=-1.0, h=2.0)),
    ((6, 6), Conditions(0.5, J=-1.0, h=3.5)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("L", "at"), HARD, ids=repr)
def test_models_that_clusters_do_not_mix_are_covered_by_their_errors(L, at) -> None:
    runs = [measured(L, at, 4000, seed) for seed in range(200)]
    exact = known(L, at)
    count = len(runs) * len(QUANTITIES)
    for sigmas in (3.0, 5.0):
        share = 2.0 * t.sf(sigmas, BINS - 1)
        # The numbers of one run depend on each other: four times as many.
        allowed = 4 * binom.isf(1e-4, count // 4, share)
        assert beyond(runs, exact, sigmas) <= allowed


@pytest.mark.parametrize(
    ("L", "at", "algorithm"),
    [
        ((5, 5), Conditions(0.5, J=-1.0), "swendsen_wang"),
        ((5, 5), Conditions(0.8, J=-1.0), "swendsen_wang"),
        ((4, 4), Conditions(0.7, J=-1.0, h=2.0), "swendsen_wang"),
        ((4, 4), Conditions(1.0, J=-1.0, h=2.0), "swendsen_wang"),
        ((5, 5), Conditions(0.3, J=-1.0, h=1.0), "metropolis"),
        ((7, 7), Conditions(0.3, J=-1.0, h=1.0), "metropolis"),
    ],
    ids=repr,
)
def test_a_stuck_sampler_says_so(L, at, algorithm) -> None:
    for seed in range(10):
        found = measured(L, at, 4000, seed, algorithm=algorithm)
        assert found.extra["converged"] == 0.0


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_single_spins_give_way_where_they_never_refuse_to_turn(algorithm) -> None:
    # Else the ordered start would turn over as a whole for ever.
    found = measured((128, 128), Conditions(1e9), 640, algorithm=algorithm)
    assert found.algorithm == "swendsen_wang"
    assert abs(found.energy) < 5 * found.errors["energy"]
    assert found.extra["converged"] == 1.0


def test_metropolis_still_mixes_just_below_that_temperature() -> None:
    found = measured((128, 128), Conditions(79.0), 3200, algorithm="metropolis")
    assert found.algorithm == "metropolis"
    # e = −2 tanh(K) to leading order.
    assert abs(found.energy + 2.0 / 79.0) < 5 * found.errors["energy"] + 1e-4


def test_alternating_start_is_the_state_of_lowest_energy() -> None:
    for h in (-3.0, -1.0, 0.0, 1.0, 3.0, 5.0):
        energies = {}
        for even, odd in ((1, 1), (-1, -1), (1, -1), (-1, 1)):
            spins = colored(6, 4, even, odd).astype(int)
            bonds = spins * (np.roll(spins, 1, 0) + np.roll(spins, 1, 1))
            energies[even, odd] = bonds.sum() - h * spins.sum()
        assert energies[ground_signs(-1.0, h)] == min(energies.values())


def stopping_at(share: float, stop: Callable[[], None]) -> Callable[[float], None]:
    """A progress that stops the run once this share is done."""

    def progress(done: float) -> None:
        if done >= share:
            stop()

    return progress


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_an_interrupted_run_gives_what_it_has_measured(algorithm) -> None:
    at = Conditions(2.5)
    with pytest.raises(Interrupted) as caught:
        measured(
            (32, 32),
            at,
            20_000,
            algorithm=algorithm,
            progress=stopping_at(0.4, interrupt),
        )
    found = caught.value.found
    assert isinstance(caught.value.reason, KeyboardInterrupt)
    assert found.extra["converged"] == 0.0
    exact = torus_thermodynamics(32, 8, at).energy  # of nearly the same density
    assert abs(found.energy - exact) < 10 * found.errors["energy"] + 0.05


def test_an_interrupted_ring_gives_what_it_has_drawn() -> None:
    with pytest.raises(Interrupted) as caught:
        monte_carlo_ring(
            1000,
            Conditions(1.0),
            sweeps=40_000,
            rng=np.random.default_rng(0),
            progress=stopping_at(0.3, interrupt),
        )
    found = caught.value.found
    exact = -np.tanh(1.0)
    assert abs(found.energy - exact) < 5 * found.errors["energy"]


def test_an_interrupt_before_anything_was_measured_is_passed_on() -> None:
    with pytest.raises(KeyboardInterrupt) as caught:
        measured(
            (256, 256), Conditions(2.0), 6400, progress=stopping_at(0.0, interrupt)
        )
    assert not isinstance(caught.value, Interrupted)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_progress_comes_often_and_ends_at_one(algorithm) -> None:
    told: list[float] = []
    measured((16, 16), Conditions(2.5), 3200, algorithm=algorithm, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert len(told) > 16


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_progress_and_its_parts_change_no_number(algorithm, monkeypatch) -> None:
    from spacewheat_sim.statmech.ising import monte_carlo, samplers
    from spacewheat_sim.statmech.tempering import lattice

    at = Conditions(2.3)
    whole = measured((16, 12), at, 640, 3, algorithm=algorithm)
    for module in (monte_carlo, samplers, lattice):
        monkeypatch.setattr(module, "SITES_AT_ONCE", 50)
    assert measured((16, 12), at, 640, 3, algorithm=algorithm) == whole


@pytest.mark.parametrize("sweeps", [64, 65, 127, 1000])
def test_any_number_of_sweeps_can_be_shared_by_chains(sweeps: int) -> None:
    found = measured((5, 5), Conditions(1.0, J=-1.0), sweeps)
    assert all(np.isfinite(each) for each in found.errors.values())


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1.0, 1e150, 1e300])
def test_no_scale_of_the_energies_overflows(scale: float) -> None:
    at = Conditions(2.5 * scale, J=scale, h=0.25 * scale)
    found = measured((4, 4), at, 640)
    usual = measured((4, 4), Conditions(2.5, h=0.25), 640)
    assert found.heat_capacity == pytest.approx(usual.heat_capacity, rel=1e-9)
    assert found.energy / scale == pytest.approx(usual.energy, rel=1e-9)
    assert found.susceptibility * scale == pytest.approx(usual.susceptibility, rel=1e-9)


def test_an_unknown_algorithm_is_refused_with_those_there_are() -> None:
    with pytest.raises(ArgumentError, match=r"auto, metropolis, .*parallel_tempering"):
        measured((4, 4), Conditions(1.0), 100, algorithm="glauber")
    with pytest.raises(MethodLimitError, match="metropolis takes any size"):
        measured((65, 64), Conditions(1.0), 100, algorithm="parallel_tempering")
