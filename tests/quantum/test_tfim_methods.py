"""Free fermions, Lanczos, dense linear algebra: every number by several methods."""

import numpy as np
import pytest
from dense_chain import dense_answers, dense_hamiltonian, parity_operator
from mpmath import mp

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.tfim.chain import Chain
from spacewheat_sim.quantum.tfim.exact_diagonalization import (
    memory_needed,
    solve_exactly,
)
from spacewheat_sim.quantum.tfim.free_fermion import solve_free_fermions
from spacewheat_sim.quantum.tfim.quadratic_form import solve_quadratic_form
from spacewheat_sim.quantum.tfim.spectrum import lowest_levels

BOUNDARIES = ("open", "periodic")
FIELDS = ((1.0, 0.0), (1.0, 0.2), (1.0, 0.5), (1.0, 1.0), (1.0, 2.0), (1.7, 0.9))
METHODS = (solve_free_fermions, solve_exactly, solve_quadratic_form)


def assert_same(found, expected, tolerance):
    assert found.ground_energy == pytest.approx(expected.ground_energy, abs=tolerance)
    assert found.gap == pytest.approx(expected.gap, abs=tolerance)
    np.testing.assert_allclose(found.entropies, expected.entropies, atol=tolerance)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("L", range(2, 9))
def test_every_method_agrees_with_dense_diagonalization(L, boundary):
    for J, g in FIELDS:
        chain = Chain(L, J, g, boundary)
        energies, entropies = dense_answers(chain)
        for method in METHODS:
            found = method(chain)
            assert found.ground_energy == pytest.approx(energies[0], abs=1e-11)
            assert found.gap == pytest.approx(energies[1] - energies[0], abs=1e-11)
            np.testing.assert_allclose(found.entropies, entropies, atol=1e-11)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("L", range(9, 15))
def test_free_fermions_agree_with_exact_diagonalization(L, boundary):
    for J, g in FIELDS:
        chain = Chain(L, J, g, boundary)
        assert_same(solve_exactly(chain), solve_free_fermions(chain), 1e-11)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("L", [20, 49, 100])
def test_wave_numbers_agree_with_the_quadratic_form(L, boundary):
    for J, g in FIELDS:
        chain = Chain(L, J, g, boundary)
        assert_same(solve_free_fermions(chain), solve_quadratic_form(chain), 1e-10)


@pytest.mark.parametrize("L", [2, 10, 31])
@pytest.mark.parametrize("distance", [0.0, 1e-13, 1e-11, 1e-9, 1e-7, 1e-5, 1e-3])
def test_gap_of_a_ring_keeps_its_digits_however_near_to_criticality(L, distance):
    for g in (1.0 - distance, 1.0 + distance):
        with mp.workdps(50):
            modes = [
                mp.sqrt((1 - mp.mpf(g)) ** 2 + 4 * g * mp.sin(mp.pi * n / (2 * L)) ** 2)
                for n in range(1, 2 * L)
            ]
            # Wave numbers πn/L: odd n of the even sector, even ones of the odd.
            wanted = mp.fsum(modes[::2]) - mp.fsum(modes[1::2]) + (mp.mpf(g) - 1)
        found = solve_free_fermions(Chain(L, 1.0, g, "periodic")).gap
        assert found == pytest.approx(float(wanted), rel=1e-13)


@pytest.mark.slow
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("g", [0.5, 1.0])
def test_lanczos_keeps_its_accuracy_at_20_sites(g, boundary):
    chain = Chain(20, 1.0, g, boundary)
    assert_same(solve_exactly(chain), solve_free_fermions(chain), 1e-11)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("g", [0.3, 1.0, 1.8])
def test_the_lowest_levels_and_their_parities_are_those_of_the_dense_matrix(
    g, boundary
):
    chain = Chain(7, 1.3, g, boundary)
    levels = lowest_levels(chain, 12)
    H, P = dense_hamiltonian(chain), parity_operator(7)
    energies, vectors = np.linalg.eigh(H + 1e-9 * P)
    excitations = np.linalg.eigvalsh(H) - energies[0]
    np.testing.assert_allclose(levels.excitations, excitations[:12], atol=1e-8)
    number_odd = np.sum(np.einsum("in,ij,jn->n", vectors, P, vectors)[:8] < 0)
    is_degenerate_at_the_edge = energies[8] - energies[7] < 1e-6
    assert is_degenerate_at_the_edge or number_odd == levels.is_odd[:8].sum()


def test_all_levels_of_a_short_chain_come_out():
    for boundary in BOUNDARIES:
        chain = Chain(5, 1.0, 0.8, boundary)
        exact = np.linalg.eigvalsh(dense_hamiltonian(chain))
        found = lowest_levels(chain, 100).excitations
        np.testing.assert_allclose(found, exact - exact[0], atol=1e-12)


def test_lanczos_repeats_itself_to_the_bit():
    chain = Chain(11, 1.0, 0.9, "periodic")
    first, second = solve_exactly(chain), solve_exactly(chain)
    assert first.ground_energy == second.ground_energy
    assert first.entropies.tobytes() == second.entropies.tobytes()


def test_exact_diagonalization_refuses_long_chains_and_names_the_other_method():
    with pytest.raises(ArgumentError, match="free fermions"):
        solve_exactly(Chain(25))


def test_the_longest_chains_fit_their_memory():
    assert memory_needed(Chain(24, boundary="open")) < 3e9
    assert memory_needed(Chain(24, boundary="periodic")) < 0.5e9


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"L": 1}, "`L`"),
        ({"L": 4, "J": -1.0}, "ferromagnetic"),
        ({"L": 4, "J": 0.0}, "`J`"),
        ({"L": 4, "g": -0.5}, "`g`"),
        ({"L": 4, "g": float("nan")}, "`g`"),
        ({"L": 4, "boundary": "twisted"}, "`boundary`"),
    ],
)
def test_chains_that_cannot_be_solved_are_refused(wrong, word):
    with pytest.raises(ArgumentError, match=word):
        Chain(**wrong)


@pytest.mark.parametrize("boundary", ["open", "periodic"])
@pytest.mark.parametrize("scale", [1e-300, 1e-100, 3e299])
@pytest.mark.parametrize(
    "solve", [solve_exactly, solve_free_fermions, solve_quadratic_form]
)
def test_energies_of_any_scale_give_the_scaled_state(solve, scale, boundary):
    one = solve(Chain(12, 1.0, 1.0, boundary))
    found = solve(Chain(12, scale, scale, boundary))

    assert found.ground_energy == pytest.approx(scale * one.ground_energy, rel=1e-13)
    assert found.gap == pytest.approx(scale * one.gap, rel=1e-10)
    assert found.entropies == pytest.approx(one.entropies, rel=1e-11)
    if boundary == "open":
        assert found.entropy_half_chain == pytest.approx(0.3965162111, rel=1e-9)


def test_levels_have_any_scale_too():
    one, found = (lowest_levels(Chain(6, s, 0.5 * s), 5) for s in (1.0, 1e-300))
    assert found.excitations == pytest.approx(1e-300 * one.excitations, rel=1e-12)


def test_energies_beyond_the_floats_are_refused():
    with pytest.raises(ArgumentError, match="would leave the floats"):
        Chain(12, 1e307, 1e307)
