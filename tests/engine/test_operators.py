"""Operators: Hermitian, read-only, and all that the icons say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from dense_reference import BIOMES

from spacewheat_sim import BathOperators, IconRegistry, QuantumBath, load_biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.engine.compile import CompiledBiome, compile_biome


def compiled(
    folder: Path, emojis: str, icons: list[Icon], extra: str = ""
) -> CompiledBiome:
    path = folder / "meadow.yaml"
    path.write_text(
        f"schema: 1\nname: Meadow\nemojis: [{', '.join(emojis)}]\ninitial: uniform\n"
        f"axes: [{{north: {emojis[0]}, south: {emojis[1]}}}]\n{extra}",
        encoding="utf-8",
    )
    return load_biome(path, IconRegistry(icons))


@pytest.mark.parametrize("name", BIOMES)
def test_the_hamiltonian_of_a_biome_is_hermitian_at_all_times(name: str) -> None:
    operators = load_biome(name).operators
    for time in (0.0, 1.7, 12.3, 1e4):
        matrix = operators.hamiltonian_at(time).toarray()
        assert np.array_equal(matrix, matrix.conj().T)
        assert np.isfinite(matrix).all()


@pytest.mark.parametrize("name", BIOMES)
def test_operators_cannot_be_written_to(name: str) -> None:
    operators = load_biome(name).operators
    h, generator = operators.hamiltonian, operators.generator
    arrays = [h.data, h.indices, h.indptr, *generator.static, *generator.feed]
    arrays += [a for a in vars(generator).values() if isinstance(a, np.ndarray)]
    assert len(arrays) > 10
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_the_callers_matrix_stays_the_callers() -> None:
    matrix = np.array([[1.0, 0.5], [0.5, 0.0]], dtype=complex)
    sparse = sp.csr_array(matrix)
    built = [BathOperators.from_terms("ab", given) for given in (matrix, sparse)]
    matrix *= 7
    sparse *= 7
    for operators in built:
        assert operators.hamiltonian.toarray()[0, 0] == 1.0
    assert matrix[0, 0] == 7.0


def test_halves_of_couplings_add_up_and_complex_ones_are_conjugated(
    tmp_path: Path,
) -> None:
    icons = [
        Icon(
            emoji="🌾",
            name="grain",
            self_energy=0.7,
            couplings={"💀": {"re": 0.3, "im": 0.1}, "🍂": 0.4},
        ),
        Icon(emoji="💀", name="skull", couplings={"🌾": {"re": 0.5, "im": 0.2}}),
    ]
    matrix = compiled(tmp_path, "🌾💀🍂", icons).operators.hamiltonian.toarray()
    # H₀₁ gets half of 0.3 + 0.1i from 🌾 and half of the conjugate of 0.5 + 0.2i.
    assert matrix == pytest.approx(
        np.array(
            [
                [0.7, 0.4 - 0.05j, 0.2],
                [0.4 + 0.05j, 0, 0],
                [0.2, 0, 0],
            ]
        ),
        abs=1e-15,
    )


def test_terms_whose_partner_is_absent_are_dropped_and_told(tmp_path: Path) -> None:
    icons = [
        Icon(
            emoji="🌾",
            name="grain",
            couplings={"☀": 1.0, "💀": 0.5},
            transfers_to={"🍞": 0.1},
            transfers_from={"🌱": 0.2},
            decay={"rate": 0.3},
        ),
    ]
    biome = compiled(tmp_path, "🌾💀", icons)
    assert {(t.kind, t.source, t.target) for t in biome.dropped} == {
        ("coupling", "🌾", "☀"),
        ("transfers_to", "🌾", "🍞"),
        ("transfers_from", "🌱", "🌾"),
        ("decay", "🌾", "🍂"),
    }
    assert biome.operators.jumps == ()
    assert biome.operators.hamiltonian.nnz == 2


def test_a_driver_adds_to_the_self_energy_of_an_icon(tmp_path: Path) -> None:
    icons = [
        Icon(
            emoji="☀",
            name="sun",
            self_energy=2.0,
            drivers=[{"shape": "cosine", "period": 4, "amplitude": 0.5}],
        )
    ]
    operators = compiled(tmp_path, "☀🌙", icons).operators
    for time, energy in ((0.0, 2.5), (1.0, 2.0), (2.0, 1.5)):
        assert operators.hamiltonian_at(time).toarray()[0, 0].real == pytest.approx(
            energy, abs=1e-15
        )


def test_dephasing_and_both_ways_of_telling_a_transfer_are_jumps(
    tmp_path: Path,
) -> None:
    icons = [
        Icon(emoji="🐺", name="wolf", transfers_from={"🐇": 0.2}, dephasing=0.05),
        Icon(emoji="🐇", name="rabbit", transfers_to={"🐺": 0.1}),
    ]
    jumps = compiled(tmp_path, "🐺🐇", icons).operators.jumps
    assert {(j.source, j.target, j.rate, j.icon, j.kind) for j in jumps} == {
        (1, 0, 0.1, 1, "transfer"),
        (1, 0, 0.2, 0, "transfer"),
        (0, 0, 0.05, 0, "dephasing"),
    }


def test_new_operators_take_hold_at_the_next_step_and_keep_the_state(
    tmp_path: Path,
) -> None:
    biome = compiled(tmp_path, "🌕🌑", [Icon(emoji="🌕", name="full")])
    bath = biome.bath(seed=0, method="master")
    bath.initialize_emoji("🌕")
    bath.evolve(1.0)
    biome.registry.replace(Icon(emoji="🌕", name="full", couplings={"🌑": np.pi}))
    bath.evolve(1.0)
    assert bath.probability("🌑") == 0.0
    bath.replace_operators(compile_biome(biome.biome, biome.registry).operators)
    assert bath.probability("🌑") == 0.0
    bath.evolve(0.5)  # P = sin²(ct/2)
    assert bath.probability("🌑") == pytest.approx(0.5, abs=1e-9)
    assert bath.time == pytest.approx(2.5)


@pytest.mark.parametrize("selector", ["☀", "☀️"])
def test_emojis_are_found_with_and_without_the_selector(selector: str) -> None:
    operators = BathOperators.from_terms(
        [selector, "🌙"], np.zeros((2, 2)), [("☀️", "🌙", 0.1), ("🌙", "☀", 0.1)]
    )
    bath = QuantumBath(operators, seed=0)
    bath.initialize_emoji("☀️")
    assert bath.probability("☀") == bath.probability("☀️") == 1.0
    assert bath.emojis == (selector, "🌙")


def test_a_jump_of_rate_zero_is_no_channel() -> None:
    operators = BathOperators.from_terms("ab", np.zeros((2, 2)), [("a", "b", 0.0)])
    assert operators.jumps == ()


@pytest.mark.parametrize("make", [np.asarray, sp.csr_array, sp.coo_array, list])
def test_dense_and_sparse_matrices_are_alike(make: Any) -> None:
    matrix = [[1.0, 0.5], [0.5, 0.0]]
    operators = BathOperators.from_terms("ab", make(matrix))
    assert np.array_equal(operators.hamiltonian.toarray(), matrix)


def test_rounding_is_no_departure_from_hermiticity() -> None:
    matrix = np.array([[0, 0.1 + 0.2], [0.3, 0]])
    hamiltonian = BathOperators.from_terms("ab", matrix).hamiltonian.toarray()
    assert np.array_equal(hamiltonian, hamiltonian.conj().T)
