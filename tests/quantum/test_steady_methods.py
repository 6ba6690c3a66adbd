"""The parts of a steady state agree by independent methods."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import quad_vec
from scipy.linalg import expm
from steady_baths import couplings

from spacewheat_sim.quantum.steady.extended import extended_waits
from spacewheat_sim.quantum.steady.flows import Flows
from spacewheat_sim.quantum.steady.kernels.elimination import eliminate
from spacewheat_sim.quantum.steady.modal_waits import find_modes
from spacewheat_sim.quantum.steady.part import Part, Waits
from spacewheat_sim.quantum.steady.recurrent import settle


def random_part(seed: int, n: int) -> Part:
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    starts = np.arange(0, n, 2)
    reaches = np.ones((n, starts.size), dtype=bool)
    decay = rng.uniform(0.1, 2, n)
    return Part(np.arange(n), starts, h + h.conj().T, decay, reaches)


def modal(part: Part) -> Waits:
    found = find_modes(part)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8])
def test_mean_times_from_modes_and_from_decimals_differ_less_than_their_bounds(
    n: int,
) -> None:
    part = random_part(n, n)
    doubles, decimals = modal(part), extended_waits(part)
    gap = np.abs(doubles.times - decimals.times)
    assert (gap <= doubles.errors + decimals.errors).all()
    assert (doubles.errors <= 1e-9 * doubles.times).all()
    weights = np.linspace(0.5, 1.5, part.starts.size)
    gap = np.abs(doubles.density(weights) - decimals.density(weights))
    assert gap.max() < 1e-12


def test_bounds_hold_where_modes_are_nearly_parallel() -> None:
    # Beside the exceptional point |H₀₁| = Γ/4.
    h = couplings(2, (0, 1, 0.25 * (1 + 1e-9)))
    reaches = np.ones((2, 1), dtype=bool)
    part = Part(np.arange(2), np.array([0]), h, np.array([0.0, 1.0]), reaches)
    doubles, decimals = modal(part), extended_waits(part)
    assert (np.abs(doubles.times - decimals.times) <= doubles.errors).all()


def test_mean_times_are_integrals_of_the_no_jump_evolution() -> None:
    part = random_part(1, 4)
    b = -1j * part.hamiltonian - np.diag(part.decay / 2)
    integral, _ = quad_vec(
        lambda t: np.abs(expm(b * t)) ** 2, 0, 200, epsrel=1e-10, limit=2000
    )
    assert extended_waits(part).times == pytest.approx(integral[:, ::2], rel=1e-8)


def test_every_wait_ends_in_a_jump() -> None:
    for n in (3, 30):
        part = random_part(2, n)
        assert part.decay @ modal(part).times == pytest.approx(1, rel=1e-11)


def test_elimination_without_subtraction_counts_spanning_trees() -> None:
    chain = np.array([[0, 2.0, 3.0], [5.0, 0, 7.0], [11.0, 13.0, 0]])
    weights, _, rates = eliminate(chain.copy(), 0, np.zeros(3))
    # Into 0: 1 → 0 and 2 → 0, 2 → 1 → 0, 1 → 2 → 0; likewise into the others.
    trees = np.array([2 * 3 + 7 * 2 + 13 * 3, 5 * 7 + 11 * 7 + 3 * 5, 0.0])
    trees[2] = 11 * 13 + 5 * 13 + 2 * 11
    assert weights * rates.prod() == pytest.approx(trees, rel=1e-15)


def test_bounds_of_a_chain_hold_for_all_times_within_theirs() -> None:
    rng = np.random.default_rng(0)
    n = 6
    feed, times = rng.uniform(size=(n, n)), 10.0 ** rng.uniform(-6, 0, (n, n))
    errors = times * 10.0 ** rng.uniform(-8, -2, (n, n))
    bounds = settle(feed, times, errors)
    assert (bounds.lower < bounds.populations).all()
    assert (bounds.populations < bounds.upper).all()
    for _ in range(50):
        moved = times + errors * rng.uniform(-1, 1, (n, n))
        populations = settle(feed, moved, 0 * errors).populations
        assert (bounds.lower <= populations).all()
        assert (populations <= bounds.upper).all()


def test_the_slope_of_a_state_is_right_where_doubles_cancel() -> None:
    # Fast exchange in balance to 1e-20, beside slow decay; and a huge constant.
    h = couplings(3, (0, 1, 1e-3)) + 2.0**60 * np.eye(3)
    flows = Flows(
        h, np.array([0, 1, 1]), np.array([1, 0, 2]), np.array([3e9, 1e9, 1e-9])
    )
    rho = np.diag([0.25, 0.75, 0.0]).astype(complex)
    rest = np.diag([1e-22, -1e-22, 0]).astype(complex)
    found = flows.slope(rho, rest).diagonal().real
    p = [Fraction(rho[i, i].real) + Fraction(rest[i, i].real) for i in range(3)]
    rates = [Fraction(rate) for rate in flows.rates.tolist()]
    to_1, to_0, to_2 = rates[0] * p[0], rates[1] * p[1], rates[2] * p[1]
    expected = [float(to_0 - to_1), float(to_1 - to_0 - to_2), float(to_2)]
    assert found == pytest.approx(expected, rel=1e-12)
