"""Rates and energies many powers of ten apart, and constants that change nothing."""

from __future__ import annotations

import numpy as np
import pytest
from liouvillian import JumpTerms, exact_populations

from spacewheat_sim import BathBatch, BathOperators, QuantumBath
from spacewheat_sim.errors import RunError, SpacewheatError
from spacewheat_sim.quantum.methods import trajectory
from spacewheat_sim.quantum.stepping import Elapsed

NO_ENERGY = np.zeros((3, 3))
NAMES = "ABCD"

EXCHANGE_THAT_LEAKS = [
    (1e4, 1e-4, 1e3),
    (1e6, 1e-2, 10.0),
    (1e3, 1e-5, 1e3),
    (100.0, 1e-6, 1e4),
    (1e9, 1e-9, 1e9),
]
CHAINS = [(1e6, 1.0, 1e3), (1e9, 1.0, 1.0), (1e3, 1e-9, 1e5), (1e9, 1e-9, 1e9)]


def bath(
    hamiltonian: object, jumps: JumpTerms, method: str = "master", seed: int = 0
) -> QuantumBath:
    operators = BathOperators.from_terms(
        NAMES[: len(np.asarray(hamiltonian))],
        hamiltonian,
        [(NAMES[s], NAMES[t], rate) for s, t, rate in jumps],
    )
    here = QuantumBath(operators, method, seed)  # type: ignore[arg-type]
    here.initialize_emoji("A")
    return here


def random_stiff_bath(seed: int) -> tuple[np.ndarray, JumpTerms, float]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 5))
    h = np.diag(10 ** rng.uniform(-3, 9, n)).astype(complex)
    for i in range(n):
        for j in range(i):
            if rng.random() < 0.6:
                h[i, j] = 10 ** rng.uniform(-3, 6) * np.exp(1j * rng.uniform(0, 6))
                h[j, i] = np.conj(h[i, j])
    jumps = [
        (int(rng.integers(n)), int(rng.integers(n)), 10 ** rng.uniform(-9, 9))
        for _ in range(n)
    ]
    return h, jumps, 10 ** rng.uniform(-3, 3)


@pytest.mark.parametrize(("fast", "slow", "time"), EXCHANGE_THAT_LEAKS)
def test_a_slow_leak_beside_fast_exchange_is_not_frozen(
    fast: float, slow: float, time: float
) -> None:
    jumps = [(0, 1, fast), (1, 0, fast), (1, 2, slow)]
    here = bath(NO_ENERGY, jumps)
    here.evolve(time)
    right = exact_populations(NO_ENERGY, jumps, np.diag([1, 0, 0]), time)
    assert here.populations() == pytest.approx(right, rel=1e-12)


def test_strong_dephasing_slows_a_coupling_but_does_not_stop_it() -> None:
    here = bath([[0, 0.5], [0.5, 0]], [(0, 0, 1e5)])
    here.evolve(10.0)
    assert here.probability("B") == pytest.approx(9.99898e-5, rel=1e-6)


@pytest.mark.parametrize("dt", [0.1, 1.0, 1e3])
def test_a_slow_leak_does_not_depend_on_the_step(dt: float) -> None:
    jumps = [(0, 1, 1e4), (1, 0, 1e4), (1, 2, 1e-4)]
    here = bath(NO_ENERGY, jumps)
    rows = here.evolve_many(dt, 3).populations
    for row, populations in enumerate(rows[1:], start=1):
        right = exact_populations(NO_ENERGY, jumps, np.diag([1, 0, 0]), row * dt)
        assert populations == pytest.approx(right, rel=1e-9)


@pytest.mark.parametrize(("fast", "slow", "time"), CHAINS)
def test_a_chain_of_a_fast_and_a_slow_rate_is_followed(
    fast: float, slow: float, time: float
) -> None:
    jumps = [(0, 1, fast), (1, 2, slow)]
    here = bath(NO_ENERGY, jumps)
    here.evolve(time)
    right = exact_populations(NO_ENERGY, jumps, np.diag([1, 0, 0]), time)
    assert here.populations() == pytest.approx(right, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(("fast", "slow", "time"), CHAINS)
def test_jumps_come_at_the_times_that_their_thresholds_say(
    fast: float, slow: float, time: float
) -> None:
    here = bath(NO_ENERGY, [(0, 1, fast), (1, 2, slow)], "trajectory", seed=3)
    thresholds = np.random.default_rng()
    thresholds.bit_generator.state = here.rng.bit_generator.state
    jumps = here.evolve(time)
    first = -np.log(1.0 - thresholds.random()) / fast
    assert jumps[0].time == pytest.approx(first, rel=1e-9)
    thresholds.random()  # which channel
    second = first - np.log(1.0 - thresholds.random()) / slow
    if second <= time:
        assert jumps[1].time == pytest.approx(second, rel=1e-9)
    else:
        assert len(jumps) == 1


@pytest.mark.parametrize(
    "seed",
    [*range(4), *(pytest.param(n, marks=pytest.mark.slow) for n in range(4, 12))],
)
def test_random_stiff_baths_agree_with_a_liouvillian_of_60_digits(seed: int) -> None:
    h, jumps, time = random_stiff_bath(seed)
    here = bath(h, jumps)
    here.evolve(time)
    start = np.zeros_like(h)
    start[0, 0] = 1.0
    right = exact_populations(h, jumps, start, time)
    assert np.abs(here.populations() - right).max() < 1e-9 * max(time, 1.0)


def test_many_baths_are_as_right_as_one() -> None:
    jumps = [(0, 1, 1e6), (1, 0, 1e6), (1, 2, 1e-2)]
    one = bath(NO_ENERGY, jumps)
    one.evolve(10.0)
    many = BathBatch(one.operators, 3, "master")
    many.initialize_emoji("A")
    many.evolve(10.0)
    assert np.abs(many.populations() - one.populations()).max() < 1e-14


def test_turns_that_double_precision_cannot_count_are_refused() -> None:
    here = bath([[1e9, 1e9], [1e9, 0]], [])
    before = here.state
    with pytest.raises(SpacewheatError, match="too large to be followed"):
        here.evolve(1e6)
    assert here.time == 0.0
    assert np.array_equal(here.state, before)


GAUGED = np.array([[0, 0.5, 0], [0.5, 0.25, 0.25j], [0, -0.25j, -0.125]])
GAUGED_JUMPS = [(1, 2, 0.3), (2, 0, 0.2), (0, 0, 0.1)]


@pytest.mark.parametrize("offset", [2.0**14, 2.0**24, -(2.0**30)])
@pytest.mark.parametrize("method", ["trajectory", "master"])
@pytest.mark.parametrize("drivers", [[], [("A", 1.0, "cosine", 0.2, 0.3)]])
def test_a_constant_added_to_all_energies_changes_a_phase_alone(
    offset: float, method: str, drivers: list[tuple[object, ...]]
) -> None:
    states = []
    for constant in (0.0, offset):
        operators = BathOperators.from_terms(
            "ABC",
            GAUGED + constant * np.eye(3),
            [(NAMES[s], NAMES[t], rate) for s, t, rate in GAUGED_JUMPS],
            drivers,  # type: ignore[arg-type]
        )
        here = QuantumBath(operators, method, seed=5)  # type: ignore[arg-type]
        here.initialize_emoji("A")
        jumps = here.evolve_many(0.5, 20).events
        states.append((here.density_matrix(), [jump.time for jump in jumps]))
    (rho, times), (shifted, same_times) = states
    assert np.abs(rho - shifted).max() < 1e-9
    assert same_times == pytest.approx(times, abs=1e-8)


def a_burst(t: float) -> float:
    return 1e6 * np.exp(-((t - 3.3) ** 2))


SHARED_DRIVERS = {
    "one wave on all states": [
        (name, 1e6 * size, "cosine", 0.7, 0.4)
        for name, size in (("A", 1.0), ("B", 1.0 + 2.0**-20), ("C", 1.0))
    ],
    "a wave on all but one": [(name, 2.0**20, "sine", 0.7, 0.4) for name in "AB"]
    + [("C", 2.0**20 + 0.5, "sine", 0.7, 0.4)],
    "pulses": [(name, 1e6, "pulse", 0.7, 0.4) for name in "ABC"],
    "a function": [(name, a_burst) for name in "ABC"],
}
APART = {
    "one wave on all states": [("B", 1e6 * 2.0**-20, "cosine", 0.7, 0.4)],
    "a wave on all but one": [("C", 0.5, "sine", 0.7, 0.4)],
}


@pytest.mark.parametrize("method", ["trajectory", "master"])
@pytest.mark.parametrize("which", list(SHARED_DRIVERS))
def test_an_energy_that_all_drivers_share_changes_a_phase_alone(
    which: str, method: str
) -> None:
    states = []
    for drivers in (SHARED_DRIVERS[which], APART.get(which, [])):
        operators = BathOperators.from_terms(
            "ABC",
            GAUGED,
            [(NAMES[s], NAMES[t], rate) for s, t, rate in GAUGED_JUMPS],
            drivers,  # type: ignore[arg-type]
        )
        here = QuantumBath(operators, method, seed=5)  # type: ignore[arg-type]
        here.initialize_emoji("A")
        jumps = here.evolve_many(0.5, 20).events
        states.append((here.density_matrix(), [jump.time for jump in jumps]))
    (rho, times), (alone, same_times) = states
    assert np.abs(rho - alone).max() < 1e-9
    assert same_times == pytest.approx(times, abs=1e-8)


def test_a_bath_still_has_the_energy_that_its_drivers_share() -> None:
    drivers = [(name, 3.0, "cosine", 0.25, 0.0) for name in "AB"]
    operators = BathOperators.from_terms("AB", np.zeros((2, 2)), drivers=drivers)
    here = QuantumBath(operators, "master")
    for time, energy in ((0.0, 3.0), (1.0, 0.0), (2.0, -3.0)):
        assert operators.energy(here.density_matrix(), time) == pytest.approx(energy)
        diagonal = operators.hamiltonian_at(time).diagonal()
        assert diagonal == pytest.approx([energy, energy])


def test_drivers_that_all_states_share_leave_a_steady_state() -> None:
    jumps = [("A", "B", 1.0), ("B", "A", 3.0)]
    drivers = [(name, 3.0, "cosine", 0.25, 0.0) for name in "AB"]
    operators = BathOperators.from_terms("AB", np.zeros((2, 2)), jumps, drivers)
    steady = QuantumBath(operators, "master").steady_state()
    assert steady.diagonal().real == pytest.approx([0.75, 0.25])


def test_a_ket_turns_at_its_whole_energy() -> None:
    offset = 2.0**20
    operators = BathOperators.from_terms("AB", [[offset, 0.5], [0.5, offset]])
    one, many = QuantumBath(operators, seed=0), BathBatch(operators, 2, seed=0)
    for here in (one, many):
        here.initialize_emoji("A")
        here.evolve(0.25)
    turned = np.exp(-1j * offset * 0.25) * np.array(
        [np.cos(0.125), -1j * np.sin(0.125)]
    )
    assert np.abs(one.amplitudes - turned).max() < 1e-9
    assert np.abs(many.amplitudes - turned).max() < 1e-9


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_parts_without_a_coupling_turn_against_each_other(method: str) -> None:
    gap = 2.0**20
    h = np.array([[gap, 0.5, 0], [0.5, gap, 0], [0, 0, 0]])
    operators = BathOperators.from_terms("ABC", h)
    one = QuantumBath(operators, method, seed=0)  # type: ignore[arg-type]
    many = BathBatch(operators, 2, method, seed=0)  # type: ignore[arg-type]
    rho_ac = np.exp(-1j * (gap + 0.5) * 0.25) / 3
    for here in (one, many):
        here.initialize_uniform()
        here.evolve(0.25)
    assert abs(one.density_matrix()[0, 2] - rho_ac) < 1e-9
    x, y = many.project_onto_axis("A", "C").bloch[0, :2]
    assert abs(complex(x, -y) / 3 - rho_ac) < 1e-9


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_a_phase_that_no_double_holds_is_refused_where_it_is_felt(method: str) -> None:
    decaying, lasting = (
        BathOperators.from_terms("AB", np.diag([1e9, 0.0]), jumps)
        for jumps in ([("A", "B", 0.25)], [])
    )
    for here in (QuantumBath(decaying, method), BathBatch(decaying, 2, method)):  # type: ignore[arg-type]
        here.initialize_emoji("A")  # no coherence: no phase to know
        here.evolve(1e308)
        assert here.populations()[..., 1] == pytest.approx(1.0)
    for here in (QuantumBath(lasting, method), BathBatch(lasting, 2, method)):  # type: ignore[arg-type]
        with pytest.raises(RunError, match=r"1e\+09 rad/s apart"):
            here.evolve(1e5)
        assert here.time == 0.0
        assert here.populations() == pytest.approx(0.5)


@pytest.mark.parametrize("seed", range(3))
def test_a_jump_has_its_time_however_long_the_step(seed: int) -> None:
    times = []
    for dt in (1e4, 1e9, 1e18, 1e30, 1e135, 1e300):
        here = bath(np.diag([1e6, 0.0]), [(0, 1, 5e-3)], "trajectory", seed)
        (jump,) = here.evolve(dt)
        times.append(jump.time)
    assert times == pytest.approx([times[0]] * len(times), rel=1e-12)


def test_a_slow_decay_keeps_its_time_beside_fast_oscillation() -> None:
    # Half of the time in B, which decays: survival exp(−γt/2) of the fast swing.
    here = bath([[0, 1e6], [1e6, 0]], [(1, 1, 1e-4)], "trajectory", seed=1)
    draws = np.random.default_rng()
    draws.bit_generator.state = here.rng.bit_generator.state
    threshold = 1.0 - draws.random()
    jumps = here.evolve(-4e4 * np.log(threshold))
    assert jumps[0].time == pytest.approx(-2e4 * np.log(threshold), rel=1e-6)


def test_more_jumps_than_anybody_waits_for_end_with_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trajectory, "MOST_JUMPS_A_STEP", 100)
    here = bath(NO_ENERGY, [(0, 1, 1e3), (1, 0, 1e3)], "trajectory")
    before = here.state
    with pytest.raises(SpacewheatError, match="More than 100 quantum jumps"):
        here.evolve(1.0)
    assert here.time == 0.0
    assert np.array_equal(here.state, before)


def test_time_is_not_lost_in_a_million_short_steps() -> None:
    elapsed = Elapsed(1e9)
    for _ in range(1_000_000):
        elapsed.add(0.1)
    assert elapsed.done == pytest.approx(1e5, rel=2e-16 + 1e6 * 5.6e-18)
