"""A lattice whose conditions change while it runs."""

from __future__ import annotations

import numpy as np
import pytest
from small_tori import bonds_of

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.algorithms import LIVE_ALGORITHMS
from spacewheat_sim.statmech.ising.live import LiveLattice
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, MethodLimitError


def test_it_starts_ordered() -> None:
    each = LiveLattice(6, 4, Conditions(2.0, h=0.5))
    assert each.spins.shape == (4, 6)
    assert each.magnetization == 1.0
    assert each.energy == -2.5
    assert each.sweeps == 0


@pytest.mark.parametrize("algorithm", LIVE_ALGORITHMS)
def test_energy_and_magnetization_are_those_of_the_spins(algorithm) -> None:
    each = LiveLattice(12, 10, Conditions(2.3, J=0.7), algorithm=algorithm, seed=1)
    for _ in range(5):
        each.step(3)
        spins = each.spins.astype(float)
        assert each.magnetization == pytest.approx(spins.mean(), abs=1e-15)
        bonds = bonds_of(spins[None])[0]
        assert each.energy == pytest.approx(-0.7 * bonds / 120, abs=1e-14)
    assert each.sweeps == 15


def test_spins_follow_the_lattice_but_cannot_be_written() -> None:
    each = LiveLattice(16, 16, Conditions(10.0))
    view = each.spins
    each.step(5)
    assert (view == -1).any()
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0] = 1


def test_conditions_and_algorithm_may_change_while_it_runs() -> None:
    each = LiveLattice(32, 32, Conditions(20.0), algorithm="swendsen_wang", seed=2)
    each.step(50)
    assert abs(each.magnetization) < 0.3
    each.algorithm = "metropolis"
    each.conditions = Conditions(1.0, h=-2.0)
    each.step(50)
    assert each.magnetization < -0.99
    each.conditions = Conditions(1.0, h=2.0)
    each.algorithm = "swendsen_wang"
    each.step(50)
    assert each.magnetization > 0.99


def test_equal_seeds_and_calls_give_equal_histories() -> None:
    def history(seed: int) -> list[float]:
        each = LiveLattice(20, 14, Conditions(2.4), seed=seed)
        out = []
        for algorithm in LIVE_ALGORITHMS:
            each.algorithm = algorithm
            each.step(4)
            out += [each.energy, each.magnetization, float(each.spins[3, 5])]
        return out

    assert history(5) == history(5)
    assert history(5) != history(6)


def test_a_sweep_of_wolff_turns_a_lattice_of_spins() -> None:
    each = LiveLattice(16, 16, Conditions(50.0), algorithm="wolff", seed=3)
    each.step()
    # Clusters of single sites, drawn at random: about e⁻¹ are never met.
    assert 0.2 < np.mean(each.spins == -1) < 0.8


def test_refused_changes_leave_everything_as_it_was() -> None:
    each = LiveLattice(8, 8, Conditions(2.0), algorithm="wolff")
    with pytest.raises(MethodLimitError, match="metropolis and swendsen_wang"):
        each.conditions = Conditions(2.0, h=1.0)
    with pytest.raises(ArgumentError, match="must be one of"):
        each.algorithm = "glauber"
    assert each.conditions == Conditions(2.0)
    assert each.algorithm == "wolff"
    field = LiveLattice(8, 8, Conditions(2.0, h=1.0))
    with pytest.raises(MethodLimitError, match="a field forbids"):
        field.algorithm = "wolff"
    with pytest.raises(ArgumentError, match="J/T must be finite"):
        field.conditions = Conditions(1e-300, J=1e10)
    assert field.conditions == Conditions(2.0, h=1.0)


def test_bad_lattices_are_refused() -> None:
    with pytest.raises(ArgumentError, match="sides of at least 1"):
        LiveLattice(0, 4, Conditions(2.0))
    with pytest.raises(MethodLimitError, match="even sides"):
        LiveLattice(3, 4, Conditions(2.0, J=-1.0), algorithm="wolff")
