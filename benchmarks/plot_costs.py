"""Draw cost against size: python benchmarks/plot_costs.py RUN.json.

The curves of ``costs.py`` in a run, with the exponents fitted to them, each panel as
``cost_*.png``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from measurement import Measurement
from run_file import NotARunError, Run, read_run

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FIGURES = Path(__file__).parents[1] / "docs" / "figures"
# Processes that wanted a core when the run began.
BUSY = 1.0
# Of Okabe and Ito: told apart by colour-blind people; also by marker.
COLORS, MARKERS = ("#0072B2", "#D55E00", "#009E73"), ("o", "s", "^")


@dataclass(frozen=True)
class Panel:
    """One figure.

    Attributes:
        file: Its name.
        title: What it says.
        label: Of the axis of sizes.
        curves: Names in the run, and what the legend calls them.
        doubling: Whether sizes add up in the exponent: fits a factor per step.
    """

    file: str
    title: str
    label: str
    curves: dict[str, str]
    doubling: bool = False


PANELS = (
    Panel(
        "cost_states",
        "One step of a random bath",
        "states N",
        {"a ket's step": "ket", "a density matrix's step": "density matrix"},
    ),
    Panel(
        "cost_trajectories",
        "Averaging trajectories of 20 s, N = 22",
        "trajectories",
        {"trajectories, N = 22": "tables and trajectories"},
    ),
    Panel(
        "cost_time",
        "A driven ket in steps of 1/60 s, N = 22",
        "game time (s)",
        {"game time, N = 22, driven": "evolve_many"},
    ),
    Panel(
        "cost_chain",
        "Ground states of an open Ising chain",
        "spins L",
        {"Ising chain, states": "exact diagonalization"},
        doubling=True,
    ),
    Panel(
        "cost_free_fermions",
        "Energy, gap and all entropies of an open Ising chain",
        "spins L",
        {"Ising chain, free fermions": "free fermions"},
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Draw what the run has, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, metavar="RUN.json")
    parser.add_argument("--out", type=Path, default=FIGURES, metavar="FOLDER")
    options = parser.parse_args(argv)
    try:
        run = read_run(options.run)
    except NotARunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    drawn = [draw(panel, run, options.out) for panel in PANELS]
    if not any(drawn):
        print(f"error: {options.run}: no curves of costs.py in it", file=sys.stderr)
        return 2
    for path in filter(None, drawn):
        print(path)
    return 0


def draw(panel: Panel, run: Run, folder: Path) -> Path | None:
    """Draw one panel, and return its file; None where the run lacks its curves."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    curves = {label: curve(run, name) for name, label in panel.curves.items()}
    if not all(curves.values()):
        return None
    style = {"font.size": 10, "axes.spines.top": False, "axes.spines.right": False}
    with mpl.rc_context(style):
        figure, axes = plt.subplots(figsize=(5.2, 3.6), layout="constrained")
        for number, (label, rows) in enumerate(curves.items()):
            _curve(axes, rows, label, number, panel.doubling)
        _decorate(axes, panel, [row for rows in curves.values() for row in rows])
        axes.annotate(
            provenance(run),
            (1.0, -0.2),
            xycoords="axes fraction",
            ha="right",
            va="top",
            fontsize=7,
            color="#666666",
        )
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{panel.file}.png"
        figure.savefig(path, dpi=200)
        plt.close(figure)
    return path


def provenance(run: Run) -> str:
    """Return where and when, and whether the machine had other work."""
    facts = run.machine
    busy = ", a busy machine" if (facts["load"] or 0.0) > BUSY else ""
    return f"{facts['processor']}, {str(facts['date'])[:10]}{busy}"


def curve(run: Run, name: str) -> list[Measurement]:
    """Return the costs of one curve by size."""
    rows = [row for row in run.measurements if row.name == name and row.by == "cost"]
    return sorted(rows, key=lambda row: row.size)


def exponent(rows: Sequence[Measurement], doubling: bool = False) -> float:
    """Return the slope of log cost against log size, or the factor per unit of size."""
    sizes = np.array([row.size for row in rows])
    costs = np.log([row.median for row in rows])
    if doubling:
        return float(np.exp(np.polyfit(sizes, costs, 1)[0]))
    return float(np.polyfit(np.log(sizes), costs, 1)[0])


def _curve(
    axes: Axes, rows: list[Measurement], label: str, number: int, doubling: bool
) -> None:
    sizes = np.array([row.size for row in rows], dtype=float)
    median = np.array([row.median for row in rows])
    spread = [
        [row.median - row.q1 for row in rows],
        [row.q3 - row.median for row in rows],
    ]
    slope = exponent(rows, doubling)
    symbol = rows[0].symbol
    law = (
        rf"${slope:.2f}^{{{symbol}}}$" if doubling else rf"${symbol}^{{\,{slope:.2f}}}$"
    )
    color = COLORS[number]
    axes.errorbar(
        sizes,
        median,
        spread,
        fmt=MARKERS[number],
        color=color,
        markersize=5,
        capsize=2,
        label=rf"{label}  $\propto$ {law}",
    )
    shape = slope**sizes if doubling else sizes**slope
    axes.plot(sizes, shape * np.exp(np.mean(np.log(median / shape))), color=color, lw=1)


def _decorate(axes: Axes, panel: Panel, rows: list[Measurement]) -> None:
    axes.set_yscale("log")
    sizes = sorted({row.size for row in rows})
    if not panel.doubling:
        axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,.0f}" for size in sizes])
    axes.minorticks_off()
    axes.set_xlabel(panel.label)
    axes.set_ylabel("time")
    # Whole decades, at least two, so that the scale can be read.
    low = np.floor(np.log10(min(row.q1 for row in rows)))
    high = max(np.ceil(np.log10(max(row.q3 for row in rows)) + 0.3), low + 2)
    axes.set_ylim(10**low, 10**high)
    decades = range(int(low), int(high) + 1)
    axes.set_yticks([10.0**d for d in decades], [_milliseconds(d) for d in decades])
    axes.set_title(panel.title, loc="left", fontsize=11)
    axes.grid(which="major", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, loc="upper left")


def _milliseconds(decade: int) -> str:
    """Return 10^decade ms in a unit that needs no exponent."""
    unit, offset = ("s", 3) if decade >= 3 else ("ms", 0) if decade >= 0 else ("µs", -3)
    return f"{10.0 ** (decade - offset):,.10g} {unit}"


if __name__ == "__main__":
    raise SystemExit(main())
