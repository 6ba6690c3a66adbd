"""The fuzzer's references against closed forms, fractions, mpmath and scipy."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import fixed_point
import mpmath
import numpy as np
import pytest
from dense_reference import integrated, liouvillian
from driven_reference import DrivenReference
from expected import ExpectedDensity, NoJump
from generated_bath import generated_bath
from generated_drivers import Kick, Plateau, Pulse, Step, Train, Wave
from plain_bath import PlainBath
from real_generators import as_floats, density_tensor, to_matrix, to_vector
from scipy.linalg import expm
from steady_reference import steady_states


def pure(ket):
    return np.outer(ket, np.conj(ket))


def emoji(n, k):
    return pure(np.eye(n)[k].astype(complex))


def random_numbers(rng, n, m):
    mantissas = rng.integers(-(2**40), 2**40, size=(n, m))
    return [[Fraction(int(x), 2**45) for x in row] for row in mantissas]


def as_digits(rows, digits):
    flat = fixed_point.from_fractions([x for row in rows for x in row], digits)
    return flat.reshape(digits, len(rows), len(rows[0]))


def as_fractions(digits):
    return [
        [
            sum(
                (Fraction(int(d)) / 2 ** (22 * k) for k, d in enumerate(column)),
                Fraction(0),
            )
            for column in digits[:, row].T
        ]
        for row in range(digits.shape[1])
    ]


def test_products_of_fixed_point_matrices_are_those_of_fractions():
    rng = np.random.default_rng(0)
    a, b = random_numbers(rng, 5, 7), random_numbers(rng, 7, 3)
    right = [
        [sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0))
         for column in zip(*b, strict=True)]
        for row in a
    ]  # fmt: skip
    got = as_fractions(fixed_point.product(as_digits(a, 7), as_digits(b, 7)))
    for wanted, found in zip(right, got, strict=True):
        for x, y in zip(wanted, found, strict=True):
            assert abs(x - y) < Fraction(1, 2**120)


def test_division_by_a_whole_number_is_exact_to_the_last_digit():
    a = as_digits([[Fraction(1), Fraction(-5, 7)]], 6)
    (got,) = as_fractions(fixed_point.divided(a, 3))
    assert abs(got[0] - Fraction(1, 3)) < Fraction(1, 2**108)
    assert abs(got[1] + Fraction(5, 21)) < Fraction(1, 2**106)


def test_the_exponential_has_all_its_bits():
    rng = np.random.default_rng(1)
    small = [[x / 2000 for x in row] for row in random_numbers(rng, 4, 4)]
    digits = 8
    norm = float(max(sum(abs(x) for x in row) for row in small))
    got = as_fractions(fixed_point.exponential(as_digits(small, digits), norm))
    with mpmath.workdps(60):
        right = mpmath.expm(
            mpmath.matrix(
                [
                    [mpmath.mpf(x.numerator) / x.denominator for x in row]
                    for row in small
                ]
            )
        )
        for i in range(4):
            for j in range(4):
                value = mpmath.mpf(got[i][j].numerator) / got[i][j].denominator
                assert abs(value - right[i, j]) < mpmath.mpf(2) ** -140


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_the_real_liouvillian_is_the_superoperator(n):
    rng = np.random.default_rng(n)
    h = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    h = h + h.conj().T
    jumps = tuple(
        (int(rng.integers(n)), int(rng.integers(n)), float(rng.random()))
        for _ in range(2 * n)
    )
    rho = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    rho = rho + rho.conj().T
    real = as_floats(PlainBath(h, jumps), density_tensor(n)) @ to_vector(rho)
    flat = liouvillian(h, jumps) @ rho.reshape(-1, order="F")
    assert np.abs(to_matrix(real, n) - flat.reshape(n, n, order="F")).max() < 1e-13


@pytest.mark.parametrize(
    ("fast", "slow", "seconds"),
    [(1e4, 1e-4, 1e3), (1e6, 1e-2, 10.0), (1e9, 1e-9, 1e9), (1e9, 1e-9, 1e5)],
)
def test_a_slow_leak_beside_fast_exchange_is_exact(fast, slow, seconds):
    bath = PlainBath(
        np.zeros((3, 3), complex), ((0, 1, fast), (1, 0, fast), (1, 2, slow))
    )
    got = ExpectedDensity(bath, emoji(3, 0)).after([seconds], [seconds])[0, 2]
    with mpmath.workdps(60):
        f, s, t = mpmath.mpf(fast), mpmath.mpf(slow), mpmath.mpf(seconds)
        root = mpmath.sqrt(4 * f * f + s * s)
        a, b = (-2 * f - s + root) / 2, (-2 * f - s - root) / 2
        # p_0 + p_1 = 1 − p_2 obeys x'' + (2f + s) x' + f s x = 0, x(0) = 1, x'(0) = 0.
        left = (a * mpmath.exp(b * t) - b * mpmath.exp(a * t)) / (a - b)
        assert abs(got - float(1 - left)) < 1e-15


def test_a_coupling_that_is_watched_is_exact():
    rate, coupling, seconds = 1e7, 0.5, 1e6
    bath = PlainBath(np.array([[0, coupling], [coupling, 0]], complex), ((0, 0, rate),))
    got = ExpectedDensity(bath, emoji(2, 0)).after([seconds], [seconds])[0, 0]
    with mpmath.workdps(50):
        # z'' + (rate/2) z' + 4 coupling² z = 0 for z = p_0 − p_1.
        half = mpmath.mpf(rate) / 2
        root = mpmath.sqrt(half**2 - 16 * mpmath.mpf(coupling) ** 2)
        a, b = (-half + root) / 2, (-half - root) / 2
        t = mpmath.mpf(seconds)
        z = (a * mpmath.exp(b * t) - b * mpmath.exp(a * t)) / (a - b)
        assert abs(got - float((1 + z) / 2)) < 1e-15


def test_a_constant_energy_changes_no_reference():
    h = np.array([[1.0, 0.5j], [-0.5j, -2.0]])
    jumps = ((1, 0, 0.3),)
    shifted = h + 2.0**28 * np.eye(2)
    one = ExpectedDensity(PlainBath(h, jumps), emoji(2, 0)).after([3.0], [3.0])
    two = ExpectedDensity(PlainBath(shifted, jumps), emoji(2, 0)).after([3.0], [3.0])
    assert (one == two).all()


@pytest.mark.parametrize("reach", [10.0, 1e4])
def test_powers_of_a_step_are_one_long_step(reach):
    rng = np.random.default_rng(3)
    h = rng.normal(size=(3, 3)) * reach
    bath = PlainBath((h + h.T).astype(complex), ((0, 1, 0.2), (1, 2, 5.0)))
    whole = ExpectedDensity(bath, emoji(3, 0)).after([0.75], [0.75])
    stepped = ExpectedDensity(bath, emoji(3, 0)).every(0.125, [2, 4, 6])
    assert np.abs(stepped[-1] - whole[-1]).max() < 1e-14


@pytest.mark.parametrize(
    "drive",
    [
        Wave(0, "sine", 1.3, 0.7, 0.4),
        Wave(1, "cosine", -2.0, 1.1, 3.0),
        Pulse(2, 4.0, 0.9, 1.0),
        Kick(0, 60.0, 1.1, 0.02),
        Train(1, 30.0, 0.7, 0.05),
        Step(0, 5.0, 1.234),
        Plateau(2, 3.0, 0.5, 1.4, 0.1),
    ],
)
def test_driven_states_are_those_of_an_adaptive_integrator(drive):
    rng = np.random.default_rng(5)
    h = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    h = h + h.conj().T
    jumps = ((0, 1, 0.4), (2, 2, 0.3))
    bath = PlainBath(h, jumps, (drive,))
    times = np.array([0.6, 2.0])
    got = DrivenReference(bath, "density").states(to_vector(emoji(3, 0)), 0.0, times)

    def hamiltonian_at(time):
        moved = h.copy()
        moved[drive.state, drive.state] += drive.values(
            np.array([time], np.longdouble)
        )[0]
        return moved

    knots = sorted({0.0, 0.6, 2.0, *(k for k in drive.knots(0.0, 2.0) if 0 < k < 2)})
    rho = emoji(3, 0)
    for a, b in pairwise(knots):
        # Inside its panel, so that no stage looks across an edge.
        rho = integrated(
            hamiltonian_at, jumps, rho, b - 1e-13, start=a + 1e-13, longest=0.01
        )
        if abs(b - 0.6) < 1e-12:
            assert np.abs(to_matrix(got[0], 3) - rho).max() < 1e-10
    assert np.abs(to_matrix(got[1], 3) - rho).max() < 1e-10


def test_survival_of_a_static_ket_is_that_of_its_exponential():
    h = np.diag([0, 1.0, 2.0]) + 0.3 * (1 - np.eye(3))
    bath = PlainBath(h.astype(complex), ((0, 1, 0.5),))
    ket = np.array([0.6, 0.48j, -0.64])
    effective = -1j * bath.hamiltonian - np.diag(bath.decay / 2)
    got = NoJump(bath).kets(ket, 1.5, [2.0, 4.0])
    for row, time in zip(got, (0.5, 2.5), strict=True):
        right = expm(effective * time) @ ket
        assert np.abs(np.abs(row) ** 2 - np.abs(right) ** 2).max() < 1e-14


@pytest.mark.parametrize(
    ("hamiltonian", "jumps", "right"),
    [
        (
            np.zeros((3, 3)),
            ((0, 1, 1.1e-4), (1, 0, 0.9e-4), (2, 0, 1e6)),
            [0.45, 0.55, 0],
        ),
        ([[1e9, 0.5], [0.5, 1e9]], ((0, 1, 0.3), (1, 0, 0.1)), [13 / 27, 14 / 27]),
        ([[1e9, 1e-3], [1e-3, 0]], ((0, 1, 0.3), (1, 0, 0.1)), [0.25, 0.75]),
    ],
)
def test_steady_states_are_those_of_closed_forms(hamiltonian, jumps, right):
    found = steady_states(PlainBath(np.array(hamiltonian, complex), jumps))
    assert found.count == 1
    assert np.abs(found.state.diagonal().real - right).max() < 1e-9


@pytest.mark.parametrize(
    ("n", "jumps", "count"),
    [
        (2, (), 4),
        (3, ((0, 1, 1.0), (0, 2, 1.0)), 4),
        (3, ((0, 1, 1.0),), 4),
        (1, (), 1),
    ],
)
def test_steady_states_are_counted_with_their_coherences(n, jumps, count):
    assert steady_states(PlainBath(np.zeros((n, n), complex), jumps)).count == count


def test_one_index_is_one_bath():
    one, two = generated_bath(7, 11), generated_bath(7, 11)
    assert one.bath.jumps == two.bath.jumps
    assert (one.bath.hamiltonian == two.bath.hamiltonian).all()
    assert math.isclose(np.linalg.norm(one.ket), 1.0)
