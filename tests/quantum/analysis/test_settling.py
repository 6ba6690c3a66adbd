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


def exact_time(h: object, jumps: Jumps) -> float:
    """1/|Re λ| of the slowest mode that decays, by 80 digits."""
    matrix = np.asarray(h)
    n = len(matrix)
    with mp.workdps(80):
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


def test_an_inverse_that_is_not_known_is_refused():
    own = operators(*LOST)
    bath = StaticBath(own.generator, own.hamiltonian.toarray())
    start = np.diag([1.0, -1.0]).astype(complex)
    right = start - np.sum(bath.steady * start) * np.eye(2)

    y = bath.resolvent(0.0).solve(start)

    assert np.abs(bath.resolvent(0.0).generate(y) + start).max() < 1e-12
    with pytest.raises(RunError, match="not known"):
        bath.resolvent(0.0).solve_adjoint(right)


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
