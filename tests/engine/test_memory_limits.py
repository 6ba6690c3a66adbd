"""Sizes beyond the machine's memory are refused at once, with what they would take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from spacewheat_sim import (
    BathBatch,
    BathOperators,
    QuantumBath,
    ScheduledMeasurement,
    load_biome,
)
from spacewheat_sim.engine.bath import arguments
from spacewheat_sim.errors import ArgumentError

MANY = 10**12
STATES = 2000


def moon() -> QuantumBath:
    return load_biome("two_level").bath(seed=0)


def looks(count: int) -> list[ScheduledMeasurement]:
    times = np.linspace(0.0, 1.0, count).tolist()
    return [ScheduledMeasurement(time, "🌕", "🌑") for time in times]


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> QuantumBath:
    """A bath of many states on a machine of 64 MiB."""
    names = [f"s{i}" for i in range(STATES)]
    matrix = sp.csr_array(sp.eye_array(STATES, format="csr"))
    operators = BathOperators.from_terms(names, matrix, [("s0", "s1", 0.1)])
    bath = QuantumBath(operators, seed=0)
    monkeypatch.setattr(arguments, "physical_memory", lambda: 2.0**26)
    return bath


REFUSED: dict[str, Callable[[], Any]] = {
    "trajectories": lambda: moon().ensemble(1.0, MANY),
    "rows of an ensemble": lambda: moon().ensemble(1.0, 10, dt=1e-13),
    "outcomes": lambda: moon().ensemble(1.0, 10**9, measurements=looks(100)),
    "rows of a recording": lambda: moon().evolve_many(1e-9, MANY),
    "kets of a batch": lambda: BathBatch(moon().operators, MANY),
    "densities of a batch": lambda: BathBatch(moon().operators, MANY, method="master"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_size_beyond_the_memory_is_refused_at_once(what: str) -> None:
    with pytest.raises(ArgumentError, match="GiB of memory, but this machine has"):
        REFUSED[what]()


DENSITIES: dict[str, Callable[[QuantumBath], Any]] = {
    "master": lambda bath: QuantumBath(bath.operators, "master", seed=0),
    "density_matrix": lambda bath: bath.density_matrix(),
    "steady_state": lambda bath: bath.steady_state(),
}


@pytest.mark.parametrize("what", DENSITIES)
def test_a_density_matrix_beyond_the_memory_is_refused_at_once(
    large: QuantumBath, what: str
) -> None:
    with pytest.raises(ArgumentError, match="A density matrix of 2,000 states would"):
        DENSITIES[what](large)


def test_a_ket_of_as_many_states_is_not(large: QuantumBath) -> None:
    assert QuantumBath(large.operators, "spec", seed=0).time == 0.0


def test_record_every_beyond_the_last_step_keeps_the_first_row_alone() -> None:
    assert moon().evolve_many(0.1, 5, record_every=MANY).time.size == 1
