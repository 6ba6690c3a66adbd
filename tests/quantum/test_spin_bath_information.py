"""What the environment knows: limits, symmetries, and two methods to fragments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from spacewheat_sim.quantum.spin_bath import information
from spacewheat_sim.quantum.spin_bath.darwinism import (
    PartialInformation,
    fragment_orders,
    fragment_sizes,
    partial_information_of_kets,
    partial_information_of_overlaps,
)
from spacewheat_sim.quantum.spin_bath.model import SpinBath, random_spinors, spin_bath
from spacewheat_sim.quantum.spin_bath.product import log_overlaps
from spacewheat_sim.quantum.spin_bath.state_vector import evolve_branches

LN2 = np.log(2)


def kets_at(bath: SpinBath, time: float) -> NDArray[np.complex128]:
    *_, last = evolve_branches(bath, time, 1)
    return last.kets()


@given(magnitude=st.floats(0, 1))
def test_purity_and_entropy_are_those_of_the_two_eigenvalues(magnitude: float) -> None:
    rho = np.array([[0.5, magnitude / 2], [magnitude / 2, 0.5]])
    p = np.linalg.eigvalsh(rho).clip(1e-300)
    with np.errstate(divide="ignore"):
        log = np.log(magnitude)
    assert information.purity(magnitude) == pytest.approx(np.trace(rho @ rho))
    entropy = information.entropy_vn(log)
    assert entropy == pytest.approx(-np.sum(p * np.log(p)), abs=1e-13)
    assert information.mutual_information(log) == 2 * entropy


def test_entropy_keeps_its_digits_next_to_a_pure_state() -> None:
    p = 5e-21
    log = -1e-20  # |r| = 1 − 2p, which is 1 to a float
    assert information.entropy_vn(log) == pytest.approx(p - p * np.log(p), rel=1e-9)
    assert information.entropy_vn(-np.inf) == pytest.approx(LN2)


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 8),
    field=st.floats(-1.5, 1.5),
    time=st.floats(0.1, 5),
)
def test_fragments_by_overlaps_are_fragments_by_partial_trace(
    seed: int, n: int, field: float, time: float
) -> None:
    rng = np.random.default_rng(seed)
    bath = spin_bath(rng.uniform(-1, 1, n), field=field, spinors=random_spinors(n, rng))
    orders = fragment_orders(n, 2, rng)
    logs = log_overlaps(bath, [time])[:, 0]
    quick = partial_information_of_overlaps(logs, orders, time)
    traced = partial_information_of_kets(kets_at(bath, time), orders, time)
    assert np.abs(quick.information - traced.information).max() < 1e-10
    assert quick.system_entropy == pytest.approx(traced.system_entropy, abs=1e-10)


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 8),
    field=st.floats(-1, 1),
    chain=st.floats(-1, 1),
)
def test_information_grows_from_nothing_to_twice_the_entropy(
    seed: int, n: int, field: float, chain: float
) -> None:
    rng = np.random.default_rng(seed)
    bath = spin_bath(rng.uniform(0.1, 1, n), field=field, chain=chain)
    kets = kets_at(bath, 2.0)
    found = partial_information_of_kets(kets, fragment_orders(n, 3, rng), 2.0)
    r = abs(np.vdot(kets[1], kets[0]))
    system = float(information.entropy_vn(np.log(r)))
    assert found.system_entropy == pytest.approx(system, abs=1e-10)
    assert found.information[0] == pytest.approx(0, abs=1e-10)
    assert found.information[-1] == pytest.approx(2 * system, abs=1e-10)
    assert np.diff(found.information).min() > -1e-10


def test_a_fragment_and_the_rest_share_twice_the_entropy() -> None:
    rng = np.random.default_rng(2)
    bath = spin_bath(rng.uniform(0.1, 1, 7), field=0.4, chain=0.6)
    order = rng.permutation(7)
    both = [
        partial_information_of_kets(kets_at(bath, 3.0), o[None, :], 3.0)
        for o in (order, order[::-1])
    ]
    total = both[0].information + both[1].information[::-1]
    assert np.allclose(total, 2 * both[0].system_entropy, atol=1e-10)


def test_a_few_spins_know_all_there_is_late_in_the_decay() -> None:
    g = np.random.default_rng(4).uniform(0.3, 0.9, 60)
    rng = np.random.default_rng(5)
    logs = log_overlaps(spin_bath(g), [8.0])[:, 0]
    found = partial_information_of_overlaps(logs, fragment_orders(60, 50, rng), 8.0)
    assert found.system_entropy == pytest.approx(LN2)
    assert np.allclose(found.information[6:55], LN2, rtol=0.03)
    assert found.information[-1] == pytest.approx(2 * LN2)
    assert found.redundancy() >= 15


def test_equal_spins_are_interchangeable() -> None:
    logs = log_overlaps(spin_bath(np.full(9, 0.4)), [0.7])[:, 0]
    rng = np.random.default_rng(0)
    one, many = (
        partial_information_of_overlaps(logs, fragment_orders(9, count, rng), 0.7)
        for count in (1, 20)
    )
    assert np.allclose(one.information, many.information, atol=1e-14)


def test_spins_that_know_everything_leave_no_undefined_number() -> None:
    logs = np.array([-np.inf, -np.inf, -1.0])
    orders = np.array([[0, 1, 2], [2, 1, 0]])
    found = partial_information_of_overlaps(logs, orders, 1.0)
    assert np.isfinite(found.information).all()
    assert found.redundancy() == 3.0


def test_redundancy_is_unknown_where_there_is_nothing_to_know() -> None:
    nothing = PartialInformation(0.0, 0.0, np.arange(3), np.zeros(3))
    assert nothing.redundancy() is None


@pytest.mark.parametrize("count", [1, 2, 64, 65, 2000, 100_000])
def test_fragment_sizes_run_from_none_to_all(count: int) -> None:
    sizes = fragment_sizes(count)
    assert sizes[0] == 0
    assert sizes[-1] == count
    assert sizes.size <= 67
    assert (np.diff(sizes) > 0).all()
