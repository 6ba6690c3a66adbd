"""What a recorder keeps of a register."""

from __future__ import annotations

import numpy as np
import pytest
from register_reference import NAMES, random_register

from spacewheat_sim import QuantumBath, load_biome
from spacewheat_sim.engine.bath.events import Gated
from spacewheat_sim.engine.bath.recordings.recorder import Recorder
from spacewheat_sim.lab.figures.register.entanglement import entanglement_figure
from spacewheat_sim.lab.figures.register.qubits import acts_on, qubits_figure
from spacewheat_sim.lab.simulation.simulation import SimulationPlan, SimulationRun


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_it_keeps_poles_axes_information_and_rates(method):
    """At every sample what the bath itself says there."""
    terms = random_register(np.random.default_rng(3), 3, driven=True)
    bath = QuantumBath(terms.operators(), method=method, seed=2)
    axes = NAMES[:3]
    wanted = []
    with Recorder(bath, axes) as recorder:
        for _ in range(4):
            bath.evolve(0.3)
            bath.apply_gate("CZ", axes[0], axes[1])
            recorder.sample()
            rho = bath.density_matrix()
            rates = [np.trace(a.conj().T @ a @ rho).real for a in terms.lindblad()]
            share = bath.mutual_information(axes[0], axes[2])
            wanted.append((bath.populations(), rates, share))
    recording = recorder.recording()

    populations, rates, shared = zip(*wanted, strict=True)
    assert recording.populations == pytest.approx(np.array(populations), abs=1e-14)
    assert recording.jump_rates == pytest.approx(np.array(rates), abs=1e-12)
    assert list(recording.information) == [
        (axes[0], axes[1]),
        (axes[0], axes[2]),
        (axes[1], axes[2]),
    ]
    assert recording.information[axes[0], axes[2]] == pytest.approx(shared, abs=1e-12)
    assert sum(isinstance(event, Gated) for event in recording.events) == 4
    for track, axis in zip(recording.axes, axes, strict=True):
        seen = bath.project_onto_axis(*axis)
        assert track.bloch[-1] == pytest.approx(seen.bloch, abs=1e-14)
        assert track.purity[-1] == pytest.approx(seen.purity, abs=1e-14)


def test_of_a_level_biome_it_keeps_no_information():
    """There is none between its axes."""
    compiled = load_biome("biotic_flux")
    with Recorder(bath := compiled.bath(seed=1), compiled.axes) as recorder:
        bath.evolve(0.5)
        recorder.sample()
    recording = recorder.recording()
    assert recording.information == {}
    assert recording.jump_rates is None


def test_a_register_has_a_panel_for_each_qubit_and_a_graph_at_chosen_times():
    """As many panels as axes; as many graphs as times, and one plot of all pairs."""
    compiled = load_biome("qubit_farm")
    run = SimulationRun.prepare(compiled, SimulationPlan(60, 0.1, seed=1))
    run.run(lambda _count: None)
    recording = run.recording()

    assert len(recording.axes) == 5
    assert len(qubits_figure(recording, title="qubits").axes) == 5
    figure = entanglement_figure(recording, title="shared", times=[0.0, 2.0, 6.0])
    assert len(figure.axes) == 4
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["t = 0 s", "t = 2 s", "t = 6 s", ""]
    gate = Gated(0.0, "CNOT", ("☀", "🌙"), ("🌾", "🌱"))
    assert acts_on(gate, "🌾", "🌱")
    assert not acts_on(gate, "🦗", "🐦")
