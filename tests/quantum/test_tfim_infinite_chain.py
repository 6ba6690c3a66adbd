"""The entropy of the infinite chain is what long chains reach."""

import math

import pytest

from spacewheat_sim.quantum.tfim.chain import Chain
from spacewheat_sim.quantum.tfim.free_fermion import solve_free_fermions
from spacewheat_sim.quantum.tfim.infinite_chain import infinite_entropy


@pytest.mark.parametrize("boundary", ["open", "periodic"])
@pytest.mark.parametrize("ratio", [0.0, 1e-8, 0.3, 0.7, 1.4, 3.0, 100.0])
def test_long_chains_reach_the_entropy_of_the_infinite_one(ratio, boundary):
    chain = Chain(128, 1.0, ratio, boundary)
    found = solve_free_fermions(chain).entropy_half_chain
    # The correlation length of the nearest to g = J is 1/|ln 0.7| = 2.8 sites.
    assert infinite_entropy(ratio, boundary) == pytest.approx(found, rel=1e-10)


def test_near_the_critical_point_entropy_grows_as_a_sixth_of_ln_of_the_length():
    # S = (c/6) ln ξ at one end with c = ½, and ξ is 1/|ln(g/J)|.
    near, nearer = (infinite_entropy(1.0 + x, "open") for x in (1e-6, 1e-9))
    assert nearer - near == pytest.approx(math.log(1e3) / 12, rel=1e-5)
    assert infinite_entropy(1.0, "open") == math.inf


@pytest.mark.parametrize("ratio", [1e-300, 1e-9, 1 - 1e-15, 1 + 3e-16, 1e9, 1e300])
def test_any_field_has_an_entropy(ratio):
    value = infinite_entropy(ratio, "open")
    assert (math.log(2) if ratio < 1 else 0.0) <= value < 10.0


def test_half_a_ring_has_two_ends_and_one_superposition():
    ln2 = math.log(2)
    for ratio in (0.5, 0.99):
        ends = 2 * (infinite_entropy(ratio, "open") - ln2)
        found = infinite_entropy(ratio, "periodic")
        assert found == pytest.approx(ends + ln2, rel=1e-13)
