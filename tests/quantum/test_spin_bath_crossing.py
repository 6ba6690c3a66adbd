"""The decoherence time is that of the continuous course, whatever the rows."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest

from spacewheat_sim.quantum.spin_bath import dense
from spacewheat_sim.quantum.spin_bath.courses import ProductCourse, StateCourse
from spacewheat_sim.quantum.spin_bath.crossing import first_crossing
from spacewheat_sim.quantum.spin_bath.darwinism import (
    DEFICIT,
    fragment_orders,
    partial_information_of_overlaps,
)
from spacewheat_sim.quantum.spin_bath.model import (
    SpinBath,
    gaussian_time,
    random_spinors,
    spin_bath,
)
from spacewheat_sim.quantum.spin_bath.product import (
    cosine_product,
    log_overlaps,
    spin_overlaps,
)

LEVEL = math.exp(-1.0)
MOST = 100_000


def random_bath(seed: int, *, count: int, field: float, chain: float) -> SpinBath:
    rng = np.random.default_rng(seed)
    couplings = 0.4 * (1.0 + 0.5 * rng.uniform(-1.0, 1.0, count))
    spinors = random_spinors(count, rng)
    return spin_bath(couplings, field=field, chain=chain, spinors=spinors)


@pytest.mark.parametrize("count", [1, 3, 10, 100_000])
@pytest.mark.parametrize("g", [1e-3, 0.4, 1000.0])
def test_equal_spins_cross_at_the_closed_form(count: int, g: float) -> None:
    # |cos 2gt|^n = 1/e
    wanted = math.acos(math.exp(-1.0 / count)) / (2.0 * g)
    found = first_crossing(ProductCourse(spin_bath([g] * count)), LEVEL, 1e6, MOST)

    assert found.time == pytest.approx(wanted, rel=1e-12)
    assert found.searched_to == found.time


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("field", "chain"), [(0.7, 0.0), (0.0, 0.3)])
def test_state_vectors_cross_where_products_do(
    seed: int, field: float, chain: float
) -> None:
    bath = random_bath(seed, count=5, field=field, chain=chain)
    alone = SpinBath(bath.couplings, bath.field, 0.0, bath.spinors)
    product = first_crossing(ProductCourse(alone), LEVEL, 40.0, MOST)
    state = first_crossing(StateCourse(bath), LEVEL, 40.0, MOST)

    assert product.time is not None
    assert state.time == pytest.approx(product.time, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_no_earlier_crossing_is_missed(seed: int) -> None:
    """Weak couplings in a field: |r| grazes 1/e late, if at all."""
    bath = random_bath(seed, count=6, field=1.1, chain=0.9)
    found = first_crossing(StateCourse(bath), LEVEL, 30.0, MOST)
    times = np.linspace(0.0, 30.0, 60_001)[1:]
    size = np.abs(dense.decoherence_factor(bath, times))
    below = np.flatnonzero(size <= LEVEL)

    if found.time is None:
        assert below.size == 0
        assert found.searched_to == 30.0
    else:
        at = dense.decoherence_factor(bath, np.array([found.time]))
        assert abs(at[0]) == pytest.approx(LEVEL, rel=1e-9)
        assert below.size == 0 or found.time <= times[below[0]]
        assert not np.any(size[times < found.time] < LEVEL * (1.0 - 1e-9))


def test_what_can_never_cross_is_known_at_once() -> None:
    strong = first_crossing(
        ProductCourse(spin_bath(0.4 * np.linspace(0.5, 1.5, 10), field=4.0)),
        LEVEL,
        1e9,
        MOST,
    )
    assert strong == type(strong)(None, 1e9)
    periodic = first_crossing(
        ProductCourse(spin_bath([0.4] * 10, field=2.2)), LEVEL, 1e9, MOST
    )
    assert periodic == type(periodic)(None, 1e9)


def test_a_search_that_ends_early_says_how_far_it_came() -> None:
    course = ProductCourse(spin_bath(0.4 * np.linspace(0.9, 1.1, 6), field=1.2))
    # All six spins would have to be at their least overlap at once.
    level = 1.001 * math.cos(course.farthest)
    found = first_crossing(course, level, 1e9, 500)
    assert found.time is None
    assert 0.0 < found.searched_to < 1e9


def test_the_gaussian_time_has_any_scale() -> None:
    for scale in (1e-300, 1.0, 1e200):
        bath = spin_bath([0.3 * scale, 0.4 * scale])
        wanted = 1.0 / (math.sqrt(2.0) * 0.5)
        assert gaussian_time(bath) * scale == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize("field", [0.0, 0.3, -700.0])
@pytest.mark.parametrize("t", [0.1, 123.4, 1e6, 3.7e8])
def test_overlaps_are_right_after_any_number_of_turns(field: float, t: float) -> None:
    bath = random_bath(5, count=4, field=field, chain=0.0)
    found = spin_overlaps(bath, [t])[:, 0]
    with mp.workdps(40):
        for k, coupling in enumerate(bath.couplings):
            g, h, time = (mp.mpf(float(x)) for x in (coupling, field, t))
            omega = mp.sqrt(g * g + h * h)
            s, c = mp.sin(omega * time) / omega, mp.cos(omega * time)
            up, down = (mp.mpc(complex(x)) for x in bath.spinors[k])
            z = abs(up) ** 2 - abs(down) ** 2
            y = 2 * mp.im(mp.conj(up) * down)
            wanted = 1 - 2 * (g * s) ** 2 - 2j * g * s * (c * z + h * s * y)
            assert abs(found[k] - complex(wanted)) < 2e-13
        exact = mp.cos(2 * mp.mpf("0.5") * mp.mpf(t)) ** 3
    assert cosine_product([0.5] * 3, [t])[0] == pytest.approx(float(exact), abs=1e-14)


@pytest.mark.parametrize("count", [20, 65, 3000])
def test_redundancy_counts_the_first_fragment_that_knows_enough(count: int) -> None:
    rng = np.random.default_rng(3)
    bath = spin_bath(0.05 * (1.0 + 0.5 * rng.uniform(-1.0, 1.0, count)))
    logs = log_overlaps(bath, [4.0])[:, 0]
    orders = fragment_orders(count, 8, rng)
    found = partial_information_of_overlaps(logs, orders, 4.0)

    wanted = (1.0 - DEFICIT) * found.system_entropy
    first = int(found.sizes[int(np.argmax(found.information >= wanted))])
    assert found.redundancy() == count / first
    # The size before it, asked for by itself, does not know enough.
    sums = np.cumsum(logs[orders], axis=1)
    from spacewheat_sim.quantum.spin_bath.information import entropy_vn

    rest = logs.sum() - sums[:, first - 2]
    before = found.system_entropy + entropy_vn(sums[:, first - 2]) - entropy_vn(rest)
    assert before.mean() < wanted
