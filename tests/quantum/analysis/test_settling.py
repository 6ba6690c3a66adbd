"""Settling times and slow modes beside energies and rates that lie far above them."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from spacewheat_sim import BathOperators, analysis
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.analysis.settled import landing_adjoint
from spacewheat_sim.quantum.analysis.static_bath import StaticBath

NAMES = "🍄🌾💀🌙"
Jumps = list[tuple[int, int, float]]


def operators(h: object, jumps: Jumps) -> BathOperators:
    named = [(NAMES[s], NAMES[t], rate) for s, t, rate in jumps]
    return BathOperators.from_terms(NAMES[: len(np.asarray(h))], h, named)


def exact_liouvillian(h: object, jumps: Jumps) -> mp.matrix:
    """L on rows of ρ, of as many digits as are worked with."""
    matrix = np.asarray(h)
    n = len(matrix)
    whole = mp.matrix(n * n, n * n)
    for i in range(n):
        for j in range(n):
            for k in range(n):
                whole[i * n + j, k * n + j] -= 1j * mp.mpmathify(matrix[i, k])
                whole[i * n + j, i * n + k] += 1j * mp.mpmathify(matrix[k, j])
    for s, t, rate in jumps:
        whole[t * (n + 1), s * (n + 1)] += mp.mpf(rate)
        for i in range(n):
            whole[s * n + i, s * n + i] -= mp.mpf(rate) / 2
            whole[i * n + s, i * n + s] -= mp.mpf(rate) / 2
    return whole


def exact_time(h: object, jumps: Jumps) -> float:
    """1/|Re λ| of the slowest mode that decays, by 80 digits."""
    with mp.workdps(80):
        whole = exact_liouvillian(h, jumps)
        values = mp.eig(whole, left=False, right=False)
        size = max(abs(value) for value in values)
        decays = [-value.real for value in values]
        return float(1 / min(x for x in decays if x > size * mp.mpf("1e-60")))


# A state that is all but never left, beside fast ones: 2e-5 of the time was wrong.
ISOLATED = (
    [[5.5e7, 0, 4e-6], [0, -2.4e4, 0], [4e-6, 0, 0]],
    [(1, 1, 150.0), (1, 2, 16.6), (2, 0, 1.0), (2, 1, 4e9)],
)
# A state that dephases 10^20 times before it is left: 3,000 times too short.
DEPHASED = (
    [[1.7e-7, 0, 0], [0, 3063.4, 2.4e-6], [0, 2.4e-6, 0]],
    [(0, 0, 9.7e9), (0, 1, 1.2e-10), (1, 1, 60.0), (1, 2, 5.5e5), (2, 2, 2.5e-8)],
)
# Two states of dephasing alone, far apart in energy: it was −8e21 s.
DETUNED = (
    [[-76454.4, -1e-8 + 3.9e-8j], [-1e-8 - 3.9e-8j, 1.15]],
    [(0, 0, 1.0), (1, 1, 51862.3)],
)
# A chain of weak couplings beside an energy far from all: it was −20,041 s.
CHAIN = (
    [
        [0, 0.0065 + 0.0085j, 0, 0],
        [0.0065 - 0.0085j, 0, 0.0216, 0.00011],
        [0, 0.0216, -0.043, 0],
        [0, 0.00011, 0, 1.7e7],
    ],
    [
        (0, 0, 68591.2),
        (0, 2, 41241.6),
        (1, 0, 0.346),
        (1, 3, 3e-6),
        (2, 1, 0.0133),
        (2, 2, 47582.8),
    ],
)
# What is left of a dephasing state at 4e-9 /s is less than a rounding of its rates.
LOST = ([[0, 0], [0, -1.96]], [(0, 0, 2.33e9), (0, 1, 4.1e-9), (1, 1, 17135.1)])
# Coherences at 5e5 rad/s decay more slowly than any population does.
COHERENT = (
    [
        [509718.8, 0, 1, 4.4e-5 + 4.1e-5j],
        [0, 0, 0, 0],
        [1, 0, 9.6e-5, 0],
        [4.4e-5 - 4.1e-5j, 0, 0, 0],
    ],
    [
        (0, 0, 1.9e-9),
        (1, 0, 5.5e-9),
        (1, 1, 2.3e-10),
        (2, 1, 7.9),
        (3, 0, 311.2),
        (3, 2, 4.3e7),
    ],
)


@pytest.mark.parametrize("bath", [ISOLATED, DEPHASED, DETUNED, CHAIN])
def test_a_settling_time_is_right_whatever_the_scales(bath):
    found = analysis.modes(operators(*bath), 16)

    assert found.settling_time == pytest.approx(exact_time(*bath), rel=1e-9)
    assert (found.eigenvalues.real <= 0.0).all()


@pytest.mark.parametrize("bath", [LOST, COHERENT])
def test_one_that_doubles_do_not_tell_is_said_not_to_be_known(bath):
    """One ended with an error of the linear algebra, the other was 1.4 times off."""
    found = analysis.modes(operators(*bath), 4).settling_time

    assert np.isnan(found) or found == pytest.approx(exact_time(*bath), rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_one_of_random_scales_is_right_or_said_not_to_be_known(seed):
    rng = np.random.default_rng(seed)
    n = 2 + seed % 2
    span = 10.0 ** rng.uniform(-9, 9, (n, n))
    upper = np.triu(np.where(rng.random((n, n)) < 0.7, span, 0.0))
    h = upper + np.triu(upper, 1).T
    rates = 10.0 ** rng.uniform(-9, 9, (n, n))
    jumps = [(s, (s + 1) % n, float(rates[s, s - 1])) for s in range(n)]
    jumps += [(s, s, float(rates[s, s])) for s in range(n) if rng.random() < 0.6]

    found = analysis.modes(operators(h, jumps), n * n).settling_time

    assert np.isnan(found) or found == pytest.approx(exact_time(h, jumps), rel=1e-7)


def exact_adjoint(h: object, jumps: Jumps, x: np.ndarray) -> np.ndarray:
    """Y with L†Y = tr(ρX) − X and tr ρY = 0, by 80 digits."""
    n = len(x)
    with mp.workdps(80):
        whole = exact_liouvillian(h, jumps)
        settled, right = whole.copy(), mp.matrix(n * n, 1)
        for k in range(n * n):
            settled[0, k] = 1 if k % (n + 1) == 0 else 0
        right[0] = 1
        rho = mp.lu_solve(settled, right)
        back, right = whole.H, -mp.matrix(x.ravel().tolist())
        mean = sum(rho[k].conjugate() * -right[k] for k in range(n * n))
        for i in range(n):
            right[i * (n + 1)] += mean
        # What the likeliest state says follows from all others.
        likeliest = max(range(n), key=lambda i: rho[i * (n + 1)].real) * (n + 1)
        for k in range(n * n):
            back[likeliest, k] = rho[k].conjugate()
        right[likeliest] = 0
        found = mp.lu_solve(back, right)
        return np.array([complex(v) for v in found]).reshape(n, n)


def check_adjoint(h: object, jumps: Jumps, x: np.ndarray) -> None:
    own = operators(h, jumps)
    bath = StaticBath(own.generator, own.hamiltonian.toarray())
    wanted = exact_adjoint(h, jumps, x)

    found = landing_adjoint(bath, x)

    assert np.abs(found - wanted).max() < 1e-9 * np.abs(wanted).max()


def test_an_adjoint_beside_far_faster_dephasing_is_found():
    check_adjoint(*LOST, np.diag([1.0, -1.0]).astype(complex))


@pytest.mark.parametrize("seed", range(12))
def test_an_adjoint_of_random_scales_is_right(seed):
    """What rounding left of tr ρX was held for the longest wait: 2e-4 were wrong."""
    rng = np.random.default_rng(100 + seed)
    sizes = 10.0 ** rng.uniform(-9, 9, (2, 2)) * np.exp(1j * rng.uniform(0, 6, (2, 2)))
    h = np.diag(sizes.diagonal().real) + np.array([[0, sizes[0, 1]], [0, 0]])
    h[1, 0] = h[0, 1].conj()
    rates = 10.0 ** rng.uniform(-9, 9, 3)
    jumps = [(0, 1, rates[0]), (1, 0, rates[1]), (1, 1, rates[2])]

    check_adjoint(h, jumps, np.array([[1.0, 0.3 - 0.2j], [0.3 + 0.2j, -0.7]]))


@pytest.mark.parametrize(("coupling", "rate"), [(0.5, 1.0), (1e-4, 1e4), (1e-6, 1e7)])
def test_what_moves_a_dark_state_is_right_or_refused(coupling, rate):
    """Where it is reached by 1e-12 of the fastest rate, it moved by 0."""
    a, b = coupling, 0.8 * coupling
    own = operators([[0, 0, a], [0, 0, b], [a, b, 0]], [(2, 0, rate), (2, 1, rate)])
    bath = StaticBath(own.generator, own.hamiltonian.toarray())
    turn = np.zeros((3, 3))
    turn[0, 2] = turn[2, 0] = 1.0
    change = -1j * (turn @ bath.steady - bath.steady @ turn)
    # The first state is b²/(a² + b²) of the dark one.
    wanted = -2 * a * b**2 / (a**2 + b**2) ** 2

    try:
        found = np.sum(landing_adjoint(bath, np.diag([1.0, 0, 0]) + 0j).T * change)
    except RunError:
        assert rate / coupling > 1e6
    else:
        assert found.real == pytest.approx(wanted, rel=1e-6)
