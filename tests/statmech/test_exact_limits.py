"""Known limits of the exact methods, what they refuse, and how jets differentiate."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.exact.closed_forms import (
    exact_chain,
    exact_infinite_chain,
    exact_infinite_lattice,
    exact_torus,
    spontaneous_magnetization,
)
from spacewheat_sim.statmech.exact.jets import Jet
from spacewheat_sim.statmech.exact.ring_matrix import artanh_square, log_cosh_root
from spacewheat_sim.statmech.exact.row_momentum import row_orbits
from spacewheat_sim.statmech.exact.transfer_chain import chain_thermodynamics
from spacewheat_sim.statmech.exact.transfer_strip import strip_thermodynamics
from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, MethodLimitError

T_CRITICAL = 2.0 / math.log1p(math.sqrt(2.0))
CATALAN = 0.915965594177219015


def test_infinite_lattice_at_the_critical_point():
    found = exact_infinite_lattice(Conditions(T_CRITICAL))

    assert -found.free_energy / T_CRITICAL == pytest.approx(
        0.5 * math.log(2.0) + 2.0 * CATALAN / math.pi, rel=1e-15
    )
    assert found.energy == pytest.approx(-math.sqrt(2.0), rel=1e-12)
    assert found.heat_capacity == math.inf
    assert found.extra["spontaneous_magnetization"] == 0.0
    assert found.susceptibility is None


def test_infinite_lattice_does_not_know_the_sign_of_the_coupling():
    for T in (0.5, 2.0, 4.0):
        ferro = exact_infinite_lattice(Conditions(T))
        anti = exact_infinite_lattice(Conditions(T, -1.0))

        assert anti.free_energy == ferro.free_energy
        assert anti.heat_capacity == ferro.heat_capacity
        assert anti.energy == ferro.energy
        assert anti.extra["spontaneous_magnetization"] == 0.0


@pytest.mark.parametrize("K", [0.03, 3.0])
def test_series_of_the_infinite_lattice_meet_the_closed_forms(K):
    below, above = (
        exact_infinite_lattice(Conditions(1.0, K * (1.0 + side * 1e-15)))
        for side in (-1, 1)
    )

    assert below.heat_capacity == pytest.approx(above.heat_capacity, rel=1e-10)
    assert below.energy == pytest.approx(above.energy, rel=1e-12)


def test_yang_has_the_exponent_one_eighth():
    near = [
        spontaneous_magnetization(Conditions(T_CRITICAL * (1 - d)))
        for d in (1e-8, 1e-10)
    ]

    assert math.log10(near[0] / near[1]) == pytest.approx(2 / 8, abs=1e-6)
    assert spontaneous_magnetization(Conditions(0.01)) == 1.0
    assert spontaneous_magnetization(Conditions(3.0)) == 0.0


def test_spins_without_coupling():
    for found in (
        exact_chain(10, Conditions(2.0, 0.0, 0.7)),
        exact_infinite_chain(Conditions(2.0, 0.0, 0.7)),
        chain_thermodynamics(10, Conditions(2.0, 0.0, 0.7)),
        torus_thermodynamics(3, 4, Conditions(2.0, 0.0, 0.7)),
        strip_thermodynamics(3, Conditions(2.0, 0.0, 0.7)),
    ):
        assert found.free_energy == pytest.approx(-2 * math.log(2 * math.cosh(0.35)))
        assert found.magnetization == pytest.approx(math.tanh(0.35), rel=1e-14)
        assert found.susceptibility == pytest.approx(0.5 / math.cosh(0.35) ** 2)


@pytest.mark.parametrize("T", [1e-3, 1.0, 2.0, 1e3])
def test_spins_without_coupling_and_field_have_no_heat_capacity(T):
    for found in (
        exact_chain(10, Conditions(T, 0.0)),
        chain_thermodynamics(10, Conditions(T, 0.0)),
        torus_thermodynamics(3, 4, Conditions(T, 0.0)),
        strip_thermodynamics(3, Conditions(T, 0.0)),
        exact_torus(3, 4, Conditions(T, 0.0)),
    ):
        assert found.heat_capacity == 0.0
        assert found.energy == 0.0


@pytest.mark.parametrize("J", [1.0, -1.0])
@pytest.mark.parametrize("h", [0.0, 50.0, -50.0])
def test_extreme_conditions_give_no_warning(J, h):
    at = Conditions(0.05, J, h)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for found, coordination in (
            (exact_chain(10**9, at), 2),
            (chain_thermodynamics(10**9, at), 2),
            (exact_infinite_chain(at), 2),
            (torus_thermodynamics(4, 10**6, at), 4),
            (strip_thermodynamics(6, at), 4),
            *([(exact_torus(6, 8, at), 4)] if h == 0.0 else []),
        ):
            bonds = 0.5 * coordination * (J if h else abs(J))
            assert found.energy == pytest.approx(-bonds - abs(h), rel=1e-12)
            assert abs(found.magnetization) == (1.0 if h else 0.0)


def test_ground_states_of_frustrated_tori_are_counted():
    # Every row and every column of odd length keeps a broken bond.
    found = torus_thermodynamics(3, 5, Conditions(0.05, -1.0))

    assert found.energy == pytest.approx(-(30 - 2 * 8) / 15, rel=1e-12)


def test_chain_of_a_billion_follows_the_correlation_length():
    at = Conditions(0.5)
    wanted = math.exp(4.0) / 0.5

    assert chain_thermodynamics(10**9, at).susceptibility == pytest.approx(
        wanted, rel=1e-12
    )


def test_strip_says_where_its_susceptibility_is_lost():
    assert strip_thermodynamics(8, Conditions(0.3)).susceptibility is None
    assert strip_thermodynamics(8, Conditions(0.3, 1.0, 0.1)).susceptibility is not None


@pytest.mark.slow
def test_wide_strips_approach_the_infinite_lattice():
    wanted = exact_infinite_lattice(Conditions(3.0))
    found = strip_thermodynamics(16, Conditions(3.0))

    assert found.free_energy == pytest.approx(wanted.free_energy, abs=1e-4)
    assert found.energy == pytest.approx(wanted.energy, abs=1e-3)


@pytest.mark.parametrize("L", [1, 2, 3, 4, 6, 8])
def test_blocks_of_a_row_have_the_spectrum_of_the_matrix(L):
    table = np.exp(0.3 * (L - 2.0 * np.arange(L + 1)))
    states = np.arange(1 << L)
    whole = table[np.bitwise_count(states[:, None] ^ states)]
    found = [
        np.repeat(np.linalg.eigvalsh(blocks[0]), copies)
        for copies, _, blocks in row_orbits(L).sectors(table[None])
    ]

    assert np.sort(np.concatenate(found)) == pytest.approx(
        np.linalg.eigvalsh(whole), rel=1e-12, abs=1e-12
    )


def test_refusals_name_the_method_that_can():
    with pytest.raises(MethodLimitError, match="'transfer_matrix', 'trg'"):
        exact_torus(4, 4, Conditions(1.0, 1.0, 0.1))
    with pytest.raises(MethodLimitError, match="field"):
        exact_infinite_lattice(Conditions(1.0, 1.0, 0.1))
    with pytest.raises(MethodLimitError, match=r"2\^13 rows.* s and .* GB.*'trg'"):
        torus_thermodynamics(13, 20, Conditions(1.0))
    with pytest.raises(MethodLimitError, match=r"2\^21 rows"):
        strip_thermodynamics(21, Conditions(1.0))
    with pytest.raises(MethodLimitError, match="cancel"):
        torus_thermodynamics(11, 11, Conditions(0.05, -1.0))
    with pytest.raises(MethodLimitError, match="1e154"):
        exact_infinite_chain(Conditions(0.001))


def test_sizes_below_one_are_refused():
    at = Conditions(1.0)
    for call in (
        lambda: exact_chain(0, at),
        lambda: chain_thermodynamics(0, at),
        lambda: torus_thermodynamics(0, 3, at),
        lambda: exact_torus(3, 0, at),
        lambda: strip_thermodynamics(0, at),
    ):
        with pytest.raises(ArgumentError, match="at least 1"):
            call()


def variable(beta, h):
    """β·h² + β as a jet of β and h."""
    return Jet(
        np.array(beta * h**2 + beta),
        np.array([h**2 + 1.0, 2.0 * beta * h]),
        np.array([0.0, 2.0 * beta]),
    )


@pytest.mark.parametrize(
    ("function", "plain"),
    [
        (lambda x: x.log(), np.log),
        (lambda x: x.log1p(), np.log1p),
        (lambda x: x.exp(), np.exp),
        (lambda x: x.sqrt(), np.sqrt),
        (lambda x: x * x / (x + Jet.constant(1.0)), lambda x: x * x / (x + 1.0)),
        (
            lambda x: log_cosh_root(x * 1e-3),
            lambda x: np.log(np.cosh(np.sqrt(1e-3 * x))),
        ),
        (log_cosh_root, lambda x: np.log(np.cosh(np.sqrt(x)))),
        (
            lambda x: artanh_square(x * 1e-3),
            lambda x: np.arctanh(np.sqrt(1e-3 * x)) ** 2,
        ),
        (lambda x: artanh_square(x * 0.3), lambda x: np.arctanh(np.sqrt(0.3 * x)) ** 2),
    ],
)
def test_jets_are_derivatives(function, plain):
    """By a complex step and a central difference of that."""
    beta, h, step = 0.7, 0.4, 1e-5
    jet = function(variable(beta, h))

    def slope(beta, h, d):
        turn = [0.0, 0.0]
        turn[d] = 1e-30j
        b, f = beta + turn[0], h + turn[1]
        return plain(b * f**2 + b).imag / 1e-30

    assert jet.value == pytest.approx(plain(beta * h**2 + beta), rel=1e-14)
    for d in range(2):
        shift = step * np.eye(2)[d]
        ahead = slope(beta + shift[0], h + shift[1], d)
        behind = slope(beta - shift[0], h - shift[1], d)
        assert jet.first[d] == pytest.approx(slope(beta, h, d), rel=1e-12)
        assert jet.second[d] == pytest.approx(
            (ahead - behind) / (2 * step), rel=1e-7, abs=1e-10
        )


def test_squares_and_traces_of_symmetric_jets():
    rng = np.random.default_rng(5)
    a, b = (
        Jet(
            *(
                m + m.swapaxes(-1, -2)
                for m in (rng.random((4, 4)), *rng.random((2, 2, 4, 4)))
            )
        )
        for _ in range(2)
    )
    square, product = a.squared_symmetric(), a @ a
    trace, wanted = a.trace_with(b), (a @ b).trace()

    for name in ("value", "first", "second"):
        assert getattr(square, name) == pytest.approx(getattr(product, name))
        assert getattr(trace, name) == pytest.approx(getattr(wanted, name))
