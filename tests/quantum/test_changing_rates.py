"""Rates and energies that change, against scipy's DOP853 and each other."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from spacewheat_sim import ArgumentError, BathBatch, BathOperators, QuantumBath
from spacewheat_sim.errors import UnknownNameError

NAMES = "ABCDE"
END = 6.0
Function = Callable[[float], float]


def bump(t: float) -> float:
    return 0.3 / (1 + (t - 2) ** 2)


def f(shape: str, frequency: float, phase: float, duty: float = 0.5) -> Function:
    angle = 2 * math.pi * frequency
    return {
        "cosine": lambda t: math.cos(angle * t + phase),
        "sine": lambda t: math.sin(angle * t + phase),
        "pulse": lambda t: float((frequency * t + phase / 2 / math.pi) % 1 < duty),
        "ramp": lambda t: min(1.0, frequency * t),
        "fade": lambda t: math.exp(-frequency * t),
    }[shape]


def plus(rate: float, depth: float, shape: str, *rest: float) -> Function:
    g = f(shape, *rest)
    if shape in ("cosine", "sine"):
        return lambda t: rate * (1 - depth + depth * (1 + g(t)) / 2)
    return lambda t: rate * (1 - depth + depth * g(t))


RATES = [
    ("A", "B", (0.5, 0.8, "cosine", 0.2, 0.3)),
    ("B", "C", (0.4, 1.0, "pulse", 0.35, 0.1)),
    ("C", "A", bump),
    ("D", "E", (0.7, 0.9, "ramp", 1 / 1.7, 0.0)),
    ("E", "A", (0.6, 0.5, "fade", 0.5, 0.0)),
    ("B", "A", 0.2),
    ("D", "D", (0.4, 1.0, "sine", 0.13, 0.2)),
    (
        "A",
        "E",
        {
            "rate": 0.3,
            "rhythm": {"shape": "pulse", "period": 1.1, "duty": 0.2},
            "depth": 0.7,
        },
    ),
]
DRIVERS = [
    ("A", 1.0, "cosine", 0.2, 0.3),
    ("A", 0.5, "sine", 0.3, 0.0),
    ("B", 0.7, "pulse", 0.4, 0.2),
    ("C", lambda t: 0.5 * math.sin(t)),
    ("D", 0.9, "ramp", 1 / 2.3, 0.0),
    ("E", -0.8, "fade", 1 / 1.3, 0.0),
]
PULSES = ((0.35, 0.1, 0.5), (1 / 1.1, 0.0, 0.2), (0.4, 0.2, 0.5))
EDGES = [1.7, 2.3] + [
    (turn - phase / 2 / math.pi) / frequency
    for frequency, phase, duty in (
        (0.35, 0.1, 0.5),
        (1 / 1.1, 0.0, 0.2),
        (0.4, 0.2, 0.5),
    )
    for k in range(8)
    for turn in (k, k + duty)
]


def hamiltonian() -> np.ndarray:
    rng = np.random.default_rng(3)
    h = rng.normal(size=(5, 5)) + 1j * rng.normal(size=(5, 5))
    return (h + h.conj().T) / 2


OPERATORS = BathOperators.from_terms(NAMES, hamiltonian(), RATES, DRIVERS)


def rate_of(given: object) -> Function:
    if callable(given):
        return given
    if isinstance(given, dict):
        rhythm = given["rhythm"]
        rest = (1 / rhythm["period"], 0.0, rhythm["duty"])
        return plus(given["rate"], given["depth"], rhythm["shape"], *rest)
    return plus(*given) if isinstance(given, tuple) else lambda _: given


@pytest.fixture(scope="module")
def reference() -> np.ndarray:
    """ρ(6 s) by DOP853, from edge to edge."""
    h = hamiltonian()
    rates = [(NAMES.index(s), NAMES.index(t), rate_of(r)) for s, t, r in RATES]
    energies = [
        (NAMES.index(d[0]), d[1] if len(d) == 2 else None, d[1:]) for d in DRIVERS
    ]

    def slope(t: float, flat: np.ndarray) -> np.ndarray:
        rho, now = flat.reshape(5, 5), h.copy()
        for i, function, wave in energies:
            now[i, i] += function(t) if function else wave[0] * f(*wave[1:])(t)
        out = -1j * (now @ rho - rho @ now)
        for s, target, rate in rates:
            g = rate(t)
            out[target, target] += g * rho[s, s]
            out[s, :] -= g / 2 * rho[s, :]
            out[:, s] -= g / 2 * rho[:, s]
        return out.ravel()

    flat = np.full(25, 0.2, dtype=complex)
    edges = sorted({0.0, END, *(e for e in EDGES if 0 < e < END)})
    for a, b in pairwise(edges):
        inside = lambda t, y, a=a, b=b: slope(min(max(t, a + 1e-13), b - 1e-13), y)  # noqa: E731
        flat = solve_ivp(
            inside, (a, b), flat, method="DOP853", rtol=1e-12, atol=1e-13
        ).y[:, -1]
    return flat.reshape(5, 5)


@pytest.mark.parametrize("steps", [1, 12, 360, 1440])
def test_the_master_equation_for_any_dt(steps: int, reference: np.ndarray) -> None:
    bath = QuantumBath(OPERATORS, "master", seed=0)
    bath.evolve_many(END / steps, steps, record_every=steps)
    assert np.abs(bath.density_matrix() - reference).max() < 1e-9


def test_a_batch_of_density_matrices(reference: np.ndarray) -> None:
    batch = BathBatch(OPERATORS, 3, "master", seed=0)
    for _ in range(12):
        batch.evolve(END / 12)
    wanted = np.tile(reference.diagonal().real, (3, 1))
    assert np.abs(batch.populations() - wanted).max() < 1e-9


@pytest.mark.parametrize(
    ("trajectories", "lanes"),
    [(3000, 1000), pytest.param(20_000, 3000, marks=pytest.mark.slow)],
)
def test_evolved_ensembles_and_batches_of_kets_average_to_it(
    reference, trajectories: int, lanes: int
) -> None:
    """Each of ten means lies within 5.1 errors; a false alarm in 300,000 runs."""
    wanted = reference.diagonal().real
    bath = QuantumBath(OPERATORS, seed=1)
    found = bath.ensemble(END, trajectories, dt=1.0, seed=5)
    off = (found.populations[-1] - wanted) / found.standard_error[-1]
    assert np.abs(off).max() < 5.1
    batch = BathBatch(OPERATORS, lanes, seed=2)
    for _ in range(6):
        batch.evolve(1.0)
    populations = batch.populations()
    error = populations.std(axis=0) / math.sqrt(lanes)
    assert np.abs((populations.mean(axis=0) - wanted) / error).max() < 5.1


def test_one_trajectory_of_an_ensemble_is_that_bath_by_itself() -> None:
    from spacewheat_sim import seeding

    bath = QuantumBath(OPERATORS, seed=1)
    whole = bath.ensemble(END, 1, dt=1.0, seed=5).populations[-1]
    lone = QuantumBath(OPERATORS, stream=seeding.trajectory_stream(5, 0))
    lone.evolve_many(END / 7, 7)
    assert np.abs(lone.populations() - whole).max() < 1e-8


def test_waiting_times_of_a_pulsed_rate_are_inside_its_pulses() -> None:
    """From A only while the pulse is on: exact survival e^{−γ · (time on)}."""
    # On in the first of every two seconds.
    jumps = [("A", "B", (2.0, 1.0, "pulse", 0.5, 0.0))]
    operators = BathOperators.from_terms("AB", np.zeros((2, 2)), jumps)
    bath = QuantumBath(operators, seed=0)
    bath.initialize_emoji("A")
    found = bath.ensemble(4.0, 4000, dt=0.5, seed=3)
    on = np.array([0.0, 0.5, 1.0, 1.0, 1.0, 1.5, 2.0, 2.0, 2.0])
    wanted = np.exp(-2.0 * on)
    error = np.sqrt(wanted * (1 - wanted) / 4000) + 1e-12
    assert np.abs((found.populations[:, 0] - wanted) / error).max() < 5.1
    times = found.first_jumps[np.isfinite(found.first_jumps)]
    assert ((times % 2.0) <= 1.0 + 1e-9).all()


def test_channels_are_weighed_at_the_time_of_the_jump() -> None:
    """Out of A at 1/s throughout, to B in even seconds and to C in odd ones."""
    on = (1.0, 1.0, "pulse", 0.5, 0.0)
    off = (1.0, 1.0, "pulse", 0.5, math.pi)
    operators = BathOperators.from_terms(
        "ABC", np.zeros((3, 3)), [("A", "B", on), ("A", "C", off)]
    )
    for seed in range(40):
        bath = QuantumBath(operators, seed=seed)
        bath.initialize_emoji("A")
        for jump in bath.evolve(6.0):
            assert jump.target == ("B" if int(jump.time) % 2 == 0 else "C")
    bath.initialize_emoji("A")
    found = bath.ensemble(1.0, 3000, dt=0.5, seed=1)
    assert found.populations[-1, 2] == 0.0
    assert abs(found.populations[-1, 1] - (1 - math.exp(-1))) < 5.1 * 0.0089


def test_spec_takes_the_rate_at_the_new_time() -> None:
    operators = BathOperators.from_terms("AB", np.zeros((2, 2)), [("A", "B", bump)])
    bath = QuantumBath(operators, "spec", seed=0)
    bath.initialize_emoji("A")
    psi = np.array([1.0, 0.0])
    for k in range(1, 41):
        move = bump(0.1 * k) * 0.1
        psi[1] += math.sqrt(move) * psi[0]
        psi[0] *= math.sqrt(1 - move)
        psi /= np.linalg.norm(psi)
        bath.evolve(0.1)
    np.testing.assert_allclose(bath.populations(), psi**2, atol=1e-12)
    strong = BathOperators.from_terms(
        "AB", np.zeros((2, 2)), [("A", "B", lambda t: 20.0 * t)]
    )
    bath = QuantumBath(strong, "spec", seed=0)
    bath.evolve(0.1)
    with pytest.raises(ArgumentError, match="A → B gives γ·dt"):
        bath.evolve(0.4)


def test_a_depth_of_zero_and_a_rhythm_that_stands_still_are_constant_rates() -> None:
    h = np.array([[0, 0.5], [0.5, 0]])
    for given in ((0.4, 0.0, "cosine", 0.3, 0.1), (0.4, 1.0, "cosine", 0.0, 0.0)):
        found = BathOperators.from_terms("AB", h, [("A", "B", given)])
        assert found.equals(BathOperators.from_terms("AB", h, [("A", "B", 0.4)]))


def test_a_bath_with_changing_rates_has_no_steady_state() -> None:
    with pytest.raises(ArgumentError, match="A → B"):
        QuantumBath(OPERATORS, "master", seed=0).steady_state()


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        ((0.5, 1.5, "cosine", 1.0, 0.0), "depth .* from 0 to 1"),
        ((-0.5, 0.5, "cosine", 1.0, 0.0), "not negative"),
        ((0.5, 0.5, "cosine", -1.0, 0.0), "frequency"),
        ((0.5, 0.5, "cosine"), "must be a number"),
        (lambda _: -1.0, "never be negative"),
        (lambda _: math.nan, "finite"),
        ({"rate": 0.5, "rhythm": "day"}, "written out"),
        ({"rate": 0.5, "rhythm": {"shape": "sine"}}, "period"),
    ],
)
def test_a_rate_that_cannot_be_is_refused(rate: object, told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        BathOperators.from_terms("AB", np.zeros((2, 2)), [("A", "B", rate)])


def test_a_shape_or_key_that_does_not_exist_has_suggestions() -> None:
    for rate, near in (
        ((0.5, 0.5, "cosin", 1.0, 0.0), "cosine"),
        ({"rate": 0.5, "rythm": {}}, "rhythm"),
    ):
        with pytest.raises(UnknownNameError, match=f"did you mean '{near}'"):
            BathOperators.from_terms("AB", np.zeros((2, 2)), [("A", "B", rate)])


def test_a_rate_that_turns_negative_stops_the_run_and_changes_nothing() -> None:
    operators = BathOperators.from_terms(
        "AB", np.zeros((2, 2)), [("A", "B", lambda t: 1.0 - t)]
    )
    bath = QuantumBath(operators, "master", seed=0)
    bath.evolve(0.5)
    before = bath.density_matrix()
    with pytest.raises(ArgumentError, match="A → B must never be negative"):
        bath.evolve(1.0)
    assert (bath.density_matrix() == before).all()
    assert bath.time == 0.5


AXES = [("a", "A"), ("b", "B"), ("c", "C")]


def poles(emoji: str) -> np.ndarray:
    """The projector on a pole of the three axes, (8, 8)."""
    place = "abcABC".index(emoji)
    one = np.diag([1.0, 0.0] if place < 3 else [0.0, 1.0])
    parts = [np.eye(2)] * 3
    parts[place % 3] = one
    return np.kron(np.kron(parts[0], parts[1]), parts[2])


def flip(axis: int, north: int) -> np.ndarray:
    """|south⟩⟨north| of an axis, or its adjoint."""
    one = np.array([[0.0, 0.0], [1.0, 0.0]])
    parts = [np.eye(2)] * 3
    parts[axis] = one if north else one.T
    return np.kron(np.kron(parts[0], parts[1]), parts[2])


@pytest.mark.parametrize("steps", [1, 20])
def test_a_register_with_rhythms_and_gates(steps: int) -> None:
    given = [
        ("a", "A", (0.6, 0.9, "cosine", 0.2, 0.3)),
        ("a", "b", (0.5, 1.0, "pulse", 0.4, 0.1), {"when": "c"}),
        ("C", "c", bump, {"unless": "B"}),
        ("b", "b", (0.3, 0.5, "fade", 0.5, 0.0)),
    ]
    operators = BathOperators.from_register(
        AXES,
        couplings=[("a", "A", 0.7), ("a", "b", 0.5), ("b", "c", 0.3j)],
        pair_couplings=[("a", "c", 0.4)],
        alignments=[("b", "c", 0.6)],
        jumps=given,
        drivers=[("a", 0.8, "sine", 0.3, 0.2), ("C", -0.5, "ramp", 0.5, 0.0)],
    )
    down, raised = flip(0, 1), flip(1, 0)  # a → A, and B → b
    eye = np.eye(8)
    jumps = [
        (down, plus(0.6, 0.9, "cosine", 0.2, 0.3)),
        (down @ raised @ poles("c"), plus(0.5, 1.0, "pulse", 0.4, 0.1)),
        (flip(2, 0) @ (eye - poles("B")), bump),
        (poles("b"), plus(0.3, 0.5, "fade", 0.5, 0.0)),
    ]
    h = operators.hamiltonian.toarray()

    def slope(t: float, flat: np.ndarray) -> np.ndarray:
        rho = flat.reshape(8, 8)
        now = h + 0.8 * f("sine", 0.3, 0.2)(t) * poles("a")
        now = now - 0.5 * f("ramp", 0.5, 0.0)(t) * poles("C")
        out = -1j * (now @ rho - rho @ now)
        for jump, rate in jumps:
            square = jump.T @ jump
            out += rate(t) * (jump @ rho @ jump.T - (square @ rho + rho @ square) / 2)
        return out.ravel()

    edges = sorted(
        e
        for e in {0.0, 2.0, 4.0, *((k / 2 - 0.1 / 2 / math.pi) / 0.4 for k in range(8))}
        if 0 <= e <= 4
    )
    flat = np.full(64, 1 / 8, dtype=complex)
    for a, b in pairwise(edges):
        flat = solve_ivp(
            lambda t, y, a=a, b=b: slope(min(max(t, a + 1e-13), b - 1e-13), y),
            (a, b),
            flat,
            method="DOP853",
            rtol=1e-12,
            atol=1e-13,
        ).y[:, -1]
    wanted = flat.reshape(8, 8)
    bath = QuantumBath(operators, "master", seed=0)
    bath.evolve_many(4.0 / steps, steps, record_every=steps)
    assert np.abs(bath.density_matrix() - wanted).max() < 1e-9
    if steps == 1:
        found = QuantumBath(operators, seed=1).ensemble(4.0, 4000, dt=2.0, seed=2)
        seen = np.array([np.trace(poles(e) @ wanted).real for e in "aAbBcC"])
        off = (found.populations[-1] - seen) / found.standard_error[-1]
        assert np.abs(off).max() < 5.1
