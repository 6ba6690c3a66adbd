from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from spacewheat_sim.content.files import read_scenario
from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.decoherence.parameters import DecoherenceParameters
from spacewheat_sim.lab.experiment import Streams
from spacewheat_sim.lab.experiments.decoherence_spin_bath import run
from spacewheat_sim.quantum.tfim.chain import Chain
from spacewheat_sim.quantum.tfim.exact_diagonalization import solve_exactly
from spacewheat_sim.sandbox.lab.decoherence_state import (
    TRAIL_TICKS,
    DecoherenceState,
    Environment,
)
from spacewheat_sim.sandbox.lab.ising_state import SETTLED, IsingState
from spacewheat_sim.sandbox.lab.recorded import RecordedScene
from spacewheat_sim.sandbox.lab.session import SceneSession
from spacewheat_sim.sandbox.lab.tfim_state import SCAN_POINTS, TfimState
from spacewheat_sim.sandbox.screens import find_screen
from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
from spacewheat_sim.statmech.ising.live import LiveLattice
from spacewheat_sim.statmech.ising.thermodynamics import Conditions


def ising(T=3.0, h=0.0, algorithm="swendsen_wang", side=8, seed=1):
    return IsingState(side, side, Conditions(T=T, h=h), algorithm, seed)


def ticked(state, count):
    for _ in range(count):
        state.tick()
    return state


def session(experiment, **parameters):
    scenario = Scenario.model_validate(
        {
            "schema": 1,
            "name": "Scene",
            "experiment": experiment,
            "parameters": parameters,
        }
    )
    return SceneSession(RecordedScene(scenario, 1), print)


# --- the Ising lattice ----------------------------------------------------------------


def test_the_lattice_played_is_the_headless_one_whatever_the_frames():
    played = session("ising_2d", Lx=8, Ly=8, T=3.0)
    headless = LiveLattice(8, 8, Conditions(T=3.0), seed=1)

    for frame in (0.01, 0.2, 0.003, 0.4, 0.087):
        played.advance(frame)
    played.set("T", 2.0)
    played.advance(0.5)
    headless.step(42)
    headless.conditions = Conditions(T=2.0)
    headless.step(30)

    assert played.state.lattice.sweeps == headless.sweeps
    assert (played.state.lattice.spins == headless.spins).all()


def test_the_mean_of_the_strip_is_the_exact_value():
    played = ising(T=3.0)
    energies = []
    for _ in range(100):  # 4,800 sweeps that a cluster algorithm hardly correlates
        ticked(played, 48)
        energies.append(played.lattice.energy)
    exact = torus_thermodynamics(8, 8, Conditions(T=3.0)).energy

    assert played.reference.energy == pytest.approx(exact, abs=1e-9)
    error = np.std(energies) / math.sqrt(len(energies))
    assert abs(np.mean(energies) - exact) < 4 * error  # 1 of 16,000 seeds fails


def test_a_reference_in_a_field_follows_when_the_hand_rests():
    played = ising()
    played.set("h", 0.3)
    assert played.reference.energy is None

    played.refine(SETTLED / 2)
    played.set("h", 0.4)
    played.refine(SETTLED / 2)
    assert played.reference.energy is None
    played.refine(SETTLED)

    exact = torus_thermodynamics(8, 8, Conditions(T=3.0, h=0.4))
    assert played.reference.energy == pytest.approx(exact.energy, abs=1e-4)
    assert played.reference.magnetization == pytest.approx(
        exact.magnetization, abs=1e-4
    )


def test_a_lattice_without_a_reference_in_a_field_says_so():
    played = ising(side=6)
    played.set("h", 0.3)
    played.refine(2 * SETTLED)

    assert played.reference.energy is None
    assert "no reference" in played.reference.source


@pytest.mark.parametrize("h", [0.0, 0.4])
def test_a_small_lattice_is_beside_the_average_of_all_its_states(h):
    T = 2.25
    played = IsingState(3, 2, Conditions(T=T, h=h), "metropolis", 0)
    weights, energies, sizes = [], [], []
    for spins in itertools.product((-1, 1), repeat=6):
        at = np.reshape(spins, (2, 3))
        bonds = (at * np.roll(at, 1, 0)).sum() + (at * np.roll(at, 1, 1)).sum()
        energies.append(-bonds - h * at.sum())
        weights.append(math.exp(-energies[-1] / T))
        sizes.append(at.sum() if h else abs(at.sum()))
    energy, size = (np.average(x, weights=weights) / 6 for x in (energies, sizes))
    assert played.reference.energy == pytest.approx(energy, abs=1e-12)
    assert played.reference.magnetization == pytest.approx(size, abs=1e-12)


@pytest.mark.parametrize("name", ["ising_torus", "ising_lattice"])
def test_a_lattice_opens_where_order_and_heat_are_even(name):
    scenario = read_scenario(find_screen(name))
    assert pytest.approx(2.25) == IsingState.of(scenario, 0).lattice.conditions.T


def test_a_restart_keeps_conditions_and_begins_the_same_history():
    played = ising()
    played.set("T", 2.0)
    played.restart(1)
    first = [played.tick() or played.lattice.energy for _ in range(20)]
    played.restart(1)
    assert [played.tick() or played.lattice.energy for _ in range(20)] == first
    assert played.lattice.conditions.T == 2.0

    played.restart(2)
    assert [played.tick() or played.lattice.energy for _ in range(20)] != first


def test_a_lattice_that_is_too_large_to_watch_is_refused():
    with pytest.raises(ArgumentError, match="at most 16,777,216 sites"):
        IsingState(2**13, 2**12, Conditions(T=2.0), "metropolis", 0)


# --- decoherence ----------------------------------------------------------------------


def test_the_factor_is_that_of_the_experiment_with_the_same_seed():
    parameters = DecoherenceParameters(
        n_env=6, coupling=0.3, coupling_spread=0.5, t_max=2.0, n_steps=4, h_env=0.2
    )
    outcome = run(parameters, Streams(5))
    row = dict(zip(outcome.columns, outcome.rows[-1], strict=True))
    played = DecoherenceState(Environment(6, 0.3, 0.5, 0.2), 5)

    for _ in range(120):
        played.tick()

    assert played.time == pytest.approx(2.0)
    assert abs(played.factor) == pytest.approx(2 * row["coherence"], abs=1e-12)
    assert played.purity == pytest.approx(row["purity"], abs=1e-12)


def test_the_vector_shrinks_onto_its_axis_and_keeps_its_height():
    played = DecoherenceState(Environment(20, 0.5, 0.3, tilt=1.0), 0)
    height = played.bloch[2]
    assert math.hypot(*played.bloch) == pytest.approx(1.0)

    for _ in range(120):
        played.tick()

    x, y, z = played.bloch
    assert z == height == pytest.approx(math.cos(1.0))
    assert math.hypot(x, y) < 0.01


def test_spins_that_do_not_couple_know_nothing_and_a_full_turn_tells_all():
    blind = DecoherenceState(Environment(3, 0.0), 0)
    ticked(blind, 60)
    assert blind.knowledge == pytest.approx([0, 0, 0])

    # H = g Z Z turns the branches of |+⟩ apart by 4 g t: orthogonal at g t = π/4.
    seeing = DecoherenceState(Environment(1, math.pi / 4), 0)
    ticked(seeing, 60)
    assert seeing.knowledge == pytest.approx([1.0])
    assert seeing.entropy == pytest.approx(math.log(2))


def test_the_trail_has_a_point_for_each_of_the_last_ticks():
    played = DecoherenceState(Environment(n_env=1), seed=0)
    for tick in range(1, 400):
        played.tick()
        assert len(played.trail) == min(tick, TRAIL_TICKS)


def test_the_trail_is_the_way_so_far_and_a_change_begins_anew():
    played = DecoherenceState(Environment(5, 0.2), 0)
    way = [played.tick() or played.bloch for _ in range(5)]

    np.testing.assert_allclose(played.trail[1:], way[:-1], atol=1e-12)
    played.set("coupling", 0.4)
    assert (played.time, played.trail) == (0.0, ())


# --- the quantum chain ----------------------------------------------------------------


@pytest.mark.parametrize("boundary", ["open", "periodic"])
def test_the_profile_is_that_of_exact_diagonalization(boundary):
    played = TfimState(Chain(8, g=1.0, boundary=boundary))
    played.set("g", 0.7)

    exact = solve_exactly(Chain(8, g=0.7, boundary=boundary))
    np.testing.assert_allclose(played.profile, exact.entropies, atol=1e-10)


def test_the_field_sweeps_to_and_fro_within_its_limits():
    played = TfimState(Chain(8, g=1.9))
    fields = []
    for _ in range(400):
        ticked(played, 48)
        fields.append(played.chain.g)

    assert min(fields) >= 0.0
    assert max(fields) <= 2.0
    assert {1, -1} <= set(np.sign(np.diff(fields)))


def test_the_scan_is_completed_bit_by_bit_and_begins_anew_with_another_chain():
    played = TfimState(Chain(8))
    for _ in range(2 * SCAN_POINTS):
        played.refine(0.016)
    assert len(played.scan) == SCAN_POINTS
    assert played.scan[0] == (0.0, pytest.approx(math.log(2)))

    played.set("g", 0.5)
    assert len(played.scan) == SCAN_POINTS
    played.set("L", 16)
    assert played.scan == []
