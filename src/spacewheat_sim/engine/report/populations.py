"""Where a biome settles or cycles, and the rates of its channels there."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.report.long_run import LongRun
from spacewheat_sim.engine.report.section import Section

# Swing of a population below which nobody sees it.
STILL = 0.005
# Decimal places of rates that are told apart.
PLACES = 9


def where_it_settles(compiled: CompiledBiome, run: LongRun) -> Section:
    """Return the populations that last, each with the name of its icon."""
    icons = resolve_icons(compiled.biome, compiled.registry)
    keys = compiled.operators.emojis
    names = [icons[key].main.name if key in icons else "-" for key in keys]
    if run.kind == "settled":
        rows = zip(compiled.emojis, names, run.mean.tolist(), strict=True)
        return Section(
            "Where it settles",
            ("From any start, the averages converge to these.",),
            ("", "name", "population"),
            tuple(rows),
        )
    title = "The cycle that it settles into"
    lines = [f"It repeats every {run.span:g} s."]
    if run.kind == "start":
        title = f"The first {run.span:g} s, from its own start"
        lines = ["It has no long run of its own:", run.why]
    elif not np.any(run.high - run.low > STILL):
        lines.append("Its averages hardly change over the cycle.")
    table = (run.mean, run.low, run.high, run.peaks)
    rows = zip(
        compiled.emojis, names, *(column.tolist() for column in table), strict=True
    )
    head = ("", "name", "mean", "least", "most", "most at s")
    return Section(title, tuple(lines), head, tuple(rows))


def how_often(compiled: CompiledBiome, run: LongRun) -> Section:
    """Return the rate of every channel in the long run, the busiest first."""
    operators = compiled.operators
    emojis = compiled.emojis
    rows = []
    # Rates around a ring are equal, up to rounding: then the order is the icons'.
    for k in np.argsort(-np.round(run.rates, PLACES), kind="stable").tolist():
        term, rate = operators.jumps[k], float(run.rates[k])
        jump = f"{emojis[term.source]} → {emojis[term.target]}"
        if term.source == term.target:
            jump = f"{emojis[term.source]} loses its phase"
        every = 1 / rate if rate > 0.0 else "never"
        rows.append((jump, emojis[term.icon], term.kind, rate, every))
    where = {"settled": "where it has settled", "day": "over the cycle"}
    if not rows:
        return Section("How often", ("Nothing jumps here.",))
    line = f"Mean rates {where.get(run.kind, f'over the first {run.span:g} s')}."
    head = ("jump", "of icon", "term", "1/s", "interval s")
    return Section("How often", (line,), head, tuple(rows))
