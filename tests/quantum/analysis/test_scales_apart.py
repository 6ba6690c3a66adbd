"""Energies far above all rates: the right numbers, or a refusal, never a wrong one."""

from __future__ import annotations

import math

import pytest

from spacewheat_sim import BathOperators, SpacewheatError, analysis

EMOJIS = ["🐇", "🐺", "🍂"]
JUMPS = [("🐇", "🍂", 0.2), ("🐇", "🐺", 0.4), ("🍂", "🐺", 0.1)]


def bath(coupling):
    hamiltonian = [[0.5, coupling, 0.0], [coupling, 0.0, 0.0], [0.0, 0.0, 0.0]]
    return BathOperators.from_terms(EMOJIS, hamiltonian, JUMPS)


@pytest.mark.parametrize("coupling", [1e4, 1e16, 1e20])
def test_a_strong_coupling_shares_two_states_evenly(coupling):
    # 🐇 and 🐺 are one state, left at (0.2 + 0) / 2 for 🍂 and back at 0.1.
    meals = analysis.counting(bath(coupling), [("🐇", "🍂")])
    assert meals.mean == pytest.approx(0.05, rel=1e-6)
    assert meals.fano == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("coupling", [1e40, 1e80, 1e120, 1e160, 1e300])
@pytest.mark.parametrize("pair", [("🐇", "🐺"), ("🐇", "🍂")])
def test_cumulants_that_double_precision_does_not_hold_are_refused(coupling, pair):
    with pytest.raises(SpacewheatError, match=r"double precision"):
        analysis.counting(bath(coupling), [pair])


def test_a_passage_by_a_coupling_that_is_all_but_0_is_refused():
    with pytest.raises(SpacewheatError, match="double precision"):
        analysis.first_passage(bath(1e-308), "🍂", start="🐇")


def test_a_passage_whose_mean_leaves_the_floats_has_an_infinite_one():
    found = analysis.first_passage(bath(1e-160), "🍂", start="🐇")
    assert found.probability == pytest.approx(1.0, abs=1e-6)
    assert found.mean == math.inf
