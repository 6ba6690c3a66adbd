"""Jump operators of several entries move amplitudes; those of one leave one state."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.jumps import Jumps
from spacewheat_sim.quantum.methods.trajectory import Trajectory
from spacewheat_sim.quantum.series.ket import FullKetSeries

# Two qubits as 2a + b: a falls at 0.8 /s whatever b is, b at 0.3 /s if a is down.
FALLS = Jumps.of([((2, 3), (0, 1), 0.8), ((1,), (0,), 0.3)])


def trajectory(psi: np.ndarray, seed: int = 0) -> Trajectory:
    generator = Generator.build(sp.csr_array((4, 4), dtype=complex), FALLS)
    series = FullKetSeries(generator, Drive(()), 1e-9)
    return Trajectory(generator, series, psi, np.random.default_rng(seed))


def test_what_leaves_a_state_adds_up_over_entries() -> None:
    generator = Generator.build(sp.csr_array((4, 4), dtype=complex), FALLS)
    assert generator.decay.tolist() == [0.0, 0.3, 0.8, 0.8]
    assert [FALLS.entries(k)[0].tolist() for k in (0, 1)] == [[2, 3], [1]]
    assert not FALLS.are_single


def test_a_jump_of_two_entries_keeps_the_superposition_that_it_moves() -> None:
    start = np.array([0, 0, 0.6, 0.8j])
    here = trajectory(start)
    while not (jumps := here.advance(0.0, 1.0)):
        pass
    assert jumps[0].channel == 0
    if len(jumps) == 1:
        # The other qubit is as it was; only the no-jump evolution acts on it since.
        left = 1.0 - jumps[0].time % 1.0
        moved = np.array([0.6, 0.8j * np.exp(-0.15 * left), 0, 0])
        assert here.state == pytest.approx(moved / np.linalg.norm(moved), abs=1e-9)


def test_the_mean_over_trajectories_obeys_the_master_equation() -> None:
    operators = [np.zeros((4, 4)) for _ in range(2)]
    for k, operator in enumerate(operators):
        sources, targets = FALLS.entries(k)
        operator[targets, sources] = np.sqrt(FALLS.rates[k])
    start = np.array([0.5, 0.5j, 0.5, -0.5j])
    rho = np.outer(start, start.conj())
    steps = 4000
    for _ in range(steps):  # the midpoint rule, exact to 1e-7
        half = rho + slope(rho, operators) / (2 * steps)
        rho = rho + slope(half, operators) / steps
    count, total = 2000, np.zeros((4, 4), dtype=complex)
    for seed in range(count):
        here = trajectory(start, seed)
        here.advance(0.0, 1.0)
        total += np.outer(here.state, here.state.conj())
    # Entries of |ψ⟩⟨ψ| are at most 1: five standard errors of 2000 are 0.06.
    assert np.abs(total / count - rho).max() < 0.06


def slope(rho: np.ndarray, operators: list[np.ndarray]) -> np.ndarray:
    total = np.zeros_like(rho)
    for jump in operators:
        loss = jump.T @ jump
        total += jump @ rho @ jump.T - (loss @ rho + rho @ loss) / 2
    return total
