"""The order of every integrator, fitted from runs."""

from __future__ import annotations

import math

import dense_reference
import numpy as np
import pytest
from scipy.linalg import expm

from spacewheat_sim import BathOperators, QuantumBath
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.driving import smooth
from spacewheat_sim.quantum.driving.driver import Driver
from spacewheat_sim.quantum.driving.fit import NODES
from spacewheat_sim.quantum.driving.functions import function_series
from spacewheat_sim.quantum.kernels import taylor_density, taylor_ket

N = 4
EMOJIS = "🌾🍄💀🍂"
NEVER = -1.0  # a tolerance that no term meets: all terms asked for are taken


def fitted_order(steps: np.ndarray, errors: list[float]) -> float:
    """Slope of log error against log dt: the order of a whole run."""
    return float(np.polyfit(np.log(steps), np.log(errors), 1)[0])


def system(driven: bool) -> tuple[BathOperators, np.ndarray]:
    rng = np.random.default_rng(3)
    jumps = [("🌾", "🍄", 0.5), ("🍄", "💀", 0.3), ("💀", "🌾", 0.8)]
    drivers = [("🌾", 1.2, "cosine", 0.4, 0.3), ("💀", 0.9, "sine", 0.7, 0.1)]
    return BathOperators.from_terms(
        EMOJIS,
        dense_reference.random_hamiltonian(rng, N),
        jumps,
        drivers if driven else (),
    ), dense_reference.random_ket(rng, N)


def wave_series(operators: BathOperators, time: float, h: float) -> np.ndarray:
    if operators.drive.is_static:
        return np.empty((0, 1))
    reach = Reach(math.inf, 1.0, 1.0)
    reached, series, _ = operators.drive.series(time, h, reach, 1e-12)
    assert reached == h
    return series


def ket_after(operators: BathOperators, ket: np.ndarray, terms: int, count: int):
    """No-jump evolution over 1 s in ``count`` steps of ``terms`` Taylor terms."""
    g = operators.generator
    h = 1.0 / count
    psi = ket.view(float).reshape(N, 2).copy()
    end = np.empty_like(psi)
    coefficients = np.empty((terms + 1, N, 2))
    for k in range(count):
        taylor_ket.ket_step(
            g.static, operators.drive.rows, wave_series(operators, k * h, h),
            psi, h, 1.0, NEVER, coefficients, end,
        )  # fmt: skip
        psi[:] = end
    return psi.view(complex)[:, 0]


def density_after(operators: BathOperators, ket: np.ndarray, terms: int, count: int):
    g = operators.generator
    h = 1.0 / count
    rho = np.outer(ket, ket.conj())
    re, im = rho.real.copy(), rho.imag.copy()
    rows = operators.drive.rows.kets
    for k in range(count):
        taylor_density.density_step(
            (g.static, g.feed, operators.drive.rows),
            (wave_series(operators, k * h, h), h, 1.0, NEVER),
            re,
            im,
            (
                np.zeros((4, N, N)),
                np.zeros((smooth.SERIES_TERMS, 2, rows, N)),
                np.empty((terms + 1, N)),
            ),
        )
    return re + 1j * im


def exact_ket(operators: BathOperators, ket: np.ndarray) -> np.ndarray:
    """The normalized no-jump ket after 1 s, by many tiny exact steps' product."""
    from scipy.integrate import solve_ivp

    decay = np.diag(operators.generator.decay / 2)
    solution = solve_ivp(
        lambda t, psi: (-1j * operators.hamiltonian_at(t).toarray() - decay) @ psi,
        (0.0, 1.0),
        ket,
        method="DOP853",
        rtol=3e-14,
        atol=1e-15,
    )
    psi = solution.y[:, -1]
    return psi / np.linalg.norm(psi)


@pytest.mark.parametrize("driven", [False, True], ids=["static", "driven"])
@pytest.mark.parametrize("terms", [1, 2, 3, 4, 6])
def test_a_taylor_series_of_k_terms_evolves_a_ket_to_order_k(
    terms: int, driven: bool
) -> None:
    operators, ket = system(driven)
    exact = exact_ket(operators, ket)
    counts = np.array([16, 24, 32, 48]) * (8 if terms < 3 else 1)
    errors = [
        float(np.abs(ket_after(operators, ket, terms, c) - exact).max()) for c in counts
    ]
    assert fitted_order(1 / counts, errors) == pytest.approx(terms, abs=0.2)


@pytest.mark.parametrize("driven", [False, True], ids=["static", "driven"])
@pytest.mark.parametrize("terms", [1, 2, 3, 4, 6])
def test_a_taylor_series_of_k_terms_evolves_a_density_matrix_to_order_k(
    terms: int, driven: bool
) -> None:
    operators, ket = system(driven)
    jumps = [(j.source, j.target, j.rate) for j in operators.jumps]
    exact = dense_reference.integrated(
        lambda t: operators.hamiltonian_at(t).toarray(),
        jumps,
        np.outer(ket, ket.conj()),
        1.0,
    )
    counts = np.array([12, 16, 24, 32]) * (8 if terms < 3 else 1)
    errors = [
        float(np.abs(density_after(operators, ket, terms, c) - exact).max())
        for c in counts
    ]
    assert fitted_order(1 / counts, errors) == pytest.approx(terms, abs=0.25)


def test_the_polynomial_of_a_function_is_of_the_order_of_its_nodes() -> None:
    driver = Driver(0, function=lambda t: math.exp(4 * t))
    steps = np.array([1.0, 0.9, 0.8, 0.7])
    x = np.linspace(0, 1, 201)
    errors = []
    for h in steps:
        _, polynomial = function_series(driver, -h / 2, h, math.inf, 1.0)
        values = np.polynomial.Polynomial(polynomial)(x)
        exact = [driver(-h / 2 + h * at) for at in x]
        errors.append(float(np.abs(values - exact).max()))
    assert fitted_order(steps, errors) == pytest.approx(NODES, abs=0.3)


def test_the_series_of_waves_is_theirs() -> None:
    drivers = [
        Driver(1, 0.7, "cosine", 0.3, 0.4),
        Driver(1, -0.2, "sine", 0.11, 2.0),
        Driver(3, 1.5, "sine", 0.3, 0.0),
        Driver(0, 0.9, "pulse", 0.05, 0.2),
    ]
    compiled = Drive(drivers)
    reach = Reach(math.inf, 1.0, 1.0)
    h, series, _ = compiled.series(2.0, 0.9, reach, 1e-12)
    for x in (0.0, 0.3, 0.999):
        energies = [np.polynomial.Polynomial(row)(x) for row in series]
        assert energies == pytest.approx(compiled.energies(2.0 + x * h), abs=1e-14)


@pytest.mark.parametrize(
    ("hamiltonian_step", "order"), [("euler", 1), ("cayley", 2), ("split", 2)]
)
@pytest.mark.parametrize("driven", [False, True], ids=["static", "driven"])
def test_hamiltonian_steps_of_spec_have_their_order(
    hamiltonian_step: str, order: int, driven: bool
) -> None:
    rng = np.random.default_rng(8)
    matrix = dense_reference.random_hamiltonian(rng, N)
    ket = dense_reference.random_ket(rng, N)
    # The document evaluates drivers at the end of a step, which is of order 1.
    drivers = [("🌾", 1.2, "cosine", 0.4, 0.3)] if driven else []
    operators = BathOperators.from_terms(EMOJIS, matrix, (), drivers)
    exact = exact_ket(operators, ket)
    counts = np.array([64, 96, 128, 192])
    errors = []
    for count in counts:
        bath = QuantumBath(operators, "spec", seed=0, hamiltonian_step=hamiltonian_step)
        bath.initialize_ket(ket)
        bath.evolve_many(1.0 / count, int(count))
        errors.append(float(np.abs(bath.amplitudes - exact).max()))
    expected = 1 if driven else order
    assert fitted_order(1 / counts, errors) == pytest.approx(expected, abs=0.15)


@pytest.mark.parametrize("count", [1, 7, 100])
def test_the_exact_step_of_spec_is_exact(count: int) -> None:
    rng = np.random.default_rng(8)
    matrix = dense_reference.random_hamiltonian(rng, N)
    ket = dense_reference.random_ket(rng, N)
    operators = BathOperators.from_terms(EMOJIS, matrix)
    bath = QuantumBath(operators, "spec", seed=0, hamiltonian_step="exact")
    bath.initialize_ket(ket)
    bath.evolve_many(20.0 / count, count)
    exact = expm(-20j * matrix) @ ket
    assert np.abs(bath.amplitudes - exact).max() < 1e-12
