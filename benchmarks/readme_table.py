"""The README's table of speeds, made of a run: the few rows that stand for the rest."""

from __future__ import annotations

from collections.abc import Sequence

from measurement import Measurement, speed_ratio
from run_file import Run
from table import kernels, number

HEAD = ("| problem | here | peers | here is better by |", "|---|---|---|---|")
STEPS, INTERVAL = "steps of a bath, {}, {}", "density matrix to t = 100 s, {}"
# What the README calls a row, and where the run has it: problem, size, and by what.
ROWS = (
    (
        "N = 22, `trajectory`, `evolve_many`",
        (STEPS.format("trajectory", "static"), 22, "evolve_many"),
    ),
    (
        "N = 22, `trajectory`, 3 driven, `evolve_many`",
        (STEPS.format("trajectory", "3 driven"), 22, "evolve_many"),
    ),
    (
        "N = 22, `master`, `evolve_many`",
        (STEPS.format("master", "static"), 22, "evolve_many"),
    ),
    (
        "N = 256, `master`, `evolve_many`",
        (STEPS.format("master", "static"), 256, "evolve_many"),
    ),
    (
        "N = 6, `master`, to t = 100 s",
        (INTERVAL.format("static"), 6, "evolve_many"),
    ),
    (
        "N = 22, `master`, to t = 100 s",
        (INTERVAL.format("static"), 22, "evolve_many"),
    ),
    (
        "N = 256, `master`, 3 driven, to t = 100 s",
        (INTERVAL.format("3 driven"), 256, "evolve_many"),
    ),
    (
        "N = 22, trajectories of 20 s",
        ("trajectories, static", 22, "ensemble, after tables"),
    ),
    (
        "N = 22, trajectories of 20 s, 3 driven",
        ("trajectories, 3 driven", 22, "ensemble"),
    ),
    (
        "a tick of 10,000 driven forests, each projected on an axis",
        ("world of 10,000 forests, trajectory", 10_000, "tick, projection"),
    ),
    (
        "N = 20,000, 10 couplings, `trajectory`, one `evolve`",
        (STEPS.format("trajectory", "static"), 20_000, "evolve"),
    ),
    (
        "Ising chain in a field, L = 24 on a ring, ground states",
        ("chain, periodic", 24, "ed"),
    ),
)


def readme(run: Run) -> str:
    """Return the table, and what it was measured on.

    Beside ours stand the best peer, and the best of QuTiP where that is another one.
    """
    lines = list(HEAD)
    for label, (name, size, by) in ROWS:
        same = [r for r in run.measurements if (r.name, r.size) == (name, size)]
        ours = [r for r in same if not r.is_peer and r.by == by]
        if ours:
            peers = _chosen(ours[0], same)
            figures = ", ".join(f"{_figure(p)} ({p.by})" for p, _ in peers)
            gains = ", ".join(number(gain) for _, gain in peers)
            lines.append(f"| {label} | {_figure(ours[0])} | {figures} | {gains} |")
    facts = run.machine
    measured = (
        f"Medians of one run of `make bench` on {str(facts['date'])[:10]}, "
        f"{facts['processor']}, one core (two for ensembles and forests); "
        f"{kernels(facts)}."
    )
    return "\n".join([*lines, "", measured])


def _chosen(
    ours: Measurement, rows: Sequence[Measurement]
) -> list[tuple[Measurement, float]]:
    """Return the best peer, and QuTiP's best after it, each with our gain over it."""
    peers = (row for row in rows if row.is_peer and row.unit == ours.unit)
    gains = ((peer, speed_ratio(peer, ours)) for peer in peers)
    known = [(peer, gain) for peer, gain in gains if gain is not None]
    known.sort(key=lambda entry: entry[1])
    qutip = [entry for entry in known if entry[0].by.startswith("QuTiP")]
    return known[:1] + [entry for entry in qutip[:1] if entry not in known[:1]]


def _figure(row: Measurement) -> str:
    return f"{number(row.median)} {row.unit}"
