"""Rings and tori have their digits at any temperature, against sums in long numbers."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache

import pytest
from levels import check_digits, long_sums, ring_levels, torus_levels

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.exact.closed_forms import (
    exact_chain,
    exact_infinite_lattice,
    exact_torus,
)
from spacewheat_sim.statmech.exact.enumeration import enumerate_ring, enumerate_torus
from spacewheat_sim.statmech.exact.row_powers import row_thermodynamics
from spacewheat_sim.statmech.exact.transfer_chain import chain_thermodynamics
from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, in_own_units

TEMPERATURES = (1e-3, 0.005, 0.01, 0.04, 0.12, 0.5, 2.3, 20.0, 1e3)
RING_FIELDS = (0.0, 0.5, -1e-6, 1.9999, 2.0, 3.0)
TORUS_FIELDS = (0.0, 0.5, -1e-6, 3.9999, 4.0, 6.0)
COUNTED_RINGS = 12


@pytest.mark.parametrize("L", [1, 2, 3, 4, 5, 8, 9, 31])
@pytest.mark.parametrize("J", [1.0, -1.0, 0.0])
def test_rings_of_any_parity_at_any_temperature(L: int, J: float) -> None:
    counted = enumerate_ring(L) if L <= COUNTED_RINGS else None
    for T, h in itertools.product(TEMPERATURES, RING_FIELDS):
        at = Conditions(T, J, h)
        exact = long_sums(ring_levels(L), L, at)
        check_digits(chain_thermodynamics(L, at), exact, at, 1e-13)
        check_digits(exact_chain(L, at), exact, at, 1e-13)
        if counted is not None:
            check_digits(counted.thermodynamics(at), exact, at, 1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("L", [60, 101, 200])
@pytest.mark.parametrize("J", [1.0, -1.0])
def test_long_rings_of_any_parity_at_any_temperature(L: int, J: float) -> None:
    for T, h in itertools.product(TEMPERATURES[::2], RING_FIELDS[:5]):
        at = Conditions(T, J, h)
        exact = long_sums(ring_levels(L), L, at)
        check_digits(chain_thermodynamics(L, at), exact, at, 1e-12)
        check_digits(exact_chain(L, at), exact, at, 1e-12)


@pytest.mark.parametrize(
    "sides", [(1, 1), (1, 2), (2, 2), (1, 5), (2, 3), (3, 3), (4, 4), (3, 5)]
)
@pytest.mark.parametrize("J", [1.0, -1.0, 0.0])
def test_tori_of_any_parity_at_any_temperature(
    sides: tuple[int, int], J: float
) -> None:
    levels, sites = torus_levels(*sides), sides[0] * sides[1]
    counted = enumerate_torus(*sides)
    for T, h in itertools.product(TEMPERATURES, TORUS_FIELDS):
        at = Conditions(T, J, h)
        exact = long_sums(levels, sites, at)
        check_digits(torus_thermodynamics(*sides, at), exact, at, 2e-12)
        check_digits(counted.thermodynamics(at), exact, at, 2e-12)
        if h == 0.0:
            check_digits(exact_torus(*sides, at), exact, at, 1e-12)


@pytest.mark.parametrize(
    ("sides", "T"),
    [((5, 9), 0.5), ((5, 9), 0.05), ((7, 8), 0.9), ((6, 7), 0.3), ((5, 41), 0.2)],
)
def test_frustrated_tori_are_one_by_kaufman_and_by_rows(
    sides: tuple[int, int], T: float
) -> None:
    at = Conditions(T, -1.0)
    kaufman, rows = exact_torus(*sides, at), row_thermodynamics(*sides, at)

    assert kaufman.free_energy == pytest.approx(rows.free_energy, rel=1e-14)
    assert kaufman.energy == pytest.approx(rows.energy, rel=1e-13)
    assert kaufman.heat_capacity == pytest.approx(rows.heat_capacity, rel=1e-11)


@pytest.mark.parametrize("T", [2.2695, 2.4, 2.9, 5.0])
@pytest.mark.parametrize("sides", [(1, 100), (3, 100), (3, 101), (5, 200)])
def test_narrow_frustrated_tori_are_one_by_kaufman_and_by_rows(
    sides: tuple[int, int], T: float
) -> None:
    at = Conditions(T, -1.0)
    kaufman, rows = exact_torus(*sides, at), row_thermodynamics(*sides, at)

    assert kaufman.free_energy == pytest.approx(rows.free_energy, rel=1e-14)
    assert kaufman.energy == pytest.approx(rows.energy, rel=1e-13)
    assert kaufman.heat_capacity == pytest.approx(rows.heat_capacity, rel=1e-12)


@pytest.mark.parametrize("sides", [(6, 31), (7, 7), (7, 40), (18, 101)])
def test_nothing_happens_to_a_frustrated_torus_at_the_critical_point(
    sides: tuple[int, int],
) -> None:
    critical = 2.0 / math.log1p(math.sqrt(2.0))
    found = [
        exact_torus(*sides, Conditions(critical * (1.0 + step), -1.0))
        for step in (-1e-12, -1e-15, -2e-16, 0.0, 2e-16, 1e-15, 1e-12)
    ]

    for each in found[1:]:
        # C has a finite slope on a torus: 1e-12 apart, it is the same to 1e-10.
        assert each.heat_capacity == pytest.approx(found[0].heat_capacity, rel=1e-10)
        assert each.energy == pytest.approx(found[0].energy, rel=1e-11)


@pytest.mark.parametrize("T", [0.01, 0.3, 1.0, 1.6])
def test_cold_tori_as_wide_as_that_are_infinite(T: float) -> None:
    for side in (64, 120, 10**9):
        torus, infinite = (
            exact_torus(side, side, Conditions(T)),
            exact_infinite_lattice(Conditions(T)),
        )
        shift = T * math.log(2.0) / side**2
        assert torus.free_energy == pytest.approx(
            infinite.free_energy - shift, rel=1e-14
        )
        assert torus.heat_capacity == pytest.approx(infinite.heat_capacity, rel=1e-12)


def test_a_field_far_below_the_temperature_keeps_the_digits_of_m() -> None:
    chi = long_sums(torus_levels(3, 4), 12, Conditions(2.0))["susceptibility"]
    for h in (1e-3, 1e-9, 1e-30, -1e-200):
        at = Conditions(2.0, 1.0, h)
        # m = hχ, but for a part in (βhN)².
        tolerance = max(1e-13, (6.0 * h) ** 2)
        for found in (
            torus_thermodynamics(3, 4, at),
            enumerate_torus(3, 4).thermodynamics(at),
        ):
            assert found.magnetization == pytest.approx(
                h * float(chi), rel=tolerance, abs=0.0
            )
    ring = long_sums(ring_levels(9), 9, Conditions(2.0))["susceptibility"]
    for method in (chain_thermodynamics, exact_chain):
        found = method(9, Conditions(2.0, 1.0, 1e-100))
        assert found.magnetization == pytest.approx(1e-100 * float(ring), rel=1e-14)


@pytest.mark.parametrize(
    ("L", "T", "J", "h", "name", "right"),
    [
        (16, 0.01, 1.0, 0.0, "free_energy", -1.000433217),
        (5, 0.001, -1.0, 0.5, "free_energy", -0.700321888),
        (5, 0.01, -1.0, 0.0, "heat_capacity", 1.2257e-169),
        (16, 0.005, 1.0, 0.0, "susceptibility", 3200.0),
    ],
)
def test_known_numbers_of_cold_rings(
    L: int, T: float, J: float, h: float, name: str, right: float
) -> None:
    for method in (chain_thermodynamics, exact_chain):
        found = getattr(method(L, Conditions(T, J, h)), name)
        assert found == pytest.approx(right, rel=5e-5 if right < 1e-9 else 1e-9)


def test_the_heat_capacity_of_a_cold_torus() -> None:
    at = Conditions(0.12)
    for found in (
        torus_thermodynamics(4, 4, at),
        exact_torus(4, 4, at),
        enumerate_torus(4, 4).thermodynamics(at),
    ):
        assert found.heat_capacity == pytest.approx(4.9528e-26, rel=1e-5)


METHODS = {
    "chain": lambda at: chain_thermodynamics(5, at),
    "closed form": lambda at: exact_chain(5, at),
    "states of a ring": lambda at: enumerate_ring(5).thermodynamics(at),
    "rows": lambda at: torus_thermodynamics(3, 4, at),
    "states of a torus": lambda at: enumerate_torus(3, 4).thermodynamics(at),
    "Kaufman": lambda at: exact_torus(3, 4, at),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scale", [1e-300, 3e-12, 1e300])
def test_energies_of_any_scale_give_the_scaled_numbers(
    method: str, scale: float
) -> None:
    h = 0.0 if method == "Kaufman" else 0.3
    one = METHODS[method](Conditions(1.3, -1.0, h))
    found = METHODS[method](Conditions(1.3 * scale, -scale, h * scale))
    powers = {"free_energy": 1, "energy": 1, "susceptibility": -1}
    for name in ("free_energy", "energy", "magnetization", "heat_capacity"):
        wanted = getattr(one, name) * scale ** powers.get(name, 0)
        assert getattr(found, name) == pytest.approx(wanted, rel=1e-12, abs=0.0), name


@pytest.mark.parametrize("method", METHODS)
def test_temperatures_down_to_the_coldest_count_ground_states(method: str) -> None:
    found = METHODS[method](Conditions(2e-150, -1.0))
    ground = -0.6 if "ring" in method or method in ("chain", "closed form") else -4 / 3
    assert found.energy == found.free_energy == pytest.approx(ground, rel=1e-15)
    assert found.heat_capacity == 0.0
    with pytest.raises(ArgumentError, match="at least 1e-150 of the largest energy"):
        METHODS[method](Conditions(1e-151, -1.0))


@lru_cache(maxsize=1)
def long_torus() -> dict[str, float]:
    """4 × 1000 by a transfer matrix of 50 digits, derivatives by small differences."""
    import mpmath as mp
    import numpy as np

    from spacewheat_sim.statmech.exact.row_momentum import all_rows

    rows = all_rows(4)
    with mp.workdps(120):
        J, step = mp.mpf(1), mp.mpf(10) ** -30
        T, h = mp.mpf("0.2"), mp.mpf(1) / 1024

        def log_z(beta: mp.mpf, field: mp.mpf) -> mp.mpf:
            half = [
                mp.exp(beta * (J * int(b) + field * int(m)) / 2)
                for b, m in zip(rows.bond_sums, rows.magnetizations, strict=True)
            ]
            differ = np.bitwise_count(rows.states[:, None] ^ rows.states)
            power = mp.matrix(16, 16)
            for i, j in itertools.product(range(16), range(16)):
                bond = mp.exp(beta * J * int(4 - 2 * int(differ[i, j])))
                power[i, j] = half[i] * bond * half[j]
            return mp.log(sum((power**1000)[i, i] for i in range(16)))

        beta = 1 / T
        points = [log_z(beta + d * step, h) for d in (-1, 0, 1)]
        fields = [log_z(beta, h + d * step) for d in (-1, 0, 1)]
        second = [(p[0] - 2 * p[1] + p[2]) / step**2 for p in (points, fields)]
        return {
            "free_energy": float(-points[1] / beta / 4000),
            "heat_capacity": float(beta**2 * second[0] / 4000),
            "susceptibility": float(second[1] / beta / 4000),
        }


@pytest.mark.slow
def test_a_long_torus_has_what_long_numbers_say() -> None:
    found = torus_thermodynamics(4, 1000, Conditions(0.2, 1.0, 1 / 1024))
    for name, right in long_torus().items():
        assert getattr(found, name) == pytest.approx(right, rel=1e-11), name


def test_own_units_change_no_digit() -> None:
    at = Conditions(0.7, -3.3, 1.9)
    whole = in_own_units(at, lambda own: exact_chain(7, own))
    assert whole == exact_chain(7, at)
