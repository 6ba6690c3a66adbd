"""Draw the figures of the documentation; the same sources give the same bytes.

    python tools/make_docs_figures.py [FOLDER]

``FOLDER`` is ``docs/figures`` unless another is given.
"""

from __future__ import annotations

import argparse
import itertools
import math
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter
from numpy.typing import NDArray

from draw_layers import layers
from spacewheat_sim import BathOperators, QuantumBath, load_biome
from spacewheat_sim.content.files import list_scenarios, read_scenario
from spacewheat_sim.lab.experiment import Streams
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.figures.biome.emoji_label import place_emoji
from spacewheat_sim.lab.figures.biome.populations import populations_figure
from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    INK,
    add_axes,
    draw_heading,
    house_style,
    line_color,
    new_figure,
    save_figure,
)
from spacewheat_sim.lab.run_experiment import checked_parameters
from spacewheat_sim.lab.simulation.simulation import SimulationPlan, SimulationRun

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "figures"

RATE, DURATION = 0.1, 1.6  # 1/s, s
EXACT = 1 - math.exp(-RATE * DURATION)
# Steps (s) whose value is written, and where: offset in points and alignment.
MARKED_STEPS = {
    0.1: (7, 3, "left", "bottom"),
    0.016: (-1, -7, "right", "top"),
    0.001: (-4, 7, "left", "bottom"),
}
TRAJECTORIES = 4000

BIOME, EMOJI, BIOME_DURATION = "biotic_flux", "🍄", 60.0
BIOME_STEPS = ((1 / 10, "1/10 s"), (1 / 60, "1/60 s"), (1 / 600, "1/600 s"))

RIGHT_COLOR = line_color(0)
# One hue from light to dark as dt shrinks: lines of one family.
SPEC_COLORS = ("#dd8a3c", "#D55E00", "#8a3b00")


def transfer_bath(method: str) -> QuantumBath:
    """Return two states and one transfer of 0.1 /s, started in its source."""
    operators = BathOperators.from_terms("🌾💀", np.zeros((2, 2)), [("🌾", "💀", RATE)])
    bath = QuantumBath(operators, method, seed=0)
    bath.initialize_emoji("🌾")
    return bath


def after_transfer(method: str, dt: float) -> float:
    """Return the target's population after 1.6 s in steps of ``dt``."""
    bath = transfer_bath(method)
    bath.evolve_many(dt, round(DURATION / dt))
    return bath.probability("💀")


@house_style
def spec_divergence() -> Figure:
    """Draw how the source document's update departs from the master equation."""
    figure = new_figure(10.4, 4.75)
    draw_heading(
        figure,
        "The smaller the step, the further spec is from the master equation",
        "Where a method converges, shrinking dt (to the left) brings it closer to the "
        "answer. Methods trajectory and master do not depend on dt at all.",
        left=0.72,
    )
    _draw_transfer(add_axes(figure, 0.72, 0.6, 4.2, 3.2))
    _draw_biome(add_axes(figure, 5.75, 0.6, 3.75, 3.2))
    return figure


def _draw_transfer(axes: Axes) -> None:
    _title(axes, "One transfer of 0.1 /s, after 1.6 s")
    axes.set_xscale("log")
    axes.set_xlim(5e-4, 2.2)
    axes.set_ylim(0, 1.1)
    axes.set_xlabel("step dt (s)")
    axes.set_ylabel("population of the target")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True)
    counts = np.unique(np.geomspace(1, 2600, 60).round().astype(int))
    steps = DURATION / counts
    axes.plot(
        steps,
        [after_transfer("spec", dt) for dt in steps],
        color=SPEC_COLORS[1],
        lw=1.6,
    )
    for dt, (x, y, ha, va) in MARKED_STEPS.items():
        value = after_transfer("spec", dt)
        axes.plot([dt], [value], "o", color=SPEC_COLORS[1], ms=5)
        axes.annotate(
            f"{value:.3f} at {dt:g} s",
            (dt, value),
            xytext=(x, y),
            textcoords="offset points",
            ha=ha,
            va=va,
            color=SPEC_COLORS[2],
        )
    axes.text(0.62, 0.36, "spec", color=SPEC_COLORS[1], fontweight="bold")
    axes.plot(
        steps, [after_transfer("master", dt) for dt in steps], color=RIGHT_COLOR, lw=1.6
    )
    for seed, dt in enumerate(MARKED_STEPS):
        ensemble = transfer_bath("trajectory").ensemble(
            DURATION, TRAJECTORIES, dt=dt, seed=seed
        )
        axes.errorbar(
            [dt],
            [ensemble.populations[-1, 1]],
            yerr=[ensemble.standard_error[-1, 1]],
            fmt="o",
            color=INK,
            ms=4,
            elinewidth=1,
            zorder=3,
        )
    axes.text(
        6e-4,
        EXACT + 0.035,
        f"master, at every dt: {EXACT:.3f}",
        color=RIGHT_COLOR,
        fontweight="bold",
    )
    axes.text(
        6e-4,
        EXACT - 0.035,
        f"dots: means of {TRAJECTORIES:,} trajectories",
        color=INK,
        va="top",
        fontsize=8,
    )


def _draw_biome(axes: Axes) -> None:
    compiled = load_biome(BIOME)
    i = compiled.emojis.index(EMOJI)
    _title(axes, f"A whole biome: {compiled.biome.name}, one emoji's population")
    axes.set_xlim(0, BIOME_DURATION)
    axes.set_ylim(0, 1.1)
    axes.set_xlabel("time (s)")
    axes.grid(visible=True)
    place_emoji(axes, EMOJI, (0.055, 0.93), size=17, coords="axes fraction")
    ends: list[tuple[float, str, str, str]] = []
    for (dt, words), color in zip(BIOME_STEPS, SPEC_COLORS, strict=True):
        time, values = _biome_history("spec", dt, i)
        axes.plot(time, values, color=color, lw=1.4)
        ends.append((float(values[-1]), f"dt = {words}", color, "normal"))
    time, values = _biome_history("master", 1 / 60, i)
    axes.plot(time, values, color=RIGHT_COLOR, lw=1.8)
    ends.append((float(values[-1]), "master", RIGHT_COLOR, "bold"))
    ends.append((ends[2][0] + 0.09, "spec", SPEC_COLORS[1], "bold"))
    heights = _spread(np.array([end[0] for end in ends]), 0.055)
    for height, (_, words, color, weight) in zip(heights, ends, strict=True):
        axes.text(
            BIOME_DURATION * 1.025,
            height,
            words,
            color=color,
            va="center",
            fontsize=8,
            fontweight=weight,
        )


def _biome_history(
    method: str, dt: float, i: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    every = round(1 / 6 / dt) or 1
    bath = load_biome(BIOME).bath(seed=0, method=method)
    recording = bath.evolve_many(dt, round(BIOME_DURATION / dt), every)
    return recording.time, recording.populations[:, i]


def _spread(heights: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """Return ``heights`` pushed upward until neighbors are ``gap`` apart."""
    placed = heights.copy()
    order = np.argsort(heights)
    for low, high in itertools.pairwise(order):
        placed[high] = max(placed[high], placed[low] + gap)
    return placed


def _title(axes: Axes, words: str) -> None:
    axes.text(
        0,
        1.035,
        words,
        transform=axes.transAxes,
        fontsize=9,
        color=FAINT_INK,
        va="bottom",
    )


def biotic_flux() -> Figure:
    """Draw what ``tools/simulate.py biotic_flux --duration 60 --seed 0`` draws."""
    compiled = load_biome("biotic_flux")
    run = SimulationRun.prepare(compiled, SimulationPlan(steps=3600, dt=1 / 60, seed=0))
    run.run(lambda _steps: None)
    return populations_figure(
        run.recording(), title="BioticFlux: populations (trajectory)"
    )


def rg_flow() -> Figure:
    """Draw what ``tools/simulate.py block_spin_flow`` draws."""
    (entry,) = (e for e in list_scenarios() if e.key == "block_spin_flow")
    scenario = read_scenario(entry.path)
    experiment = get_experiment(scenario.experiment)
    parameters = checked_parameters(experiment, scenario.parameters)
    outcome = experiment.run(parameters, Streams(scenario.seed))
    return outcome.figures["rg_flow"]()


FIGURES = {
    "spec_divergence": spec_divergence,
    "biotic_flux": biotic_flux,
    "rg_flow": rg_flow,
    "layers": layers,
}


def main() -> None:
    """Draw every figure into a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in FIGURES.items():
        path = folder / f"{name}.png"
        save_figure(draw(), path)
        print(f"{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
