"""Errors of what a run may not have seen, and lattices that hold exact rare moves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, t
from small_tori import bonds_of, states, weights_of

from spacewheat_sim.statmech.exact.closed_forms import exact_chain
from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
from spacewheat_sim.statmech.excitations import kernels
from spacewheat_sim.statmech.excitations.moves import (
    Moves,
    Window,
    rare_moves,
    unseen_variances,
)
from spacewheat_sim.statmech.ising.sampling import (
    monte_carlo_ring,
    monte_carlo_thermodynamics,
)
from spacewheat_sim.statmech.ising.statistics import BINS, rare_share
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, Thermodynamics

QUANTITIES = ("energy", "magnetization", "susceptibility", "heat_capacity")


def measured(
    Lx: int, Ly: int, at: Conditions, algorithm: str, sweeps: int, seed: int
) -> Thermodynamics:
    rng = np.random.default_rng(seed)
    if Ly == 1:
        return monte_carlo_ring(Lx, at, algorithm=algorithm, sweeps=sweeps, rng=rng)
    return monte_carlo_thermodynamics(
        Lx, Ly, at, algorithm=algorithm, sweeps=sweeps, rng=rng
    )


def exact(Lx: int, Ly: int, at: Conditions) -> Thermodynamics:
    return exact_chain(Lx, at) if Ly == 1 else torus_thermodynamics(Lx, Ly, at)


def check_tails(
    Lx: int, Ly: int, at: Conditions, algorithm: str, sweeps: int, seeds: int = 200
) -> list[Thermodynamics]:
    """Fail if more runs lie beyond 3 and 5 errors than of Student's 31 degrees.

    Those are 0.5 % and 2e−5; the false alarm is 1e−4 for each of the eight tests.
    """
    known = exact(Lx, Ly, at)
    runs = [measured(Lx, Ly, at, algorithm, sweeps, seed) for seed in range(seeds)]
    for name in QUANTITIES:
        value = getattr(known, name)
        away = np.array([abs(getattr(each, name) - value) for each in runs])
        errors = np.array([each.errors[name] for each in runs])
        if name == "magnetization" and at.h == 0.0:
            assert not away.any()
            continue
        assert errors.min() > 0.0, name
        for sigmas in (3.0, 5.0):
            beyond = int(np.sum(away > sigmas * errors + 1e-14 * abs(value)))
            share = 2.0 * t.sf(sigmas, BINS - 1)
            assert beyond <= binom.isf(1e-4, seeds, share), (name, sigmas, beyond)
    return runs


COLD = [0.4, 0.6, 0.8, 1.0, 1.3, 1.7]


@pytest.mark.slow
@pytest.mark.parametrize("T", COLD)
@pytest.mark.parametrize("algorithm", ["swendsen_wang", "metropolis", "wolff"])
def test_cold_torus_is_covered_by_its_errors(T: float, algorithm: str) -> None:
    runs = check_tails(4, 4, Conditions(T), algorithm, 2000)
    trusted = [each.extra["converged"] for each in runs]
    if T <= 1.0:  # fewer than 30 excitations in any of them
        assert not any(trusted)


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ["swendsen_wang", "metropolis"])
@pytest.mark.parametrize("T", [0.6, 0.9, 1.4])
def test_order_of_a_cold_torus_is_covered_by_its_errors(
    T: float, algorithm: str
) -> None:
    spins = states(4, 4)
    size = np.abs(spins.sum(axis=(1, 2))).astype(float)
    p = weights_of(bonds_of(spins) / T)
    mean = float(p @ size)
    known = {
        "abs_magnetization": mean / 16,
        "susceptibility_abs": float(p @ (size - mean) ** 2) / 16 / T,
    }
    runs = [measured(4, 4, Conditions(T), algorithm, 2000, s) for s in range(200)]
    for name, value in known.items():
        pulls = [abs(each.extra[name] - value) / each.errors[name] for each in runs]
        # As above: Student's 31 degrees, false alarm 1e−4 each.
        for sigmas in (3.0, 5.0):
            allowed = binom.isf(1e-4, 200, 2.0 * t.sf(sigmas, BINS - 1))
            assert np.sum(np.array(pulls) > sigmas) <= allowed


@pytest.mark.slow
@pytest.mark.parametrize("T", [0.6, 0.8, 1.0])
def test_cold_torus_is_covered_at_the_usual_number_of_sweeps(T: float) -> None:
    check_tails(4, 4, Conditions(T), "swendsen_wang", 20_000, seeds=300)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("Lx", "Ly", "at"),
    [
        (12, 1, Conditions(0.25)),
        (12, 1, Conditions(0.5)),
        (12, 1, Conditions(0.4, h=0.3)),
        (40, 1, Conditions(0.3, h=0.02)),
        (16, 2, Conditions(0.7)),
        (3, 16, Conditions(0.8)),
        (4, 4, Conditions(0.7, h=0.5)),
        (4, 4, Conditions(0.8, J=-1.0)),
        (6, 4, Conditions(0.6, J=0.1, h=1.5)),
    ],
    ids=repr,
)
def test_rings_strips_and_fields_are_covered_by_their_errors(
    Lx: int, Ly: int, at: Conditions
) -> None:
    algorithm = "sequential" if Ly == 1 else "auto"
    check_tails(Lx, Ly, at, algorithm, 2000)


def test_a_run_that_sees_nothing_says_what_it_may_have_missed() -> None:
    at = Conditions(0.6)
    found = measured(4, 4, at, "swendsen_wang", 20_000, 94)
    known = torus_thermodynamics(4, 4, at)
    assert found.heat_capacity == 0.0
    assert found.extra["converged"] == 0.0
    assert found.extra["unseen_share"] == 1.0
    for name in ("energy", "susceptibility", "heat_capacity"):
        away = abs(getattr(found, name) - getattr(known, name))
        assert 0.0 < away < 2 * found.errors[name]


@pytest.mark.parametrize("seed", range(4))
def test_errors_go_to_zero_with_the_temperature_and_never_vanish(seed: int) -> None:
    errors = []
    for T in (0.5, 0.3, 0.1, 0.05):
        found = measured(4, 4, Conditions(T), "auto", 640, seed)
        errors.append(found.errors["energy"])
        assert found.extra["converged"] == 0.0
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] > 0.0


def test_more_sweeps_make_a_cold_run_trusted() -> None:
    at = Conditions(1.0)
    assert measured(4, 4, at, "auto", 2000, 0).extra["converged"] == 0.0
    assert measured(4, 4, at, "auto", 40_000, 0).extra["converged"] == 1.0


def window(spins: np.ndarray) -> Window:
    return Window(spins.astype(np.int8), spins.size, float(spins.sum()))


def cumulants(moves: Moves, power: int) -> tuple[float, float]:
    """Of E/T and Σ σ."""
    return (
        float(moves.weight @ moves.cost**power),
        float(moves.weight @ moves.turn**power),
    )


@pytest.mark.parametrize(
    ("Lx", "Ly", "at", "accuracy"),
    [
        (4, 4, Conditions(0.4), 1e-3),
        (4, 4, Conditions(0.7), 0.02),
        (4, 4, Conditions(0.6, h=0.7), 1e-3),
        (5, 4, Conditions(0.4, J=0.0, h=2.0), 1e-3),
        (2, 40, Conditions(0.5), 0.01),
        (3, 60, Conditions(0.5), 0.01),
        (24, 1, Conditions(0.2), 1e-3),
        (24, 1, Conditions(0.3, h=0.2), 0.01),
        (1, 1, Conditions(0.3, h=1.0), 0.01),
    ],
    ids=repr,
)
def test_rare_moves_of_the_ground_state_make_the_exact_heat_capacity(
    Lx: int, Ly: int, at: Conditions, accuracy: float
) -> None:
    moves = rare_moves([window(np.ones((Ly, Lx)))], at.J / at.T, at.h / at.T)
    known = exact(Lx, Ly, at)
    energy, spins = cumulants(moves, 2)
    assert energy / (Lx * Ly) == pytest.approx(known.heat_capacity, rel=accuracy)
    if at.h:
        found = spins / (Lx * Ly) / at.T
        assert found == pytest.approx(known.susceptibility, rel=accuracy)


@pytest.mark.parametrize(
    ("T", "J", "h"),
    [(0.8, 1.0, 0.0), (2.5, 1.0, 0.0), (1.5, -1.0, 0.7), (90.0, 1.0, 4.0)],
)
def test_variances_are_at_least_a_fifth_of_those_of_single_turns(
    T: float, J: float, h: float
) -> None:
    # Held spins leave independent ones, and a fifth of all are independent.
    spins = states(3, 3)
    total = spins.sum(axis=(1, 2)).astype(float)
    energy = -(J * bonds_of(spins) + h * total) / T
    p = weights_of(-energy)
    singles = np.zeros(2)
    for weight, each in zip(p, spins, strict=True):
        moves = rare_moves([window(each)], J / T, h / T)
        single = moves.kind < 10
        for n, change in enumerate((moves.cost, moves.turn)):
            singles[n] += weight * (moves.weight * change**2)[single].sum()
    for n, x in enumerate((energy, total)):
        variance = p @ x**2 - (p @ x) ** 2
        assert variance >= singles[n] / 5
        if n == 1 and T > 5.0:  # nearly independent spins: all of them
            assert variance == pytest.approx(singles[n], rel=0.1)


def test_surroundings_are_counted_on_the_torus() -> None:
    rng = np.random.default_rng(3)
    for height, width in ((6, 5), (2, 3), (1, 7), (4, 1), (1, 1)):
        spins = rng.choice([-1, 1], size=(height, width)).astype(np.int8)
        counts = np.zeros((2, 5), dtype=np.int64)
        kernels.count_surroundings(spins, 0, height, counts)
        near = np.zeros((height, width), dtype=int)
        for axis, side in enumerate((height, width)):
            if side > 1:
                near += np.roll(spins, 1, axis) + np.roll(spins, -1, axis)
        wanted = np.zeros((2, 5), dtype=int)
        np.add.at(wanted, ((spins + 1) // 2, (near + 4) // 2), 1)
        np.testing.assert_array_equal(counts, wanted)


def test_a_part_of_a_lattice_stands_for_all_of_it() -> None:
    spins = np.ones((40, 30), dtype=np.int8)
    spins[::7, ::5] = -1
    whole = rare_moves([window(spins)], 0.7, 0.1)
    part = rare_moves([Window(spins[:37], spins.size, float(spins.sum()))], 0.7, 0.1)
    single = whole.weight[whole.kind < 10].sum()
    assert part.weight.sum() == pytest.approx(single, rel=0.05)
    assert (part.kind < 10).all()


def test_long_strips_sample_the_bands_that_they_may_turn() -> None:
    short, long = (
        rare_moves([window(np.ones((2, width)))], 1.2, 0.0) for width in (64, 640)
    )
    bands = [each.weight[each.kind == 10].sum() for each in (short, long)]
    # Of W (W − 1)/2 bands.
    assert bands[1] / bands[0] == pytest.approx(640 * 639 / (64 * 63), rel=0.02)


@pytest.mark.parametrize("K", [-300.0, -1.0, 0.0, 1.0, 1e4])
def test_extreme_couplings_neither_overflow_nor_warn(K: float) -> None:
    rng = np.random.default_rng(1)
    spins = rng.choice([-1, 1], size=(5, 6)).astype(np.int8)
    moves = rare_moves([window(spins)], K, 3.0 * K)
    found = unseen_variances(moves, 1000.0, True)
    assert all(np.isfinite(value) and value >= 0.0 for value in found.values())


def test_rare_events_count_in_full_and_common_ones_hardly() -> None:
    assert rare_share(0.0) == 1.0
    assert rare_share(10.0) > 0.98
    assert rare_share(1e4) < 2e-4
