"""The figures of a simulation: populations, Bloch tracks and transfer flows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.ensemble import EnsembleResult
from spacewheat_sim.engine.events import Jumped
from spacewheat_sim.engine.recording import Recording
from spacewheat_sim.lab.figures.bloch import bloch_figure
from spacewheat_sim.lab.figures.flow_graph import Flow
from spacewheat_sim.lab.figures.flows import flows_figure
from spacewheat_sim.lab.figures.populations import populations_figure
from spacewheat_sim.lab.figures.style import save_figure
from spacewheat_sim.lab.simulation import SimulationRun, mean_fluxes


def draw_run(folder: Path, run: SimulationRun) -> None:
    """Draw populations, Bloch tracks and flows of one history into ``folder``."""
    compiled, recording = run.compiled, run.recording()
    name, method = compiled.biome.name, run.bath.method
    save_figure(
        populations_figure(recording, title=f"{name}: populations ({method})"),
        folder / "populations.png",
    )
    if recording.axes:
        save_figure(
            bloch_figure(recording.axes, recording.time, title=f"{name}: axes"),
            folder / "bloch.png",
        )
    figure = flows_figure(
        recording.emojis,
        _flows(compiled, recording),
        recording.populations.mean(axis=0),
        title=f"{name}: transfers",
    )
    save_figure(figure, folder / "flows.png")


def draw_ensemble(
    folder: Path, compiled: CompiledBiome, ensemble: EnsembleResult
) -> None:
    """Draw the mean populations with their errors, beside the master equation."""
    mean = Recording(ensemble.emojis, ensemble.time, ensemble.populations)
    bath = compiled.bath(ensemble.seed, "master")
    interval = float(ensemble.time[1] - ensemble.time[0])
    master = bath.evolve_many(interval, ensemble.time.size - 1)
    single = ensemble.trajectories == 1
    figure = populations_figure(
        mean,
        title=f"{compiled.biome.name}: mean of {ensemble.trajectories:,} trajectories",
        reference=master,
        reference_name="master equation",
        standard_error=None if single else ensemble.standard_error,
    )
    save_figure(figure, folder / "populations.png")


def _flows(compiled: CompiledBiome, recording: Recording) -> list[Flow]:
    seen = Counter(
        (event.source, event.target, event.icon, event.kind)
        for event in recording.events
        if isinstance(event, Jumped)
    )
    emojis = compiled.emojis
    flows = []
    for term, flux in zip(
        compiled.operators.jumps,
        mean_fluxes(compiled, recording).tolist(),
        strict=True,
    ):
        source, target = emojis[term.source], emojis[term.target]
        jumps = seen.pop((source, target, emojis[term.icon], term.kind), 0)
        flows.append(Flow(source, target, flux, jumps))
    return flows
