"""The ``spec`` method against a transcription of the source document's listing."""

from __future__ import annotations

import cmath
import math

import dense_route
import numpy as np
import pytest
from dense_route import BIOMES, dense_biome

from spacewheat_sim import BathOperators, QuantumBath, SpacewheatError, load_biome


class LiteralBath:
    """The listing, line by line, in plain complex numbers.

    ``evolve``: bath_time += dt; time-dependent energies at the new time;
    evolve_hamiltonian; evolve_lindblad.
    """

    def __init__(self, amplitudes, hamiltonian, drivers, terms) -> None:
        self.amplitudes = [complex(a) for a in amplitudes]
        self.static = [[complex(x) for x in row] for row in hamiltonian]
        self.drivers = drivers
        self.terms = terms
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
        for s, t, rate in self.terms:
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
        bath.amplitudes, dense.hamiltonian.tolist(), dense.drivers, dense.jumps
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
    matrix = dense_route.random_hamiltonian(rng, 5)
    ket = dense_route.random_ket(rng, 5)
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
