"""Whole intervals, taken at once, against methods that share no code with them."""

from __future__ import annotations

from itertools import pairwise

import dense_reference
import numba
import numpy as np
import pytest
import scipy.sparse as sp
from scipy.linalg import eigvalsh, expm
from scipy.sparse.linalg import expm_multiply
from scipy.special import factorial, iv, jv

from spacewheat_sim import BathOperators, QuantumBath
from spacewheat_sim.quantum.ensembles.survival import survival
from spacewheat_sim.quantum.series.density_faber import FaberDensity
from spacewheat_sim.quantum.series.ellipse import (
    MARGIN,
    Ellipse,
    density_ellipse,
    energy_range,
)
from spacewheat_sim.quantum.series.ket import FullKetSeries

SIZES = (1, 2, 6, 22, 64)
WITH_AND_WITHOUT_JUMPS = pytest.mark.parametrize(
    "jumps", [0, 2], ids=["no jumps", "jumps"]
)


def random_operators(n: int, jumps: int, driven: int = 0) -> BathOperators:
    """A sparse H of a few entries in each row, and ``jumps`` jumps from every state."""
    rng = np.random.default_rng([n, jumps])
    names = [f"s{i}" for i in range(n)]
    keep = rng.random((n, n)) < min(1.0, 4 / n)
    matrix = dense_reference.random_hamiltonian(rng, n) * (keep | keep.T) * 0.4
    terms = [
        (names[i], names[int(rng.integers(n))], float(rng.uniform(0.02, 0.3)))
        for i in range(n)
        for _ in range(jumps)
    ]
    drivers = [
        (names[i], 0.8 + 0.1 * i, ("cosine", "sine")[i % 2], 0.07 + 0.04 * i, i)
        for i in range(min(driven, n))
    ]
    return BathOperators.from_terms(names, matrix, terms, drivers)


def jump_triples(operators: BathOperators) -> list[tuple[int, int, float]]:
    return [(j.source, j.target, j.rate) for j in operators.jumps]


def exact_states(operators: BathOperators, rho: np.ndarray, times: np.ndarray):
    """ρ at evenly spaced ``times`` by the exponential of the sparse Liouvillian."""
    n = rho.shape[0]
    one = sp.eye_array(n)
    h = operators.hamiltonian
    total = -1j * (sp.kron(one, h) - sp.kron(h.T, one))
    for s, t, rate in jump_triples(operators):
        jump = sp.csr_array(([rate**0.5], ([t], [s])), shape=(n, n))
        square = jump.T @ jump
        total = total + sp.kron(jump, jump)
        total = total - (sp.kron(one, square) + sp.kron(square.T, one)) / 2
    flat = rho.astype(complex).reshape(-1, order="F")
    rows = expm_multiply(
        sp.csr_array(total), flat, 0.0, times[-1], times.size, traceA=0.0
    )
    return [row.reshape(n, n, order="F") for row in rows]


def master(operators: BathOperators, rho: np.ndarray) -> QuantumBath:
    bath = QuantumBath(operators, "master")
    bath.initialize_density_matrix(rho)
    return bath


@pytest.mark.parametrize("n", SIZES)
@WITH_AND_WITHOUT_JUMPS
def test_a_static_interval_is_exact_at_every_output(n: int, jumps: int) -> None:
    operators = random_operators(n, jumps)
    rho = dense_reference.random_density_matrix(np.random.default_rng(n), n)
    bath = master(operators, rho)
    recording = bath.evolve_many(2.0, 20)
    exact = exact_states(operators, rho, recording.time)
    assert np.abs(bath.state - exact[-1]).max() < 1e-12
    for row, state in zip(recording.populations, exact, strict=True):
        assert np.abs(row - state.diagonal().real).max() < 1e-12


@pytest.mark.parametrize("n", SIZES)
@WITH_AND_WITHOUT_JUMPS
def test_a_driven_interval_is_exact_at_every_output(n: int, jumps: int) -> None:
    operators = random_operators(n, jumps, driven=3)
    rho = dense_reference.random_density_matrix(np.random.default_rng(n), n)
    duration = 12.0 if n < 64 else 3.0
    bath = master(operators, rho)
    recording = bath.evolve_many(duration / 4, 4)
    exact, start = rho, 0.0
    for time, row in zip(recording.time, recording.populations, strict=True):
        exact = dense_reference.integrated(
            lambda t: operators.hamiltonian_at(t).toarray(),
            jump_triples(operators),
            exact,
            time,
            start=start,
        )
        start = time
        assert np.abs(row - exact.diagonal().real).max() < 1e-9 * max(time, 1.0)
    assert np.abs(bath.state - exact).max() < 1e-9 * duration


def decay_chain(n: int) -> BathOperators:
    """Equal rates: the generator of populations cannot be diagonalized."""
    names = [f"s{i}" for i in range(n)]
    terms = [(a, b, 1.0) for a, b in pairwise(names)]
    return BathOperators.from_terms(names, np.zeros((n, n)), terms)


def sink(n: int) -> BathOperators:
    """All states feed one: the numerical range reaches far to the right of 0."""
    names = [f"s{i}" for i in range(n)]
    hopping = 0.1 * (np.eye(n, k=1) + np.eye(n, k=-1))
    return BathOperators.from_terms(
        names, hopping, [(name, names[0], 1.0) for name in names[1:]]
    )


def one_fast_decay(n: int) -> BathOperators:
    """Undamped oscillations beside a fast decay lie outside every thin ellipse."""
    names = [f"s{i}" for i in range(n)]
    hopping = np.eye(n, k=1) + np.eye(n, k=-1)
    return BathOperators.from_terms(names, hopping, [(names[3], names[4], 8.0)])


@pytest.mark.parametrize("build", [decay_chain, sink, one_fast_decay])
@pytest.mark.parametrize("duration", [3.0, 60.0])
def test_awkward_spectra_are_no_obstacle(build, duration: float) -> None:
    operators = build(9)
    rho = dense_reference.random_density_matrix(np.random.default_rng(1), 9)
    bath = master(operators, rho)
    bath.evolve(duration)
    exact = dense_reference.evolved(
        operators.hamiltonian.toarray(), jump_triples(operators), rho, duration
    )
    assert np.abs(bath.state - exact).max() < 1e-11


@pytest.mark.parametrize("driven", [0, 3], ids=["static", "driven"])
@pytest.mark.parametrize("n", [2, 22])
def test_two_halves_and_many_steps_are_one_run(n: int, driven: int) -> None:
    operators = random_operators(n, 2, driven)
    rho = dense_reference.random_density_matrix(np.random.default_rng(3), n)
    whole, halves, steps = (master(operators, rho) for _ in range(3))
    once = whole.evolve_many(0.5, 120)
    first, second = (halves.evolve_many(0.5, 60) for _ in range(2))
    for _ in range(120):
        steps.evolve(0.5)
    split = np.concatenate([first.populations, second.populations[1:]])
    assert np.abs(once.populations - split).max() < 1e-11
    assert np.abs(whole.state - halves.state).max() < 1e-11
    assert np.abs(whole.state - steps.state).max() < 1e-11


def test_rows_do_not_depend_on_how_many_there_are() -> None:
    operators = random_operators(22, 2)
    rho = dense_reference.random_density_matrix(np.random.default_rng(3), 22)
    few = master(operators, rho).evolve_many(1.0, 60, record_every=20)
    many = master(operators, rho).evolve_many(1.0, 60)
    assert np.abs(few.populations - many.populations[::20]).max() < 1e-14


def test_the_same_call_gives_the_same_bits_whatever_the_threads() -> None:
    operators = random_operators(64, 2)
    rho = dense_reference.random_density_matrix(np.random.default_rng(3), 64)
    available = numba.config.NUMBA_NUM_THREADS
    states = []
    for threads in (1, min(2, available), available):
        numba.set_num_threads(threads)
        bath = master(operators, rho)
        populations = bath.evolve_many(1.0, 40).populations
        states.append(populations.tobytes() + bath.state.tobytes())
    assert len(set(states)) == 1


def test_what_is_steady_is_left_as_it_is() -> None:
    bath = QuantumBath(random_operators(6, 2), "master")
    bath.evolve(2000.0)
    assert np.abs(bath.state - bath.steady_state()).max() < 1e-9
    before = bath.populations()
    after = bath.evolve_many(1e6, 3).populations
    assert np.abs(after - before).max() < 1e-14


def test_one_interval_needs_little_more_than_a_product_per_unit_of_norm() -> None:
    operators = random_operators(22, 2)
    ellipse = density_ellipse(operators.generator)
    duration = 200.0 / ellipse.height
    series = FaberDensity(operators.generator, 24)
    re, im = np.zeros((22, 24)), np.zeros((22, 24))
    re[0, 0] = 1.0
    assert series.advance(re, im, 0.0, duration) == duration
    assert 200 < series._order < 1.4 * 200


@pytest.mark.parametrize("n", SIZES)
@WITH_AND_WITHOUT_JUMPS
def test_a_ket_is_exact_over_a_whole_interval(n: int, jumps: int) -> None:
    operators = random_operators(n, jumps)
    ket = dense_reference.random_ket(np.random.default_rng(n), n)
    decay = np.diag(operators.generator.decay / 2)
    no_jump = -1j * operators.hamiltonian.toarray() - decay
    bath = QuantumBath(operators, seed=0)
    bath.initialize_ket(ket)
    duration = 40.0 if not jumps else 3.0
    halves = np.array([duration / 2, duration])
    series = FullKetSeries(operators.generator, operators.drive, 1e-9)
    survived = survival(series, ket, 0.0, halves)
    psi = [expm(no_jump * offset) @ ket for offset in halves]
    assert survived == pytest.approx([np.vdot(p, p).real for p in psi], abs=1e-9)
    if jumps:
        return
    populations = bath.evolve_many(2.0, 20).populations
    assert np.abs(bath.state - psi[1]).max() < 1e-12
    assert np.abs(populations[10] - np.abs(psi[0]) ** 2).max() < 1e-12


@pytest.mark.parametrize("seed", range(4))
def test_jumps_come_when_they_come_in_small_steps(seed: int) -> None:
    operators = random_operators(22, 2)
    whole, steps = (QuantumBath(operators, seed=seed) for _ in range(2))
    recording = whole.evolve_many(4.0, 15)
    events = [event for _ in range(240) for event in steps.evolve(0.25)]
    assert len(events) > 5
    assert [str(e) for e in recording.events] == [str(e) for e in events]
    for a, b in zip(recording.events, events, strict=True):
        assert a.time == pytest.approx(b.time, abs=1e-8)
    assert np.abs(whole.state - steps.state).max() < 1e-8


@pytest.mark.parametrize("time", [1e-6, 0.3, 7.0, 150.0])
def test_faber_coefficients_are_those_of_the_known_ellipses(time: float) -> None:
    count = 300  # beyond the longest axis times t, where the coefficients vanish
    k = np.arange(count)
    segment = Ellipse(0.0, 0.0, 1.0).coefficients(time, count)
    assert np.abs(segment - jv(k, time)).max() < 1e-13
    decay = Ellipse(-1.0, 1.0, 0.0).coefficients(time, count)
    assert np.abs(decay - np.exp(-time) * iv(k, time)).max() < 1e-13
    if time < 10.0:
        k = k[:60]
        circle = Ellipse(-1.0, 1.0, 1.0).coefficients(time, 60)
        exact = np.exp(-time) * time**k / factorial(k)
        assert np.abs(circle - exact).max() < 1e-13


@pytest.mark.parametrize("ellipse", [Ellipse(-0.2, 0.2, 3), Ellipse(-5, 5, 0.1)])
def test_so_many_terms_bring_the_coefficients_below_the_error(ellipse) -> None:
    for time in (0.2, 5.0, 60.0):
        count = ellipse.terms(time, 1e-12)
        coefficients = ellipse.coefficients(time, count + 40)
        assert np.abs(coefficients[count:]).max() <= 1e-12
        assert np.abs(coefficients[: count // 2]).max() > 1e-12


@pytest.mark.parametrize("n", [1, 2, 22, 300])
def test_the_extreme_energies_are_found_within_the_margin(n: int) -> None:
    operators = random_operators(n, 0)
    low, high = energy_range(operators.generator)
    frame = np.diag(operators.generator.frame)
    exact = eigvalsh(operators.hamiltonian.toarray() - frame)
    slack = MARGIN / 2 * (exact[-1] - exact[0]) + 1e-10
    assert exact[0] - 1e-10 <= low <= exact[0] + slack
    assert exact[-1] - slack <= high <= exact[-1] + 1e-10


@pytest.mark.parametrize("constant", [-3.0, 1e7, 2.0**50])
def test_a_constant_takes_no_digit_from_the_distance_of_extreme_energies(
    constant: float,
) -> None:
    coupling = np.array([[0.0, 0.5, 0.0], [0.5, 0.0, 0.25], [0.0, 0.25, 1.0]])
    plain, shifted = (
        energy_range(BathOperators.from_terms("abc", coupling + shift).generator)
        for shift in (np.zeros((3, 3)), constant * np.eye(3))
    )
    assert shifted[1] - shifted[0] == pytest.approx(
        plain[1] - plain[0], abs=1e-11 + 4 * np.spacing(abs(constant))
    )
