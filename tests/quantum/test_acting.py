"""The best acts on a bath whose jumps are seen, against going through all sequences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import linalg
from scipy.integrate import simpson

from spacewheat_sim import BathOperators
from spacewheat_sim.quantum.analysis.acting.acts import Act, Outcome, waiting
from spacewheat_sim.quantum.analysis.acting.optimum import Optimum
from spacewheat_sim.quantum.analysis.acting.wait import find_wait
from spacewheat_sim.quantum.analysis.static_bath import StaticBath

EMOJIS = ("🌾", "🍄", "🍂", "🐇")
STEP, LOOKS = 0.8, 160


def a_bath(seed: int) -> StaticBath:
    """Return four states, coupled at random, with two jumps."""
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4))
    jumps = [("🌾", "🍂", 0.4), ("🐇", "🍄", 0.25)]
    operators = BathOperators.from_terms(EMOJIS, (h + h.conj().T) / 3, jumps)
    return StaticBath(operators.generator, operators.hamiltonian.toarray())


def entry(target: int, source: int) -> np.ndarray:
    """Return |t⟩⟨s| of four states."""
    found = np.zeros((4, 4), dtype=np.complex128)
    found[target, source] = 1.0
    return found


def harvest(cost: float, accounts: int = 1, after: tuple[int, ...] = (0,)) -> Act:
    """Return a harvest of 🌾 and 🍄, worth 1 and 0.6, to the ground 🍂."""
    rest = np.diag([0, 0, 1, 1]).astype(np.complex128)
    outcomes = [(entry(2, 0), 1.0), (entry(2, 1), 0.6), (rest, 0.0)]
    account = np.array(after)
    return Act(
        tuple(
            Outcome(k, np.full(accounts, gain - cost), account) for k, gain in outcomes
        ),
        np.arange(accounts) != accounts - 1 if accounts > 1 else np.array([True]),
    )


def weak(cost: float) -> Act:
    """Return a weak look at 🌾 and 🐇."""
    toward = np.diag([0.9, np.sqrt(0.5), np.sqrt(0.5), np.sqrt(0.19)])
    away = np.diag([np.sqrt(0.19), np.sqrt(0.5), np.sqrt(0.5), 0.9])
    nothing = np.full(1, -cost)
    return Act(
        tuple(
            Outcome(k.astype(complex), nothing, np.array([0])) for k in (toward, away)
        ),
        np.array([True]),
    )


def brute_force(
    bath: StaticBath, acts: list[Act], seen: np.ndarray
) -> Callable[[np.ndarray, int], float]:
    """Return the best value of a ket by going through all acts, jumps by Simpson.

    What follows a step is found from the dense Liouvillian on a grid of times, and no
    ket is kept: for each, all sequences are tried.
    """
    n, (h, sources, targets, rates) = bath.size, bath.flows
    eye = np.eye(n)
    liouvillian = -1j * (np.kron(eye, h) - np.kron(h.T, eye))
    for s, t, rate in zip(sources, targets, rates, strict=True):
        jump = np.sqrt(rate) * entry(int(t), int(s))
        square = jump.conj().T @ jump
        liouvillian += np.kron(jump.conj(), jump)
        liouvillian -= (np.kron(eye, square) + np.kron(square.T, eye)) / 2
    times = np.linspace(0.0, STEP, LOOKS + 1)
    small = linalg.expm(liouvillian * times[1])
    adjoint, present = np.eye(n * n, dtype=complex), []
    for _ in times:
        present.append(adjoint)
        adjoint = adjoint @ small
    ages = [linalg.expm(bath.b * (STEP - time)) for time in times]
    places = sorted(set(targets.tolist()))
    after = np.array([[age[:, k] for age in ages] for k in places])
    tables: dict[int, np.ndarray] = {}

    def landings(left: int) -> np.ndarray:
        if left not in tables:
            tables[left] = np.array([[best(ket, left) for ket in row] for row in after])
        return tables[left]

    def waited(ket: np.ndarray, left: int) -> float:
        rho = np.outer(ket, ket.conj()).ravel(order="F")
        moved = np.array([each @ rho for each in present])[:, :: n + 1].real
        value = best(ages[0] @ ket, left)
        for table, k in zip(landings(left), places, strict=True):
            into = targets == k
            density = moved[:, sources[into]] @ rates[into]
            value += simpson(density * table, x=times)
        return value

    def best(ket: np.ndarray, left: int) -> float:
        now = float(np.vdot(ket, seen @ ket).real)
        if left == 0:
            return now
        return now + max(
            sum(
                float(np.vdot(k @ ket, k @ ket).real) * earned[0]
                + waited(k @ ket, left - 1)
                for k, earned, _ in act.outcomes
                if np.abs(k @ ket).max() > 1e-9
            )
            for act in acts
        )

    return best


@pytest.mark.parametrize(
    ("seed", "steps"), [(1, 2), pytest.param(2, 3, marks=pytest.mark.slow)]
)
def test_the_optimum_is_that_of_all_sequences(seed: int, steps: int) -> None:
    bath = a_bath(seed)
    acts = [waiting(4, 1), harvest(0.15), weak(0.01)]
    seen = np.diag([0.0, 0.05, 0.0, 0.1]).astype(np.complex128)
    start = np.array([0.6, 0.3j, 0.5, -0.2]) / np.linalg.norm([0.6, 0.3, 0.5, 0.2])
    wait = find_wait(bath, STEP, 12)
    looks = np.repeat(seen[None], steps + 1, axis=0)
    optimum = Optimum(start, wait, acts, looks, 1, most_kets=4000)

    expected = brute_force(bath, acts, seen)(start, steps)

    assert optimum.lower[0] == pytest.approx(expected, abs=1e-6)
    assert optimum.upper[0] == pytest.approx(expected, abs=1e-6)


def test_what_may_follow_a_step_has_probability_one() -> None:
    assert find_wait(a_bath(3), STEP, 12).defect() < 1e-12


def test_a_bath_without_jumps_is_searched_too() -> None:
    h = np.array([[0.0, 1.0], [1.0, 0.0]])
    operators = BathOperators.from_terms(("🌕", "🌑"), h, [])
    bath = StaticBath(operators.generator, operators.hamiltonian.toarray())
    wait = find_wait(bath, np.pi / 4, 2)
    take = [(np.array([[0, 0], [1, 0]]), 0.7), (np.diag([0, 1]), -0.3)]
    act = Act(
        tuple(
            Outcome(k.astype(complex), np.array([r]), np.array([0])) for k, r in take
        ),
        np.array([True]),
    )
    nothing = np.zeros((7, 2, 2), dtype=complex)

    # The moon is full, and again two steps after each harvest, half full after one: of
    # six steps four have a harvest.
    optimum = Optimum(np.array([1.0, 0j]), wait, [waiting(2, 1), act], nothing, 1, 100)

    assert optimum.lower[0] == pytest.approx(3 * 0.7 + 0.2)
    assert optimum.upper[0] == pytest.approx(3 * 0.7 + 0.2)


def test_few_kept_kets_enclose_the_value_of_many() -> None:
    bath, steps = a_bath(1), 6
    acts = [waiting(4, 1), harvest(0.15)]
    looks = np.zeros((steps + 1, 4, 4), dtype=np.complex128)
    start = np.eye(4, dtype=np.complex128)[2]
    few, many = (
        Optimum(start, find_wait(bath, STEP, 6), acts, looks, 1, most)
        for most in (20, 3000)
    )

    assert few.lower[0] <= many.lower[0] + 1e-12
    assert many.lower[0] <= many.upper[0] + 1e-12 <= few.upper[0] + 1e-9


def test_an_account_that_allows_nothing_ends_the_acts() -> None:
    bath, steps = a_bath(1), 5
    looks = np.zeros((steps + 1, 4, 4), dtype=np.complex128)
    start = np.eye(4, dtype=np.complex128)[0]
    once = [waiting(4, 2), harvest(0.1, 2, (1, 1))]
    often = [waiting(4, 1), harvest(0.1)]
    wait = find_wait(bath, STEP, 6)

    limited = Optimum(start, wait, once, looks, 2, 500)
    free = Optimum(start, wait, often, looks, 1, 500)

    assert limited.lower[0] == pytest.approx(0.9)  # what is there now, and is certain
    assert limited.lower[1] == 0.0
    assert free.lower[0] > limited.lower[0]
