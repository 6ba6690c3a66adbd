"""Gates on axes of level biomes and registers, in baths, batches, worlds and logs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from registers import NAMES, RegisterTerms, random_ket, random_register

from spacewheat_sim import BathBatch, BathOperators, QuantumBath, World, bath_gated
from spacewheat_sim.engine.bath.events import Gated
from spacewheat_sim.engine.world.commands import (
    ApplyGate,
    command_from_record,
    command_record,
)
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.quantum.register.gates import GATES, ON_TWO, gate_matrix

ONE = np.eye(2)
X = np.array([[0, 1], [1, 0]])
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1, -1])
ANGLES = {"RX": 0.7, "RY": -1.3, "RZ": 2.1}


def dense_gate(name, places, n):
    """Return U on ``n`` qubits by its definition: exponentials and controlled sums."""
    from scipy.linalg import expm

    paulis = {"X": X, "Y": Y, "Z": Z}

    def on(**factors):
        parts = [factors.get(f"q{axis}", ONE) for axis in range(n)]
        out = np.eye(1)
        for part in parts:
            out = np.kron(out, part)
        return out

    first = f"q{places[0]}"
    if name in ANGLES:
        return expm(-0.5j * ANGLES[name] * on(**{first: paulis[name[1]]}))
    single = {
        **paulis,
        "H": (X + Z) / np.sqrt(2),
        "S": np.diag([1, 1j]),
        "T": np.diag([1, np.exp(0.25j * np.pi)]),
    }
    if name in single:
        return on(**{first: single[name]})
    second = f"q{places[1]}"
    off, up = on(**{first: np.diag([1, 0])}), on(**{first: np.diag([0, 1])})
    if name == "CNOT":
        return off + up @ on(**{second: X})
    if name == "CZ":
        return off + up @ on(**{second: Z})
    heisenberg = [on(**{first: p, second: p}) for p in (X, Y, Z)]
    if name == "SWAP":
        return (np.eye(2**n) + sum(heisenberg)) / 2
    return expm(0.25j * np.pi * (heisenberg[0] + heisenberg[1]))


@pytest.mark.parametrize("name", GATES)
def test_gates_of_registers_are_those_of_the_definitions(name):
    """On every axis and ordered pair of three, kets and density matrices, to 1e-14."""
    rng = np.random.default_rng(3)
    operators = RegisterTerms(NAMES[:3]).operators()
    for places in itertools.permutations(range(3), 2):
        ket = random_ket(rng, 3)
        axes = [NAMES[place] for place in places][: 2 if name in ON_TWO else 1]
        wanted = dense_gate(name, places, 3) @ ket
        bath = QuantumBath(operators)
        bath.initialize_ket(ket)
        bath.apply_gate(name, *axes, angle=ANGLES.get(name))
        assert np.abs(bath.amplitudes - wanted).max() < 1e-14
        mixed = QuantumBath(operators, method="master")
        mixed.initialize_ket(ket)
        mixed.apply_gate(name.lower(), *axes, angle=ANGLES.get(name))
        rho = np.outer(wanted, wanted.conj())
        assert np.abs(mixed.density_matrix() - rho).max() < 1e-14


@pytest.mark.parametrize("name", GATES)
def test_gates_are_unitary(name):
    """U†U = 1 to rounding."""
    matrix = gate_matrix(name, ANGLES.get(name))
    assert matrix.conj().T @ matrix == pytest.approx(np.eye(len(matrix)), abs=1e-15)


def test_a_reversed_axis_has_its_poles_exchanged():
    """S on (south, north) turns the phase of the north."""
    bath = QuantumBath(RegisterTerms(NAMES[:2]).operators())
    bath.apply_gate("S", ("🌙", "☀"))
    assert bath.amplitudes == pytest.approx(np.array([1j, 1j, 1, 1]) / 2)


def test_in_a_level_biome_a_gate_acts_on_the_span_of_its_poles():
    """All else stays as it is, to the last bit."""
    rng = np.random.default_rng(5)
    operators = BathOperators.from_terms("🌾💀🐇🐺", np.zeros((4, 4)))
    ket = rng.normal(size=4) + 1j * rng.normal(size=4)
    bath = QuantumBath(operators)
    bath.initialize_ket(ket)
    before = bath.amplitudes
    bath.apply_gate("RY", ("🐺", "💀"), angle=0.4)
    after = bath.amplitudes
    turn = gate_matrix("RY", 0.4)
    assert after[[3, 1]] == pytest.approx(turn @ before[[3, 1]], abs=1e-15)
    assert after[[0, 2]].tolist() == before[[0, 2]].tolist()
    rho = QuantumBath(operators, method="master")
    rho.initialize_ket(ket)
    rho.apply_gate("RY", ("🐺", "💀"), angle=0.4)
    assert rho.density_matrix() == pytest.approx(np.outer(after, after.conj()))


def test_the_wait_for_the_next_jump_goes_on():
    """A Z, which changes no rate here, leaves the time of the jump as it was."""
    operators = BathOperators.from_register(NAMES[:2], jumps=[("☀", "🌙", 0.5)])
    times = []
    for gated in (False, True):
        bath = QuantumBath(operators, seed=8)
        bath.initialize_poles(["☀"])
        bath.evolve(0.1)
        if gated:
            bath.apply_gate("Z", NAMES[1])
        (event,) = bath.evolve_many(0.1, 200).events
        times.append(event.time)
    assert times[0] == pytest.approx(times[1], rel=1e-12)


def test_gates_and_evolution_agree_with_the_dense_liouvillian():
    """Evolve, CNOT, RX, evolve: ρ to 1e-10, the mean of trajectories to 4.5 σ."""
    rng = np.random.default_rng(13)
    terms = random_register(rng, 3, driven=False)
    operators, ket = terms.operators(), random_ket(rng, 3)

    def gates(bath):
        bath.apply_gate("CNOT", NAMES[0], NAMES[2])
        bath.apply_gate("RX", NAMES[1], angle=0.7)

    rho = terms.evolved(np.outer(ket, ket.conj()), 0.6)
    unitary = dense_gate("RX", (1,), 3) @ dense_gate("CNOT", (0, 2), 3)
    wanted = terms.evolved(unitary @ rho @ unitary.conj().T, 0.8)
    bath = QuantumBath(operators, method="master", tolerance=1e-12)
    bath.initialize_ket(ket)
    bath.evolve(0.6)
    gates(bath)
    bath.evolve(0.8)
    assert np.abs(bath.density_matrix() - wanted).max() < 1e-10

    batch = BathBatch(operators, 4000, seed=2)
    batch.initialize_ket(ket)
    batch.evolve(0.6)
    gates(batch)
    batch.evolve(0.8)
    seen = batch.populations()
    error = seen.std(axis=0) / np.sqrt(4000)
    assert (
        np.abs(seen.mean(axis=0) - terms.pole_populations(wanted)) < 4.5 * error
    ).all()


def test_a_batch_gates_whom_it_is_asked_to():
    """Each as a single bath; the others not at all."""
    operators = RegisterTerms(NAMES[:2]).operators()
    batch = BathBatch(operators, 3)
    batch.initialize_poles(["☀", "🌾"])
    mask = np.array([True, False, True])
    batch.apply_gate("H", NAMES[0], mask=mask)
    batch.apply_gate("CNOT", NAMES[0], NAMES[1], mask=mask)
    information = batch.mutual_information(*NAMES[:2])
    assert information == pytest.approx([2 * np.log(2), 0, 2 * np.log(2)], abs=1e-14)
    assert batch.amplitudes[1].tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("gate", "axes", "angle", "message"),
    [
        ("CNOT", (NAMES[0], NAMES[0]), None, "two different axes, but was given ☀/🌙"),
        ("CNOT", (NAMES[0], NAMES[0][::-1]), None, "two different axes"),
        ("CNOT", (NAMES[0],), None, "acts on two axes, but was given one"),
        ("H", (NAMES[0], NAMES[1]), None, "acts on one axis, but was given two"),
        ("CNOTT", (NAMES[0], NAMES[1]), None, "Unknown gate 'CNOTT'; did you mean"),
        (3, (NAMES[0],), None, "Unknown gate 3"),
        ("RX", (NAMES[0],), None, "needs an `angle`"),
        ("RX", (NAMES[0],), float("nan"), "finite number of rad"),
        ("RZ", (NAMES[0],), float("inf"), "finite number of rad"),
        ("RY", (NAMES[0],), "much", "finite number of rad"),
        ("X", (NAMES[0],), 0.3, "has no `angle`"),
        ("X", ("☀",), None, "must be a pair"),
        ("X", (("☀", "🌾"),), None, "poles of two axes"),
        ("X", (("☀", "🦖"),), None, "Unknown emoji"),
    ],
)
def test_gates_that_cannot_be_are_refused(gate, axes, angle, message):
    """With a message, and nothing is changed."""
    bath = QuantumBath(RegisterTerms(NAMES[:2]).operators())
    before = bath.amplitudes
    with pytest.raises(ArgumentError, match=message):
        bath.apply_gate(gate, *axes, angle=angle)
    assert (bath.amplitudes == before).all()


def test_level_biomes_have_no_gates_on_two_axes():
    """Nor mutual information, negativity or entanglement; the message says why."""
    bath = QuantumBath(BathOperators.from_terms("🌾💀🐇🐺", np.zeros((4, 4))))
    axis, other = ("🌾", "💀"), ("🐇", "🐺")
    for call in (
        lambda: bath.apply_gate("CNOT", axis, other),
        lambda: bath.mutual_information(axis, other),
        lambda: bath.negativity(axis, other),
        lambda: bath.entanglement_entropy(axis),
    ):
        with pytest.raises(ArgumentError, match="level biome"):
            call()
    with pytest.raises(UnknownNameError):
        bath.apply_gate("NOT", axis)


def test_what_two_axes_share_is_that_of_the_reduced_states():
    """Information, negativity, entropy of random mixed registers, by definition."""
    rng = np.random.default_rng(17)
    terms = RegisterTerms(NAMES[:3])
    bath = QuantumBath(terms.operators(), method="master")

    def entropy(rho):
        values = np.linalg.eigvalsh(rho)
        return -sum(v * np.log(v) for v in values if v > 1e-15)

    for _ in range(5):
        root = rng.normal(size=(8, 8)) + 1j * rng.normal(size=(8, 8))
        bath.initialize_density_matrix(root @ root.conj().T)
        rho = bath.density_matrix()
        for a, b in itertools.permutations(range(3), 2):
            pair = terms.reduced(rho, a, b)
            parts = [terms.reduced(rho, axis) for axis in (a, b)]
            shared = sum(map(entropy, parts)) - entropy(pair)
            turned = pair.reshape(2, 2, 2, 2).transpose(0, 3, 2, 1).reshape(4, 4)
            negative = -np.linalg.eigvalsh(turned).clip(max=0).sum()
            axes = NAMES[a], NAMES[b]
            assert bath.mutual_information(*axes) == pytest.approx(shared, abs=1e-12)
            assert bath.negativity(*axes) == pytest.approx(negative, abs=1e-12)
        assert bath.entanglement_entropy(NAMES[0]) == pytest.approx(
            entropy(terms.reduced(rho, 0)), abs=1e-12
        )


def test_a_gate_is_an_event_with_a_signal():
    """It tells the gate, the poles as the bath calls them, and the angle."""
    bath = QuantumBath(RegisterTerms(NAMES[:2]).operators())
    heard = []

    def hear(_bath, event):
        heard.append(event)

    with bath_gated.connected_to(hear, sender=bath):
        event = bath.apply_gate("rx", NAMES[0], angle=0.3)
        bath.apply_gate("CZ", NAMES[0], NAMES[1])
    assert event == Gated(0.0, "RX", NAMES[0], None, 0.3)
    assert heard == [event, Gated(0.0, "CZ", NAMES[0], NAMES[1])]
    assert [str(each) for each in heard] == ["RX(0.3) on ☀/🌙", "CZ on ☀/🌙, 🌾/🍄"]


def test_worlds_obey_gates_and_refuse_mistaken_ones():
    """A Bell pair by commands; the rest become refusals."""
    world = World(["bell_pair", "two_level"], seed=3)
    first, second = ("🔮", "💤"), ("💎", "🪨")
    events = world.tick(
        [
            ApplyGate("bell_pair", "H", first),
            ApplyGate("bell_pair", "CNOT", first, second),
            ApplyGate("two_level", "X", ("🌕", "🌑")),
            ApplyGate("two_level", "CNOT", ("🌕", "🌑"), ("🌑", "🌕")),
            ApplyGate("bell_pair", "H", ("🔮", "💎")),
        ]
    )
    kinds = [type(event.event).__name__ for event in events]
    assert kinds == ["Gated"] * 3 + ["Refused"] * 2
    assert world.baths["bell_pair"].negativity(first, second) == pytest.approx(0.5)
    again = World.restore(world.snapshot())
    assert again.digest() == world.digest()


def test_a_bell_pair_is_correlated_when_it_is_measured():
    """200 pairs: the second axis always gives what the first gave, and both come."""
    world = World(["bell_pair"] * 200, seed=5)
    first, second = ("🔮", "💤"), ("💎", "🪨")
    for name in world.baths:
        world.obey(
            [ApplyGate(name, "H", first), ApplyGate(name, "CNOT", first, second)]
        )
    batch = []
    for bath in world.baths.values():
        a = bath.measure_axis(*first, kind="projective")
        b = bath.measure_axis(*second, kind="projective")
        batch.append((a == "🔮", b == "💎"))
    assert all(a == b for a, b in batch)
    norths = sum(a for a, _ in batch)
    assert abs(norths - 100) < 4.5 * np.sqrt(50)


@pytest.mark.parametrize(
    "command",
    [
        ApplyGate("bell_pair", "H", ("🔮", "💤")),
        ApplyGate("bell_pair", "CNOT", ("🔮", "💤"), ("💎", "🪨")),
        ApplyGate("bell_pair", "RX", ("🔮", "💤"), None, 0.25),
    ],
)
def test_gates_can_be_logged(command):
    """A record of a command gives the command again."""
    assert command_from_record(command_record(command)) == command


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (("b", "H", "🔮"), "`axis` of ApplyGate must be a pair"),
        (("b", "H", ("🔮", "💤"), ("💎",)), "`other` of ApplyGate must be a pair"),
        (("b", "H", ("🔮", "💤"), None, float("nan")), "`angle` of ApplyGate"),
        (("b", 3, ("🔮", "💤")), "`gate` of ApplyGate"),
    ],
)
def test_commands_with_fields_of_a_wrong_type_cannot_be_made(fields, message):
    """So that every command can be logged."""
    with pytest.raises(ArgumentError, match=message):
        ApplyGate(*fields)
