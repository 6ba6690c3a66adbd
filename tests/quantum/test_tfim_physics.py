"""Limits, duality and criticality of the transverse-field Ising chain."""

import math

import numpy as np
import pytest

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.tfim.central_charge import (
    critical_profile,
    fit_entropy_growth,
)
from spacewheat_sim.quantum.tfim.chain import Chain
from spacewheat_sim.quantum.tfim.correlation_entropy import gaussian_entropies
from spacewheat_sim.quantum.tfim.fermion_modes import open_modes, ring_wave_numbers
from spacewheat_sim.quantum.tfim.free_fermion import (
    correlation_matrix,
    gap,
    ground_energy,
    solve_free_fermions,
)

LN2 = math.log(2)


@pytest.mark.parametrize(("L", "g"), [(50, 0.2), (300, 0.5), (100, 0.9), (400, 0.99)])
def test_the_smallest_gap_is_right_in_relative_terms(L, g):
    # The singular values of N multiply to det N = g^L, though one is near g^L itself.
    energies = open_modes(Chain(L, 1.0, g)).energies
    assert math.fsum(np.log(energies)) == pytest.approx(L * math.log(g), abs=1e-12)


def test_the_gap_of_a_long_ordered_chain_follows_its_asymptote():
    g, L = 0.5, 200
    assert gap(Chain(L, 1.0, g)) == pytest.approx(2 * (1 - g**2) * g**L, rel=1e-12)


def test_the_gap_of_an_ordered_ring_shrinks_smoothly_below_rounding():
    gaps = [gap(Chain(L, 1.0, 0.5, "periodic")) for L in (40, 80, 160)]
    # gap ~ √((1 − x²)/(πL)) · 2 · x^L, up to corrections in 1/L.
    for L, value in zip((40, 80, 160), gaps, strict=True):
        leading = 2 * math.sqrt(0.75 / (math.pi * L)) * 0.5**L
        assert value == pytest.approx(leading, rel=1.0 / L)


@pytest.mark.parametrize("L", [2, 3, 10, 31])
def test_critical_chains_have_their_closed_forms(L):
    angle = math.pi / (2 * (2 * L + 1))
    assert ground_energy(Chain(L)) == pytest.approx(1 - 1 / math.sin(angle), rel=1e-13)
    assert gap(Chain(L)) == pytest.approx(4 * math.sin(angle), rel=1e-13)
    ring = Chain(L, boundary="periodic")
    assert ground_energy(ring) == pytest.approx(-2 / math.sin(math.pi / (2 * L)))
    assert gap(ring) == pytest.approx(2 * math.tan(math.pi / (4 * L)), rel=1e-12)


@pytest.mark.parametrize("L", [3, 12, 40])
def test_duality_swaps_coupling_and_field(L):
    # In its bonds, an open chain is a chain with J and g swapped; N turns into its
    # transpose, apart from the ends, and the ring's even sector has no ends.
    ring = ground_energy(Chain(L, 1.4, 0.6, "periodic"))
    assert ring == pytest.approx(ground_energy(Chain(L, 0.6, 1.4, "periodic")))
    bulk = solve_free_fermions(Chain(400, 1.0, 2.0)).ground_energy
    dual = solve_free_fermions(Chain(400, 2.0, 1.0)).ground_energy
    # They differ by an energy of the ends alone.
    longer = ground_energy(Chain(800, 1.0, 2.0)) - ground_energy(Chain(800, 2.0, 1.0))
    assert bulk - dual == pytest.approx(longer, abs=1e-9)


@pytest.mark.parametrize("boundary", ["open", "periodic"])
def test_without_a_field_the_ground_state_is_the_cat(boundary):
    solved = solve_free_fermions(Chain(30, 1.0, 0.0, boundary))
    assert solved.gap == 0.0
    bonds = 30 if boundary == "periodic" else 29
    assert solved.ground_energy == pytest.approx(-bonds)
    np.testing.assert_allclose(solved.entropies, LN2, atol=1e-12)


@pytest.mark.parametrize("boundary", ["open", "periodic"])
def test_in_the_ordered_phase_the_cat_adds_ln_2(boundary):
    entropies = solve_free_fermions(Chain(60, 1.0, 0.5, boundary)).entropies
    assert entropies[20:40].min() >= LN2


def test_in_a_strong_field_the_spins_are_free():
    solved = solve_free_fermions(Chain(20, 1.0, 1e4))
    assert solved.ground_energy == pytest.approx(-20 * 1e4, rel=1e-8)
    assert solved.gap == pytest.approx(2e4, rel=1e-3)
    assert solved.entropies.max() < 1e-6


def test_energies_scale_with_the_couplings():
    one, three = solve_free_fermions(Chain(9, 1.0, 0.7)), Chain(9, 3.0, 2.1)
    assert solve_free_fermions(three).gap == pytest.approx(3 * one.gap, rel=1e-12)


@pytest.mark.parametrize("boundary", ["open", "periodic"])
@pytest.mark.parametrize("g", [0.0, 1e-200, 0.4, 1.0, 1.0 + 1e-12, 3.0])
def test_correlations_are_orthogonal_and_of_even_parity(g, boundary):
    G = correlation_matrix(Chain(40, 1.0, g, boundary))
    np.testing.assert_allclose(G @ G.T, np.eye(40), atol=1e-12)
    assert np.linalg.det(G) == pytest.approx(1.0)


def test_the_edge_mode_sets_in_continuously():
    L = 24
    below, at, above = (
        solve_free_fermions(Chain(L, 1.0, L / (L + 1) * (1 + shift)))
        for shift in (-1e-9, 0.0, 1e-9)
    )
    assert below.gap < at.gap < above.gap
    assert above.gap - below.gap < 1e-8
    np.testing.assert_allclose(below.entropies, above.entropies, atol=1e-8)


def test_a_sector_of_the_ring_has_each_wave_number_once():
    for L in (2, 3, 8, 9):
        for even in (True, False):
            q = ring_wave_numbers(L, even=even)
            assert np.unique(np.round(q, 9)).size == L
            np.testing.assert_allclose(
                np.exp(1j * q * L), -1.0 if even else 1.0, atol=1e-12
            )


@pytest.mark.parametrize(
    ("boundary", "tolerance"), [("periodic", 1e-5), ("open", 0.005)]
)
def test_the_central_charge_is_one_half(boundary, tolerance):
    lengths = np.array([16.0, 32.0, 64.0, 128.0, 256.0])
    halves = [
        solve_free_fermions(Chain(int(L), boundary=boundary)).entropy_half_chain
        for L in lengths
    ]
    growth = fit_entropy_growth(lengths, np.array(halves), boundary)
    assert growth.central_charge == pytest.approx(0.5, rel=tolerance)
    np.testing.assert_allclose(growth.entropy(lengths), halves, atol=1e-4)


SCANS = [
    (4, 6, 8),
    (4, 6, 8, 10),
    (4, 64, 256),
    (4, 6, 8, 10, 12, 16),
    (8, 10, 14, 16),
    (16, 32, 64, 128),
    (64, 128, 256),
    (240, 244, 248, 256),
    (590, 592, 594),
    (590, 592, 594, 596),
]


@pytest.mark.parametrize("boundary", ["open", "periodic"])
@pytest.mark.parametrize("lengths", SCANS, ids=str)
def test_the_error_of_the_central_charge_covers_the_exact_value(lengths, boundary):
    halves = [
        solve_free_fermions(Chain(L, boundary=boundary)).entropy_half_chain
        for L in lengths
    ]
    growth = fit_entropy_growth(np.array(lengths, float), np.array(halves), boundary)
    assert abs(growth.central_charge - 0.5) <= growth.central_charge_error


@pytest.mark.parametrize("boundary", ["open", "periodic"])
def test_the_error_of_the_central_charge_does_not_know_the_exact_value(boundary):
    lengths = np.array([16.0, 32.0, 64.0, 128.0])
    chains = [Chain(int(L), boundary=boundary) for L in lengths]
    halves = np.array([solve_free_fermions(each).entropy_half_chain for each in chains])
    growth = fit_entropy_growth(lengths, halves, boundary)
    # Entropies of another charge: the same corrections, so the same error.
    steeper = halves + 0.3 * np.log(lengths)
    other = fit_entropy_growth(lengths, steeper, boundary)
    assert other.central_charge > growth.central_charge + 0.8
    assert other.central_charge_error == pytest.approx(
        growth.central_charge_error, rel=1e-4, abs=1e-9
    )


def test_a_scan_of_longer_chains_has_a_smaller_error_of_the_central_charge():
    errors = []
    for start in (8, 32, 128):
        lengths = np.array([1.0, 1.5, 2.0, 3.0]) * start
        halves = [
            solve_free_fermions(Chain(int(L))).entropy_half_chain for L in lengths
        ]
        errors.append(
            fit_entropy_growth(lengths, np.array(halves), "open").central_charge_error
        )
    # The next order falls as 1/L².
    assert errors[0] > 10 * errors[1] > 100 * errors[2]


def test_the_critical_profile_of_a_ring_is_conformal():
    solved = solve_free_fermions(Chain(200, boundary="periodic"))
    profile = critical_profile(200, solved.entropy_half_chain, "periodic")
    np.testing.assert_allclose(solved.entropies[20:180], profile[20:180], atol=2e-4)


def test_two_lengths_are_too_few_for_a_fit():
    with pytest.raises(ArgumentError, match="3 different lengths"):
        fit_entropy_growth(np.array([8.0, 16.0]), np.array([1.0, 2.0]), "open")


def test_a_product_state_has_no_entropy():
    np.testing.assert_allclose(gaussian_entropies(np.eye(10)), 0.0, atol=1e-15)


@pytest.mark.slow
def test_a_thousand_sites_take_all_cuts_and_match_the_conformal_growth():
    entropies = solve_free_fermions(Chain(1000, boundary="periodic")).entropies
    slope = (entropies[499] - entropies[124]) / np.log(1 / np.sin(np.pi / 8))
    assert slope == pytest.approx(1 / 6, rel=1e-4)
