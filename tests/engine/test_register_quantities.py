"""Quantities of registers against dense references, with their derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm

from spacewheat_sim import QuantumBath, analysis, load_biome, tune
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.claims import read_claims
from spacewheat_sim.engine.quantities.evaluate import evaluate
from spacewheat_sim.engine.quantities.problem import Problem, read_asked
from spacewheat_sim.errors import ArgumentError, RunError

GARDEN = """
schema: 1
name: Garden
register:
  - {north: ☀, south: 🌙}
  - {north: 🌾, south: 🌱}
  - {north: 🦗, south: 🐦}
initial: {weights: {☀: 0.3, 🌾: 0.6, 🦗: 0.2}}
icons:
  - {emoji: ☀, name: Sun, self_energy: 0.4, couplings: {🌙: 0.3}, DRIVERS}
  - {emoji: 🌙, name: Moon, dephasing: 0.1}
  - emoji: 🌾
    name: Grain
    transfers_from: {🌱: {rate: 0.5, when: ☀}}
    transfers_to: {🌱: {rate: 0.3, unless: 🐦}}
    alignments: {🦗: 0.7}
  - {emoji: 🌱, name: Seedling, couplings: {🌾: {re: 0.2, im: 0.1}}}
  - {emoji: 🦗, name: Locust, pair_couplings: {🌾: 0.25}, transfers_to: {🐦: 0.4}}
  - {emoji: 🐦, name: Bird, transfers_to: {🦗: 0.2}}
"""
STATIC = GARDEN.replace(", DRIVERS", "")
CHANGING = GARDEN.replace(
    "DRIVERS", "drivers: [{shape: cosine, period: 7, amplitude: 0.5}]"
)

QUANTITIES: list[dict[str, Any]] = [
    {"population": "🌾", "at": 6},
    {"population": "🦗", "over": [2, 9]},
    {"coherence": "☀/🌙", "at": 4},
    {"radius": "🌾/🌱", "at": 4},
    {"information": ["☀/🌙", "🌾/🌱"], "at": 5},
    {"information": ["🦗/🐦", "🌱/🌾"], "over": [1, 4]},
    {"purity": True, "at": 3},
    {"entropy": True, "at": 4},
    {"energy": True, "at": 3},
    {"jumps": "🌱→🌾", "over": [1, 8]},
    {"first": "🌱→🌾", "before": 7},
    {"steady": "🌾"},
    {"jumps": "🦗→🐦"},
]


def garden(folder: Path, text: str = STATIC) -> CompiledBiome:
    path = folder / "garden.yaml"
    path.write_text(text, encoding="utf-8")
    return load_biome(path)


def value_of(biome: CompiledBiome, quantity: dict[str, Any]) -> float:
    return evaluate(Problem.of(biome), [read_asked(quantity)])[0]


def values_of(biome: CompiledBiome, quantities: list[dict[str, Any]]) -> np.ndarray:
    return np.array(evaluate(Problem.of(biome), [read_asked(q) for q in quantities]))


def difference(function: Callable[[float], Any], x: float) -> Any:
    h = 0.02 * (abs(x) or 1.0)

    def central(step: float) -> Any:
        return (function(x + step) - function(x - step)) / (2 * step)

    return (64 * central(h / 4) - 20 * central(h / 2) + central(h)) / 45


def dense_jumps() -> list[tuple[str, np.ndarray]]:
    """The jump operators of GARDEN by Kronecker products, without the library's."""
    one, up, down = (
        np.eye(2),
        np.array([[0, 1], [0, 0.0]]),
        np.array([[0, 0], [1, 0.0]]),
    )
    north, south = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])

    def kron(*parts: np.ndarray) -> np.ndarray:
        return np.kron(np.kron(parts[0], parts[1]), parts[2])

    return [
        ("🌙→🌙", math.sqrt(0.1) * kron(south, one, one)),
        ("🌱→🌾", math.sqrt(0.5) * kron(north, up, one)),
        ("🌾→🌱", math.sqrt(0.3) * kron(one, down, north)),
        ("🦗→🐦", math.sqrt(0.4) * kron(one, one, down)),
        ("🐦→🦗", math.sqrt(0.2) * kron(one, one, up)),
    ]


def liouvillian(
    biome: CompiledBiome, silent: str = ""
) -> tuple[np.ndarray, list[tuple[str, np.ndarray]]]:
    h, size = biome.operators.hamiltonian.toarray(), 8
    jumps, one = dense_jumps(), np.eye(size)
    total = -1j * (np.kron(h, one) - np.kron(one, h.T))
    for name, jump in jumps:
        lost = jump.T @ jump
        total = total - 0.5 * (np.kron(lost, one) + np.kron(one, lost.T))
        if name != silent:
            total = total + np.kron(jump, jump)
    return total, jumps


def test_values_are_those_of_the_dense_liouvillian(tmp_path: Path) -> None:
    biome = garden(tmp_path)
    bath = biome.bath(seed=0, method="master")
    start = bath.density_matrix()
    full, jumps = liouvillian(biome)
    by_name = dict(jumps)

    def at(time: float) -> np.ndarray:
        return (expm(full * time) @ start.ravel()).reshape(8, 8)

    grain = np.kron(np.kron(np.eye(2), np.diag([1.0, 0.0])), np.eye(2))
    assert value_of(biome, {"population": "🌾", "at": 6}) == pytest.approx(
        np.trace(grain @ at(6.0)).real, abs=1e-12
    )
    values = np.linalg.eigvalsh(at(4.0))
    assert value_of(biome, {"entropy": True, "at": 4}) == pytest.approx(
        -(values * np.log(values)).sum(), abs=1e-11
    )
    nodes, weights = np.polynomial.legendre.leggauss(40)
    times = 4.5 + 3.5 * nodes
    ripen = by_name["🌱→🌾"].T @ by_name["🌱→🌾"]
    rates = [np.trace(ripen @ at(time)).real for time in times]
    assert value_of(biome, {"jumps": "🌱→🌾", "over": [1, 8]}) == pytest.approx(
        weights @ rates / 2, abs=1e-12
    )
    without, _ = liouvillian(biome, silent="🌱→🌾")
    lost = 1.0 - np.trace((expm(without * 7.0) @ start.ravel()).reshape(8, 8)).real
    assert value_of(biome, {"first": "🌱→🌾", "before": 7}) == pytest.approx(
        lost, abs=1e-12
    )
    settled = np.trace(grain @ at(400.0)).real
    assert value_of(biome, {"steady": "🌾"}) == pytest.approx(settled, abs=1e-11)


def test_information_and_coherence_are_those_that_a_bath_tells(tmp_path: Path) -> None:
    biome = garden(tmp_path)
    bath = biome.bath(seed=0, method="master")
    bath.evolve(5.0)
    found = value_of(biome, {"information": ["☀/🌙", "🌾/🌱"], "at": 5})
    assert found == pytest.approx(
        bath.mutual_information(("☀", "🌙"), ("🌾", "🌱")), abs=1e-10
    )
    seen = bath.project_onto_axis("🌾", "🌱")
    assert value_of(biome, {"coherence": "🌾/🌱", "at": 5}) == pytest.approx(
        seen.coherence, abs=1e-10
    )


@pytest.mark.parametrize("text", [STATIC, CHANGING], ids=["static", "changing"])
def test_derivatives_are_those_of_extrapolated_differences(
    text: str, tmp_path: Path
) -> None:
    biome = garden(tmp_path, text)
    paths = [
        "☀.self_energy",
        "☀.couplings.🌙",
        "🌙.dephasing",
        "🌾.transfers_from.🌱",
        "🌾.alignments.🦗",
        "🌱.couplings.🌾.im",
        "🦗.pair_couplings.🌾",
        "🐦.transfers_to.🦗",
        "initial.weights.🌾",
    ]
    quantities = QUANTITIES
    if text is CHANGING:
        paths = ["☀.drivers.0.amplitude", "🌾.transfers_from.🌱"]
        quantities = [QUANTITIES[place] for place in (0, 4, 8, 9, 11)]
    found = [analysis.sensitivities(biome, quantity, paths) for quantity in quantities]
    for path in paths:
        expected = difference(
            lambda x, path=path: values_of(biome.with_(path, x), quantities),
            biome.number(path),
        )
        slopes = [each[path] for each in found]
        assert slopes == pytest.approx(expected.tolist(), rel=2e-7, abs=2e-9), path


def test_tune_makes_a_wish_of_a_register_true(tmp_path: Path) -> None:
    biome = garden(tmp_path)
    wishes = [
        {"steady": "🌾", "value": {"at_least": 0.6}},
        {"information": ["☀/🌙", "🌾/🌱"], "at": 3, "value": {"at_least": 0.02}},
    ]
    found = tune(biome, wishes, free=["🌾.*", "🌱.*"])
    assert found.holds
    bath = found.biome.bath(seed=0, method="master")
    bath.evolve(3.0)
    assert bath.mutual_information(("☀", "🌙"), ("🌾", "🌱")) >= 0.02
    bath.evolve(400.0)
    assert bath.probability("🌾") >= 0.6


def test_a_weight_at_its_bound_has_a_derivative_from_inside() -> None:
    biome = load_biome("catalyst")  # all of the axis begins at 🌱
    found = analysis.sensitivities(
        biome, {"population": "🌾", "at": 2}, ["initial.weights.🌱"]
    )
    # P(🌾) = 1 − w (1 − 0.4 (1 − e^{−t/2}))
    expected = -(1.0 - 0.4 * (1.0 - math.exp(-1.0)))
    assert found["initial.weights.🌱"] == pytest.approx(expected, rel=1e-9)


def test_names_that_are_no_axes_are_refused() -> None:
    farm, field = load_biome("qubit_farm"), load_biome("biotic_flux")
    one = {"information": ["☀/🌙", "🌙/☀"], "at": 1, "value": {"at_least": 0}}
    with pytest.raises(ArgumentError, match="two different axes"):
        read_claims(farm, [one])
    with pytest.raises(ArgumentError, match="needs a register"):
        read_claims(field, [one])
    crossed = {"coherence": "☀/🌾", "at": 1, "value": {"at_least": 0}}
    with pytest.raises(ArgumentError, match="poles of two axes"):
        read_claims(farm, [crossed])


def test_the_slopes_of_a_steady_state_of_many_axes_are_refused(tmp_path: Path) -> None:
    axes = ["🐇🐺", "🌾🌱", "☀🌙", "🔥❄", "🦗🐦", "🌊🏜"]
    lines = ["schema: 1", "name: Many", "register:"]
    lines += [f"  - {{north: {n}, south: {s}}}" for n, s in axes]
    lines += ["icons:"]
    lines += [
        f"  - {{emoji: {n}, name: N{i}, transfers_to: {{{s}: 0.5}}, "
        f"transfers_from: {{{s}: 0.25}}}}"
        for i, (n, s) in enumerate(axes)
    ]
    lines += [f"  - {{emoji: {s}, name: S{i}}}" for i, (_, s) in enumerate(axes)]
    path = tmp_path / "many.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    biome = load_biome(path)
    assert value_of(biome, {"steady": "🐇"}) == pytest.approx(1 / 3, abs=1e-9)
    with pytest.raises(RunError, match="up to 5 axes, and this one has 6"):
        analysis.sensitivities(biome, {"steady": "🐇"}, ["🐇.*"])


def test_questions_of_landings_say_what_answers_them() -> None:
    with pytest.raises(ArgumentError, match="claims"):
        analysis.counting(load_biome("qubit_farm"), [("🌱", "🌾")])


def test_a_bath_of_one_axis_counts_its_jumps() -> None:
    from spacewheat_sim import BathOperators

    ops = BathOperators.from_register([("🔥", "❄")], jumps=[("🔥", "❄", 0.5)])
    bath = QuantumBath(ops, method="master")
    problem = Problem(ops, bath.density_matrix())
    asked = read_asked({"first": "🔥→❄", "before": 2})
    begun = float(bath.probability("🔥"))
    assert evaluate(problem, [asked])[0] == pytest.approx(
        begun * (1 - math.exp(-1.0)), abs=1e-12
    )
