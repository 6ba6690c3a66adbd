"""The figures of a simulation: populations, Bloch tracks and transfer flows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from spacewheat_sim.choices import MOST_DENSITY_AXES
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.engine.bath.ensemble.ensemble import EnsembleResult
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.recordings.recording import Recording
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.lab.figures.biome.bloch import bloch_figure
from spacewheat_sim.lab.figures.biome.emoji_label import icon_names
from spacewheat_sim.lab.figures.biome.flow_graph import Flow
from spacewheat_sim.lab.figures.biome.flows import flows_figure
from spacewheat_sim.lab.figures.biome.populations import fine_steps, populations_figure
from spacewheat_sim.lab.figures.register.entanglement import entanglement_figure
from spacewheat_sim.lab.figures.register.qubits import qubits_figure
from spacewheat_sim.lab.simulation.simulation import SimulationRun, mean_fluxes

if TYPE_CHECKING:
    from matplotlib.figure import Figure


Figures = dict[str, Callable[[], "Figure"]]


def run_figures(run: SimulationRun) -> Figures:
    """Return what draws populations, Bloch tracks and flows of one history, by name.

    Of a register, also its qubits, and what its axes share.
    """
    compiled, recording = run.compiled, run.recording()
    name, method = compiled.biome.name, run.bath.method
    figures: Figures = {
        "populations": lambda: populations_figure(
            recording, title=f"{name}: populations ({method})"
        ),
        "bloch": lambda: bloch_figure(
            recording.axes, recording.time, title=f"{name}: axes"
        ),
        "flows": lambda: flows_figure(
            recording.emojis,
            _flows(compiled, recording),
            recording.populations.mean(axis=0),
            title=f"{name}: transfers",
        ),
    }
    if not recording.axes:
        del figures["bloch"]
    if compiled.operators.qubits:
        figures["qubits"] = lambda: qubits_figure(recording, title=f"{name}: qubits")
    if recording.information:
        figures["entanglement"] = lambda: entanglement_figure(
            recording, title=f"{name}: what axes share"
        )
    return _named(compiled, figures)


def ensemble_figures(compiled: CompiledBiome, ensemble: EnsembleResult) -> Figures:
    """Return what draws the mean populations with their errors, by name."""
    return _named(
        compiled, {"populations": lambda: _mean_populations(compiled, ensemble)}
    )


def _named(compiled: CompiledBiome, figures: Figures) -> Figures:
    """Return ``figures`` with emojis that have no picture named as their icons are."""
    icons = resolve_icons(compiled.biome, compiled.registry)
    names = {key: icon.main.name for key, icon in icons.items()}

    def draw(figure: Callable[[], Figure]) -> Figure:
        with icon_names(names):
            return figure()

    return {key: partial(draw, figure) for key, figure in figures.items()}


def _mean_populations(compiled: CompiledBiome, ensemble: EnsembleResult) -> Figure:
    """Draw the mean populations with their errors, beside the master equation.

    The mean of those that are measured on the way is not what it gives, and of a large
    register no density matrix is held.
    """
    mean = Recording(ensemble.emojis, ensemble.time, ensemble.populations)
    master = None
    held = compiled.operators.qubits <= MOST_DENSITY_AXES
    if held and not ensemble.measurements:
        bath = compiled.bath(ensemble.seed, "master")
        steps = fine_steps(ensemble.time.size)
        master = bath.evolve_many(float(ensemble.time[-1]) / steps, steps)
    single = ensemble.trajectories == 1
    return populations_figure(
        mean,
        title=f"{compiled.biome.name}: mean of {ensemble.trajectories:,} trajectories",
        reference=master,
        reference_name="master equation",
        standard_error=None if single else ensemble.standard_error,
    )


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
