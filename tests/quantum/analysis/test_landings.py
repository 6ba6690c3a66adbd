"""Resolvents, modes and waits against matrices of N² × N²."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from dense_algebra import liouvillian, random_bath
from scipy import linalg

from spacewheat_sim import BathOperators, analysis
from spacewheat_sim.quantum.analysis import modes as mode_search
from spacewheat_sim.quantum.analysis.no_jump import ModalNoJump, SchurNoJump
from spacewheat_sim.quantum.analysis.static_bath import StaticBath


def static(ops: BathOperators) -> StaticBath:
    return StaticBath(ops.generator, ops.hamiltonian.toarray())


@pytest.mark.parametrize("n", [2, 3, 5, 8])
@pytest.mark.parametrize("z", [0.3, 0.2 + 1.7j, 4.0])
def test_the_resolvent_is_the_inverse_of_z_less_l(n: int, z: complex) -> None:
    ops = random_bath(n, seed=n)
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    dense = z * np.eye(n * n) - liouvillian(ops)

    found = static(ops).resolvent(z).solve(x)
    adjoint = static(ops).resolvent(z).solve_adjoint(x)

    wanted = np.linalg.solve(dense, x.ravel()).reshape(n, n)
    size = np.abs(wanted).max()
    assert np.abs(found - wanted).max() < 1e-12 * size
    # tr Y (z − L)X = tr X (z − L†)Y for all X: L† is the transpose but for order.
    order = np.arange(n * n).reshape(n, n).T.ravel()
    turned = dense.T[np.ix_(order, order)]
    wanted = np.linalg.solve(turned, x.ravel()).reshape(n, n)
    assert np.abs(adjoint - wanted).max() < 1e-12 * np.abs(wanted).max()


def test_the_residual_of_a_resolvent_is_rounding_for_22_and_64_states() -> None:
    for n in (22, 64):
        rng = np.random.default_rng(n)
        h = np.where(rng.random((n, n)) < 0.15, rng.normal(size=(n, n)), 0.0)
        names = [f"e{i}" for i in range(n)]
        jumps = [(names[i], names[(i + 1) % n], 0.1 + 0.01 * i) for i in range(n)]
        ops = BathOperators.from_terms(names, (h + h.T) / 2, jumps)
        bath = static(ops)
        x = rng.normal(size=(n, n)) + 0j
        x -= np.eye(n) * x.trace() / n
        for z in (0.0, 0.1 + 0.4j):
            resolvent = bath.resolvent(z)
            y = resolvent.solve(x)
            residual = z * y - resolvent.generate(y) - x
            assert np.abs(residual).max() < 1e-12 * max(np.abs(y).max(), 1.0)


@pytest.mark.parametrize("n", [2, 4, 8])
def test_the_slowest_modes_are_eigenvectors_with_the_right_eigenvalues(n: int) -> None:
    ops = random_bath(n, seed=n)
    bath = static(ops)
    dense = np.linalg.eigvals(liouvillian(ops))
    wanted = np.sort(-dense.real)[:6]

    values, states, _ = mode_search.slowest_modes(bath, 6)

    assert np.allclose(-values.real, wanted[: values.size], atol=1e-8)
    generate = bath.resolvent(1.0).generate
    for value, state in zip(values, states, strict=True):
        assert np.abs(generate(state) - value * state).max() < 1e-10


def test_modes_of_many_states_are_found_by_discs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ops = random_bath(8, seed=3)
    wanted, *_ = mode_search.slowest_modes(static(ops), 8)

    monkeypatch.setattr(mode_search, "LARGEST_DENSE", 2)
    found, *_ = mode_search.slowest_modes(static(ops), 8)

    assert np.abs(found - wanted).max() < 1e-8


def critical(gap: float) -> BathOperators:
    """Two states at critical damping, Γ/4 = g, where B has one eigenvector only."""
    h = np.array([[0.0, 0.25 + gap], [0.25 + gap, 0.0]])
    return BathOperators.from_terms("🌾💀", h, [("💀", "🌾", 1.0)])


@pytest.mark.parametrize("gap", [0.0, 1e-14, 1e-9, 1e-5])
def test_at_and_near_an_exceptional_point_waits_keep_their_digits(gap: float) -> None:
    ops = critical(gap)
    bath = static(ops)
    kind = SchurNoJump if gap < 1e-8 else ModalNoJump

    found = bath.no_jump.times(0.7)

    assert isinstance(bath.no_jump, kind) or gap > 0.0
    b = -1j * ops.hamiltonian.toarray() - np.diag([0.0, 0.5])
    for t in range(2):
        start = np.zeros((2, 2), dtype=complex)
        start[t, t] = -1.0
        x = linalg.solve_sylvester(
            b - 0.35 * np.eye(2), b.conj().T - 0.35 * np.eye(2), start
        )
        assert np.abs(found[:, t] - x.diagonal().real).max() < 1e-11


def test_landing_matrices_of_a_decay_are_known_in_closed_form() -> None:
    """M(z) of a state that only decays at Γ is 1/(z + Γ)."""
    jumps = [("🌾", "💀", 0.5), ("💀", "🌾", 2.0)]
    bath = static(BathOperators.from_terms("🌾💀", np.zeros((2, 2)), jumps))
    for z in (0.0, 0.3, 1.0 + 2.0j):
        assert np.allclose(bath.no_jump.times(z), np.diag([1 / (z + 0.5), 1 / (z + 2)]))
    assert np.allclose(bath.no_jump.times(0.0, power=1), np.diag([4.0, 0.25]))


def test_a_dark_superposition_is_left_out_of_waits() -> None:
    """Λ system: (|0⟩ − |1⟩)/√2 never decays, and |0⟩ is half of it."""
    h = np.array([[0, 0, 1.0], [0, 0, 1.0], [1.0, 1.0, 0]])
    ops = BathOperators.from_terms("🌾🍄💀", h, [("💀", "🌾", 1.0), ("💀", "🍄", 1.0)])
    bath = static(ops)
    assert np.allclose(bath.no_jump.bright, [0.5, 0.5, 1.0])
    assert np.allclose(bath.decay @ bath.no_jump.times(0.0), [0.5, 0.5, 1.0])


def test_survival_is_the_norm_of_an_exponential() -> None:
    ops = random_bath(5, seed=9)
    bath = static(ops)
    rho = np.diag([0.5, 0.5, 0, 0, 0]).astype(complex)
    survival = bath.no_jump.survival(rho)
    for time in (0.0, 0.3, 2.0):
        moved = linalg.expm(bath.b * time)
        wanted = float((moved @ rho @ moved.conj().T).trace().real)
        assert survival(time) == pytest.approx(wanted, abs=1e-13)


def test_a_mean_wait_through_weak_couplings_keeps_its_digits() -> None:
    """Population reaches 💀 through two couplings of 1e-8: M is about 1e-30."""
    from spacewheat_sim.quantum.analysis.waits import find_waits

    h = np.zeros((3, 3))
    h[0, 1] = h[1, 0] = h[1, 2] = h[2, 1] = 1e-8
    ops = BathOperators.from_terms(
        "🌾🍄💀", h, [("🌾", "🌾", 1.0), ("🍄", "🍄", 1.0), ("💀", "💀", 1.0)]
    )
    bath = static(ops)

    found = find_waits(bath.flows, careful=True).times[2, 0]

    with mp.workdps(80):
        b = mp.matrix(3, 3)
        for i in range(3):
            b[i, i] = mp.mpf("-0.5")
        for i, j in ((0, 1), (1, 0), (1, 2), (2, 1)):
            b[i, j] = -1j * mp.mpf(1e-8)
        big = mp.matrix(9, 9)
        for i in range(3):
            for j in range(3):
                for k in range(3):
                    big[i * 3 + j, k * 3 + j] += b[i, k]
                    big[i * 3 + j, i * 3 + k] += mp.conj(b[j, k])
        right = mp.matrix(9, 1)
        right[0] = -1
        wanted = float(mp.re(mp.lu_solve(big, right)[8]))
    assert wanted < 1e-29
    assert found == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("slow", [1e-3, 1e-8, 1e-14, 1e-20])
@pytest.mark.parametrize("count", [1, 2, 9])
def test_a_bath_settles_as_slowly_as_its_slowest_rate(slow: float, count: int) -> None:
    """🌾 and 💀 are one pool beside the rates to 🍄 and back: g/2 and g."""
    jumps = [
        ("🌾", "💀", 1e3),
        ("💀", "🌾", 1e3),
        ("💀", "🍄", slow),
        ("🍄", "🌾", slow),
    ]
    ops = BathOperators.from_terms("🌾💀🍄", np.zeros((3, 3)), jumps)
    # (λ + 2f + g)(λ + 3g/2) = g²/4 + …: λ = −3g/2 − g²/(8f) to second order.
    wanted = 1.0 / (1.5 * slow + slow**2 / 8e3)

    found = analysis.modes(ops, count)

    assert found.settling_time == pytest.approx(wanted, rel=1e-9)
    assert found.eigenvalues[0] == 0.0
    if count > 1:
        assert found.eigenvalues[1] == pytest.approx(-1.0 / wanted, rel=1e-9)


def test_settling_is_of_what_decays_alone() -> None:
    """Two pools are two steady states; dark states turn for ever; or all stays."""
    pools = [("🌾", "💀", 1.0), ("💀", "🌾", 1.0), ("🍄", "🍂", 2.0), ("🍂", "🍄", 2.0)]
    ops = BathOperators.from_terms("🌾💀🍄🍂", np.zeros((4, 4)), pools)
    assert analysis.modes(ops, 1).settling_time == pytest.approx(1.0, rel=1e-12)

    h = np.diag([0.0, 3.0, 0.0])
    ops = BathOperators.from_terms("🌾💀🍄", h, [("🍄", "🌾", 0.5)])
    found = analysis.modes(ops, 9)
    assert found.settling_time == pytest.approx(4.0, rel=1e-12)  # coherences: γ/2
    assert (found.eigenvalues[:4].real == 0.0).all()

    ops = BathOperators.from_terms("🌾💀", h[:2, :2])
    assert analysis.modes(ops, 1).settling_time == np.inf


def test_a_decay_that_doubles_cannot_tell_from_none_has_no_time() -> None:
    """Two pools, one of which mixes 10^-15 times as fast as the other."""
    pools = [
        ("🌾", "💀", 1e-9),
        ("💀", "🌾", 1e-9),
        ("🍄", "🍂", 1e6),
        ("🍂", "🍄", 1e6),
    ]
    ops = BathOperators.from_terms("🌾💀🍄🍂", np.zeros((4, 4)), pools)
    assert np.isnan(analysis.modes(ops, 6).settling_time)
