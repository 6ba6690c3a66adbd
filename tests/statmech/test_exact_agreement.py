"""Enumeration, transfer matrix and closed forms give the same numbers."""

from __future__ import annotations

from itertools import product

import pytest

from spacewheat_sim.statmech.exact.closed_forms import (
    exact_chain,
    exact_infinite_chain,
    exact_infinite_lattice,
    exact_torus,
)
from spacewheat_sim.statmech.exact.enumeration import enumerate_ring, enumerate_torus
from spacewheat_sim.statmech.exact.transfer_chain import chain_thermodynamics
from spacewheat_sim.statmech.exact.transfer_strip import strip_thermodynamics
from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
from spacewheat_sim.statmech.ising.thermodynamics import Conditions

TEMPERATURES = [0.5, 0.8, 1.0, 2.0, 2.269185314213022, 3.0, 5.0, 10.0]
FIELDS = [0.0, 0.05, -0.5, 2.0]
TORI = [(2, 2), (2, 3), (3, 3), (3, 4), (4, 4), (4, 5), (5, 5), (1, 4), (2, 1)]
TOLERANCES = {
    "free_energy": 1e-12,
    "energy": 1e-12,
    "magnetization": 1e-12,
    "susceptibility": 1e-10,
    "heat_capacity": 1e-10,
}


def assert_same(found, wanted):
    """Every number that both have agrees to the relative tolerance it should."""
    for name, tolerance in TOLERANCES.items():
        ours, theirs = getattr(found, name), getattr(wanted, name)
        if ours is not None and theirs is not None:
            # Self-couplings of a side of 1 can cancel the other bonds' energy.
            least = 1e-15 if name == "energy" else 1e-30
            assert ours == pytest.approx(theirs, rel=tolerance, abs=least), name


@pytest.mark.parametrize("J", [1.0, -1.0, 0.3])
@pytest.mark.parametrize("L", [2, 3, 4, 5, 7, 10, 13, 16, 20])
def test_rings(L, J):
    density = enumerate_ring(L)
    for T in TEMPERATURES:
        for h in FIELDS:
            at = Conditions(T, J, h)
            counted = density.thermodynamics(at)
            assert_same(chain_thermodynamics(L, at), counted)
            assert_same(exact_chain(L, at), counted)


@pytest.mark.parametrize(("Lx", "Ly"), TORI)
def test_tori(Lx, Ly):
    density = enumerate_torus(Lx, Ly)
    # A side of 1 couples spins to themselves, which an antiferromagnet cannot please.
    couplings = (1.0, -1.0, 0.3) if min(Lx, Ly) > 1 else (1.0, 0.3)
    for J, T, h in product(couplings, TEMPERATURES, FIELDS):
        at = Conditions(T, J, h)
        assert_same(torus_thermodynamics(Lx, Ly, at), density.thermodynamics(at))


@pytest.mark.parametrize(("Lx", "Ly"), TORI)
def test_tori_without_field_as_kaufman_has_them(Lx, Ly):
    density = enumerate_torus(Lx, Ly)
    bipartite = Lx % 2 == 0 and Ly % 2 == 0
    for T in [0.4, *TEMPERATURES, 1.66, 1.67, 40.0]:
        for J in (1.0, -1.0) if bipartite else (1.0,):
            at = Conditions(T, J)
            assert_same(exact_torus(Lx, Ly, at), density.thermodynamics(at))


@pytest.mark.parametrize(
    ("L", "J"),
    [(L, J) for L in (1, 2, 4, 5, 12) for J in (1, -1) if J > 0 or L % 2 == 0],
)
@pytest.mark.parametrize("h", [0.0, 1e-3, 50.0])
def test_cold_rings(L, J, h):
    at = Conditions(0.05, J, h)
    counted = enumerate_ring(L).thermodynamics(at)

    assert_same(exact_chain(L, at), counted)
    assert_same(chain_thermodynamics(L, at), counted)


@pytest.mark.parametrize("sides", [(2, 2), (3, 4), (4, 4)])
@pytest.mark.parametrize("h", [0.0, 1e-3, 50.0])
def test_cold_tori(sides, h):
    at = Conditions(0.05, 1.0, h)
    counted = enumerate_torus(*sides).thermodynamics(at)

    assert_same(torus_thermodynamics(*sides, at), counted)


@pytest.mark.parametrize("T", [0.7, 2.0, 10.0])
@pytest.mark.parametrize("h", [0.0, 0.1, -1.0])
@pytest.mark.parametrize("J", [1.0, -1.0])
def test_long_chains_are_infinite(T, h, J):
    at = Conditions(T, J, h)
    infinite = exact_infinite_chain(at)

    assert_same(chain_thermodynamics(10**9, at), infinite)
    assert_same(exact_chain(10**9, at), infinite)
    assert_same(chain_thermodynamics(2**70 + 1, at), infinite)


@pytest.mark.parametrize("Lx", [1, 2, 3, 6, 7])
@pytest.mark.parametrize("T", [1.4, 2.3, 6.0])
@pytest.mark.parametrize("h", [0.0, 0.1, -1.0])
def test_long_tori_are_strips(Lx, T, h):
    at = Conditions(T, 1.0, h)

    assert_same(strip_thermodynamics(Lx, at), torus_thermodynamics(Lx, 2**40, at))


@pytest.mark.parametrize("T", [1.5, 2.0, 3.0, 10.0])
def test_large_tori_are_infinite(T):
    at = Conditions(T)
    wanted = exact_torus(256, 256, at)
    found = exact_infinite_lattice(at)
    # Below T_c the torus has one of two states, the infinite lattice is in one.
    shift = 0.0 if T > 2.269 else T * 0.6931471805599453 / 256**2

    assert found.free_energy - shift == pytest.approx(wanted.free_energy, rel=1e-12)
    assert found.energy == pytest.approx(wanted.energy, rel=1e-12)
    assert found.heat_capacity == pytest.approx(wanted.heat_capacity, rel=1e-10)


@pytest.mark.parametrize("h", [0.0, 0.2])
def test_a_twelve_wide_torus_is_its_own_transpose(h):
    at = Conditions(2.3, 1.0, h)
    found = torus_thermodynamics(12, 6, at)

    assert_same(found, torus_thermodynamics(6, 12, at))
    assert_same(
        exact_torus(6, 12, Conditions(2.3)),
        torus_thermodynamics(12, 6, Conditions(2.3)),
    )
