"""The ``spec`` method against a transcription of the source document's listing."""

from __future__ import annotations

import cmath
import math
from typing import Any

import dense_reference
import mpmath
import numpy as np
import pytest
import scipy.sparse as sp
from dense_reference import BIOMES, dense_biome

from spacewheat_sim import BathOperators, QuantumBath, SpacewheatError, load_biome
from spacewheat_sim.quantum.methods import unitary


class LiteralBath:
    """The listing, line by line, in plain complex numbers.

    ``evolve``: bath_time += dt; time-dependent energies at the new time;
    evolve_hamiltonian; evolve_lindblad.
    """

    def __init__(self, amplitudes, hamiltonian, drivers, terms_at) -> None:
        self.amplitudes = [complex(a) for a in amplitudes]
        self.static = [[complex(x) for x in row] for row in hamiltonian]
        self.drivers = drivers
        self.terms_at = terms_at
        self.time = 0.0

    def evolve(self, dt: float) -> None:
        self.time += dt
        self.hamiltonian = [list(row) for row in self.static]
        for i, energy in self.drivers:
            self.hamiltonian[i][i] += energy(self.time)
        self.evolve_hamiltonian(dt)
        self.evolve_lindblad(dt)

    def evolve_hamiltonian(self, dt: float) -> None:
        n = len(self.amplitudes)
        new_amplitudes = [0j] * n
        for i in range(n):
            new_amplitudes[i] = self.amplitudes[i]
            for j in range(n):
                h_ij = self.hamiltonian[i][j]
                new_amplitudes[i] += 1j * -1.0 * h_ij * self.amplitudes[j] * dt
        self.amplitudes = new_amplitudes
        self.normalize()

    def evolve_lindblad(self, dt: float) -> None:
        for s, t, rate in self.terms_at(self.time):
            transfer_amp = math.sqrt(rate * dt)
            source_amp = self.amplitudes[s]
            transfer = source_amp * transfer_amp
            self.amplitudes[t] = self.amplitudes[t] + transfer
            self.amplitudes[s] = self.amplitudes[s] * math.sqrt(1.0 - rate * dt)
        self.normalize()

    def normalize(self) -> None:
        norm = math.sqrt(sum(abs(a) ** 2 for a in self.amplitudes))
        if norm > 1e-10:
            self.amplitudes = [a / norm for a in self.amplitudes]


@pytest.mark.parametrize("name", BIOMES)
def test_spec_takes_the_documents_steps_one_by_one(name: str) -> None:
    bath = load_biome(name).bath(seed=0, method="spec")
    dense = dense_biome(name)
    literal = LiteralBath(
        bath.amplitudes, dense.hamiltonian.tolist(), dense.drivers, dense.jumps_at
    )
    for dt in [1 / 60] * 20 + [0.1] * 10 + [0.004] * 10:
        bath.evolve(dt)
        literal.evolve(dt)
        assert np.abs(bath.amplitudes - literal.amplitudes).max() < 1e-13


def test_many_steps_are_the_single_steps() -> None:
    biome = load_biome("biotic_flux")
    single, many = (biome.bath(seed=0, method="spec") for _ in range(2))
    recording = many.evolve_many(1 / 60, 100, record_every=7)
    rows = [single.populations()]
    for step in range(1, 101):
        single.evolve(1 / 60)
        if step % 7 == 0:
            rows.append(single.populations())
    assert np.allclose(recording.populations, rows, rtol=0, atol=1e-13)
    assert np.allclose(many.amplitudes, single.amplitudes, rtol=0, atol=1e-13)


def one_transfer(dt: float) -> float:
    operators = BathOperators.from_terms("🌾💀", np.zeros((2, 2)), [("🌾", "💀", 0.1)])
    bath = QuantumBath(operators, "spec")
    bath.initialize_emoji("🌾")
    bath.evolve_many(dt, round(1.6 / dt))
    return bath.probability("💀")


def test_spec_diverges_from_the_master_equation_as_dt_shrinks() -> None:
    assert one_transfer(0.1) == pytest.approx(0.736, abs=1e-3)
    assert one_transfer(0.016) == pytest.approx(0.945, abs=1e-3)
    assert one_transfer(0.001) == pytest.approx(0.996, abs=1e-3)
    assert 1 - math.exp(-0.16) == pytest.approx(0.148, abs=5e-4)


def test_the_order_of_terms_is_the_documents() -> None:
    operators = load_biome("kitchen").operators
    names = [
        (operators.emojis[j.source], operators.emojis[j.target])
        for j in operators.jumps
    ]
    kinds = [jump.kind for jump in operators.jumps]
    icons = [jump.icon for jump in operators.jumps]
    assert len(names) == len(dense_biome("kitchen").jumps) > 0
    # Transfers told from the receiving side come after all others.
    incoming = [
        j.kind == "transfer" and j.icon == j.target != j.source for j in operators.jumps
    ]
    assert incoming == sorted(incoming)
    assert set(kinds) <= {"transfer", "decay", "dephasing"}
    assert all(0 <= icon < len(operators) for icon in icons)


def test_the_result_depends_on_the_order_of_terms() -> None:
    terms = [("a", "b", 0.5), ("b", "c", 0.7)]
    results = []
    for order in (terms, terms[::-1]):
        bath = QuantumBath(BathOperators.from_terms("abc", np.eye(3), order), "spec")
        bath.initialize_emoji("a")
        bath.evolve(0.5)
        results.append(bath.probability("c"))
    assert results[0] > 0.01
    assert results[1] == 0.0


def test_too_long_a_step_names_the_term_and_the_longest_step() -> None:
    operators = BathOperators.from_terms(
        "🐺🐇🍂", np.eye(3), [("🐇", "🍂", 0.1), ("🐇", "🐺", 4.0)]
    )
    bath = QuantumBath(operators, "spec")
    before = bath.amplitudes
    for step in (lambda: bath.evolve(0.26), lambda: bath.evolve_many(0.26, 3)):
        with pytest.raises(SpacewheatError, match=r"🐇 → 🐺.*4.*0\.25 s") as caught:
            step()
        assert caught.value.exit_code == 2
    assert bath.time == 0.0
    assert np.array_equal(bath.amplitudes, before)
    bath.evolve(0.25)  # γ·dt = 1 is allowed and empties the source
    assert bath.probability("🐇") == 0.0


def test_cayley_runs_forward_in_time() -> None:
    operators = BathOperators.from_terms("ab", [[1.0, 0.0], [0.0, 0.0]])
    bath = QuantumBath(operators, "spec", hamiltonian_step="cayley")
    bath.initialize_uniform()
    bath.evolve(0.01)
    # e^{−iEt}: the phase of a falls behind.
    assert cmath.phase(bath.amplitude("a")) == pytest.approx(-0.01, abs=1e-6)


@pytest.mark.parametrize("hamiltonian_step", ["euler", "cayley", "split", "exact"])
def test_spec_agrees_with_the_right_step_without_transfers(
    hamiltonian_step: str,
) -> None:
    rng = np.random.default_rng(2)
    matrix = dense_reference.random_hamiltonian(rng, 5)
    ket = dense_reference.random_ket(rng, 5)
    bath = QuantumBath(
        BathOperators.from_terms("abcde", matrix),
        "spec",
        hamiltonian_step=hamiltonian_step,
    )
    bath.initialize_ket(ket)
    dt = 0.05
    bath.evolve(dt)
    one = np.eye(5)
    energies = np.diag(matrix.diagonal())
    vectors = {
        "euler": (one - 1j * dt * matrix) @ ket,
        "cayley": np.linalg.solve(
            one + 0.5j * dt * matrix, (one - 0.5j * dt * matrix) @ ket
        ),
        "split": by_eigenvectors(energies, dt / 2)
        @ by_eigenvectors(matrix - energies, dt)
        @ by_eigenvectors(energies, dt / 2)
        @ ket,
        "exact": by_eigenvectors(matrix, dt) @ ket,
    }
    expected = vectors[hamiltonian_step]
    expected = expected / np.linalg.norm(expected)
    assert np.abs(bath.amplitudes - expected).max() < 1e-14


def by_eigenvectors(matrix: np.ndarray, time: float) -> np.ndarray:
    """e^{−iMt} of a Hermitian M."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.exp(-1j * values * time)) @ vectors.conj().T


# --- where the update has nothing to go on from -------------------------------------


@pytest.mark.parametrize("hamiltonian_step", ["euler", "cayley", "split", "exact"])
@pytest.mark.parametrize("ket", [[1, -1], [1, -1 + 1e-13], [1j, -1j]])
def test_a_step_that_cancels_the_state_is_refused_and_not_taken(
    hamiltonian_step: str, ket: list[complex]
) -> None:
    operators = BathOperators.from_terms("ab", np.zeros((2, 2)), [("a", "b", 1.0)])
    bath = QuantumBath(operators, "spec", hamiltonian_step=hamiltonian_step)
    bath.initialize_ket(ket)
    before = bath.amplitudes
    for call in (lambda: bath.evolve(1.0), lambda: bath.evolve_many(1.0, 3)):
        with pytest.raises(SpacewheatError, match="cancels the whole state"):
            call()
        assert np.array_equal(bath.amplitudes, before)
        assert bath.time == 0.0
    bath.evolve(0.5)
    assert bath.observables()["norm"] == pytest.approx(1.0, abs=1e-15)


def test_what_a_step_nearly_cancels_is_normalized() -> None:
    operators = BathOperators.from_terms("ab", np.zeros((2, 2)), [("a", "b", 1.0)])
    bath = QuantumBath(operators, "spec")
    bath.initialize_ket([1, -1 + 1e-6])
    bath.evolve(1.0)
    assert bath.populations() == pytest.approx([0.0, 1.0], abs=1e-15)


@pytest.mark.parametrize("hamiltonian_step", ["euler", "cayley", "split", "exact"])
def test_numbers_beyond_double_precision_are_refused_and_nothing_moves(
    hamiltonian_step: str,
) -> None:
    operators = BathOperators.from_terms("ab", [[1e300, 1e290], [1e290, 0]])
    bath = QuantumBath(operators, "spec", hamiltonian_step=hamiltonian_step)
    before = bath.amplitudes
    with pytest.raises(SpacewheatError, match="double precision"):
        bath.evolve(1e10)
    assert np.array_equal(bath.amplitudes, before)


def test_an_euler_step_of_a_huge_energy_is_normalized() -> None:
    operators = BathOperators.from_terms("ab", [[1e149, 0], [0, 1e149]])
    bath = QuantumBath(operators, "spec")
    bath.initialize_ket([0.6, 0.8])
    bath.evolve(1.0)
    assert bath.populations() == pytest.approx([0.36, 0.64], abs=1e-15)


# --- phases that turn far within a step ---------------------------------------------


def two_level_ket(energy: float, coupling: float, time: float) -> list[complex]:
    """e^{−iHt}|a⟩ of H = [[energy, coupling], [coupling, 0]], to 60 digits."""
    with mpmath.workdps(60):
        e, c, t = mpmath.mpf(energy), mpmath.mpf(coupling), mpmath.mpf(time)
        rabi = mpmath.sqrt(e * e + 4 * c * c)
        turn, angle = mpmath.expj(-e * t / 2), rabi * t / 2
        cos, sin = mpmath.cos(angle), mpmath.sin(angle)
        a = turn * (cos - mpmath.j * e / rabi * sin)
        b = turn * (-2j * c / rabi * sin)
        return [complex(a), complex(b)]


@pytest.mark.parametrize("energy", [1.0, 1e3, 1e5, 1e7, 1e8])
def test_an_exact_step_is_exact_however_far_phases_turn(energy: float) -> None:
    coupling = 0.3 * energy
    operators = BathOperators.from_terms("ab", [[energy, coupling], [coupling, 0]])
    bath = QuantumBath(operators, "spec", hamiltonian_step="exact")
    bath.initialize_emoji("a")
    bath.evolve(1.0)
    wanted = two_level_ket(energy, coupling, 1.0)
    # A last place of an energy is an error of so many radians.
    assert np.abs(bath.amplitudes - wanted).max() < 4e-16 * energy + 1e-14


def test_the_cost_of_an_exact_step_does_not_grow_with_the_energy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted = []
    step = unitary.taylor_ket.ket_step

    def count(*arguments: Any) -> Any:
        counted.append(arguments)
        return step(*arguments)

    monkeypatch.setattr(unitary.taylor_ket, "ket_step", count)
    for energy in (1.0, 1e2, 1e4, 1e6, 1e8):
        counted.clear()
        operators = BathOperators.from_terms("ab", [[energy, 0.5], [0.5, 0.0]])
        for kind in ("exact", "split"):
            QuantumBath(operators, "spec", hamiltonian_step=kind).evolve(1.0)
        assert len(counted) <= 20


@pytest.mark.parametrize(("shift", "lost"), [(2.0**20, 1e-9), (2.0**40, 1e-3)])
def test_a_constant_energy_turns_all_phases_alike_and_nothing_else(
    shift: float, lost: float
) -> None:
    matrix = np.array([[0.3, 0.5, 0], [0.5, 0, 0.2], [0, 0.2, -0.4]])
    kets = []
    for constant in (0.0, shift):
        moved = matrix + constant * np.eye(3)
        operators = BathOperators.from_terms("abc", moved, [("a", "c", 0.4)])
        bath = QuantumBath(operators, "spec", hamiltonian_step="exact")
        bath.initialize_ket([1, 2j, -1])
        bath.evolve_many(0.25, 8)
        first = bath.amplitudes[0]
        kets.append(bath.amplitudes * abs(first) / first)
    # What is lost is lost in the sum: energies beside so large a constant.
    assert np.abs(kets[1] - kets[0]).max() < lost


@pytest.mark.parametrize("n", [1, 2, 5, 12])
@pytest.mark.parametrize("time", [0.1, 3.0, 40.0])
def test_both_methods_for_a_unitary_agree(n: int, time: float) -> None:
    rng = np.random.default_rng(n)
    matrix = dense_reference.random_hamiltonian(rng, n) if n > 1 else 3 * np.eye(1)
    generator = BathOperators.from_terms("abcdefghijkl"[:n], matrix).generator
    ket = dense_reference.random_ket(rng, n)
    energy = np.ascontiguousarray(matrix.diagonal().real)
    method = unitary.Unitary(generator)
    bound = float(np.abs(matrix).sum(axis=1).max())
    exact = by_eigenvectors(matrix, time) @ ket
    for found in (
        method._by_series(energy, ket, time, bound),
        method._by_powers(energy, ket, time, bound),
        method.apply(energy, ket, time),
    ):
        assert np.abs(found - exact).max() < 1e-12


@pytest.mark.parametrize("hamiltonian_step", ["split", "exact"])
def test_phases_that_no_double_follows_are_refused(hamiltonian_step: str) -> None:
    operators = BathOperators.from_terms("ab", [[1e9, 0.5], [0.5, 0]])
    bath = QuantumBath(operators, "spec", hamiltonian_step=hamiltonian_step)
    with pytest.raises(SpacewheatError, match=r"5e\+08 rad.*1e\+08 rad") as caught:
        bath.evolve(1.0)
    assert caught.value.exit_code == 2
    bath.evolve(0.1)


@pytest.mark.parametrize("hamiltonian_step", ["split", "exact"])
def test_a_function_that_drives_phases_too_far_is_refused_when_it_does(
    hamiltonian_step: str,
) -> None:
    operators = BathOperators.from_terms(
        "ab", [[0, 0.5], [0.5, 0]], (), [("a", lambda t: 10.0 ** (4 * t))]
    )
    bath = QuantumBath(operators, "spec", hamiltonian_step=hamiltonian_step)
    bath.evolve(1.0)
    before = bath.amplitudes
    with pytest.raises(SpacewheatError, match="rad"):
        bath.evolve_many(1.0, 5)
    assert np.array_equal(bath.amplitudes, before)
    assert bath.time == 1.0


def test_a_step_that_would_take_long_says_how_long() -> None:
    n = 2500
    chain = sp.diags_array([np.full(n - 1, 50.0)] * 2, offsets=[-1, 1])
    operators = BathOperators.from_terms([f"{i}" for i in range(n)], chain)
    bath = QuantumBath(operators, "spec", hamiltonian_step="exact")
    with pytest.raises(SpacewheatError, match=r"2500 states.*would take about .* s"):
        bath.evolve(1e5)
    bath.evolve(1 / 60)


def test_a_bath_that_is_resumed_takes_the_same_route_to_the_same_bits() -> None:
    operators = BathOperators.from_terms("ab", [[1e4, 0.5], [0.5, 0]], [("a", "b", 1)])
    first, second = (
        QuantumBath(operators, "spec", hamiltonian_step="exact") for _ in range(2)
    )
    first.evolve(0.1)
    second.resume(first.checkpoint())
    for bath in (first, second):
        bath.evolve_many(0.1, 5)
    assert np.array_equal(first.amplitudes, second.amplitudes)
