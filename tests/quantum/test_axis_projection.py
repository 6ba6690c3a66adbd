"""The projection of a state on an axis, and its conventions."""

from __future__ import annotations

import math

import dense_reference
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacewheat_sim import BathOperators, QuantumBath, SpacewheatError
from spacewheat_sim.quantum.axis import AxisProjection, project

TURN = 2 * math.pi
seeds = st.integers(0, 10**6)


def ket_projection(*amplitudes: complex) -> AxisProjection:
    """Projection of a ket on its first two states."""
    emojis = "abcdef"[: len(amplitudes)]
    bath = QuantumBath(
        BathOperators.from_terms(emojis, np.zeros((len(emojis),) * 2)), seed=0
    )
    bath.initialize_ket(amplitudes)
    return bath.project_onto_axis("a", "b")


@given(seed=seeds, n=st.integers(2, 6))
def test_a_ket_projects_as_the_document_says(seed: int, n: int) -> None:
    psi = dense_reference.random_ket(np.random.default_rng(seed), n)
    p = ket_projection(*psi)
    total = abs(psi[0]) ** 2 + abs(psi[1]) ** 2
    phi = np.angle(psi[0]) - np.angle(psi[1])
    assert p.valid
    assert p.radius == pytest.approx(math.sqrt(total), abs=1e-14)
    assert p.theta == pytest.approx(
        2 * math.acos(abs(psi[0]) / math.sqrt(total)), abs=1e-7
    )
    assert 0.0 <= p.phi < TURN
    assert math.cos(p.phi - phi) == pytest.approx(1, abs=1e-12)
    assert math.hypot(*p.bloch) == pytest.approx(1, abs=1e-12)
    assert p.purity == pytest.approx(1, abs=1e-12)
    x, y, z = p.bloch
    assert z == pytest.approx(math.cos(p.theta), abs=1e-12)
    assert x == pytest.approx(math.sin(p.theta) * math.cos(-p.phi), abs=1e-7)
    assert y == pytest.approx(math.sin(p.theta) * math.sin(-p.phi), abs=1e-7)


@given(seed=seeds, n=st.integers(2, 5))
def test_a_mixed_state_projects_as_pauli_expectations(seed: int, n: int) -> None:
    rho = dense_reference.random_density_matrix(np.random.default_rng(seed), n)
    bath = QuantumBath(
        BathOperators.from_terms("abcde"[:n], np.zeros((n, n))), "master"
    )
    bath.initialize_density_matrix(rho)
    p = bath.project_onto_axis("a", "b")
    block = rho[:2, :2] / rho[:2, :2].trace()
    paulis = ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])
    expected = [np.trace(block @ np.array(m)).real for m in paulis]
    assert p.bloch == pytest.approx(expected, abs=1e-12)
    assert p.purity == pytest.approx(np.trace(block @ block).real, abs=1e-12)
    assert p.coherence == pytest.approx(2 * abs(block[0, 1]), abs=1e-12)
    assert math.hypot(*p.bloch) < 1
    assert math.cos(p.phi - np.angle(block[0, 1])) == pytest.approx(1, abs=1e-12)
    swapped = bath.project_onto_axis("b", "a")
    assert swapped.bloch == pytest.approx((p.bloch[0], -p.bloch[1], -p.bloch[2]))
    assert math.cos(swapped.phi + p.phi) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("phase", "phi"),
    [(0.0, 0.0), (1.0, 1.0), (-1.0, TURN - 1.0), (math.pi, math.pi), (-1e-300, 0.0)],
)
def test_phi_is_the_lead_of_the_north_pole_wrapped_to_one_turn(
    phase: float, phi: float
) -> None:
    north = complex(math.cos(phase), math.sin(phase))
    p = ket_projection(north, 1.0)
    assert p.phi == pytest.approx(phi, abs=1e-12)
    assert 0.0 <= p.phi < TURN


def test_phi_is_zero_where_one_pole_is_empty() -> None:
    north, south = ket_projection(1j, 0, 1), ket_projection(0, 1j, 1)
    assert (north.theta, north.phi, north.bloch) == (0.0, 0.0, (0, 0, 1))
    assert (south.theta, south.phi, south.bloch) == (math.pi, 0.0, (0, 0, -1))


def test_an_axis_with_next_to_nothing_points_nowhere() -> None:
    small = math.sqrt(0.49e-10)
    nowhere = ket_projection(small, small, 1)
    assert (nowhere.radius, nowhere.theta, nowhere.phi, nowhere.valid) == (
        0.0,
        math.pi / 2,
        0.0,
        False,
    )
    assert ket_projection(small * 1.05, small * 1.05, 1).valid


def test_an_overlong_coherence_of_rounding_leaves_the_angles_finite() -> None:
    p = project(1.0 + 1e-16, -1e-18, complex(1e-17, -1e-17))
    assert p.theta == pytest.approx(0.0, abs=1e-7)
    assert p.phi == 0.0


@pytest.mark.parametrize("method", ["trajectory", "master", "spec"])
def test_all_methods_project_alike(method: str) -> None:
    psi = np.array([0.5, 0.5j, np.sqrt(0.5)])
    bath = QuantumBath(
        BathOperators.from_terms("🌾💀🍂", np.zeros((3, 3))), method, seed=0
    )
    bath.initialize_ket(psi)
    p = bath.project_onto_axis("🌾", "💀")
    assert p.phi == pytest.approx(3 * math.pi / 2)
    assert p.bloch == pytest.approx((0.0, 1.0, 0.0))  # azimuth −φ
    assert p.radius == pytest.approx(math.sqrt(0.5))


def test_an_axis_needs_two_different_emojis() -> None:
    bath = QuantumBath(BathOperators.from_terms("☀🌙", np.zeros((2, 2))))
    with pytest.raises(SpacewheatError, match="☀"):
        bath.project_onto_axis("☀", "☀️")
    with pytest.raises(SpacewheatError, match="🌾"):
        bath.project_onto_axis("🌾", "☀")
