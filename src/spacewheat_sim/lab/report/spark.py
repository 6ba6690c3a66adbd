"""The small curves of the gallery: a history, a scan, or a sweep at a glance."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from spacewheat_sim.lab.report.run import Run
from spacewheat_sim.lab.report.table import Column, Table

POINTS = 64
LINES = 8
LEVELS = 255


def spark(run: Run) -> dict[str, Any] | None:
    """Return the small curves of a run, a byte for each point, if it has any."""
    table = run.table
    if table is None or table.rows < 2:
        return None
    if table.is_course:
        return {"lines": _of_history(table)}
    is_sweep = run.meta.get("kind") == "sweep"
    curve = _of_sweep(run, table) if is_sweep else _of_scan(table)
    return {"lines": [_levels(curve, *_limits(curve))]} if curve else None


def _of_history(table: Table) -> list[str]:
    """Return the largest populations, all from 0 to the top of the largest."""
    numeric = [column for column in table.columns if column.numbers]
    lines = [c.numbers for c in numeric[1:] if not _is_derived(c.name)]
    tops = [_limits(line)[1] for line in lines]
    largest = sorted(range(len(lines)), key=lambda k: -tops[k])[:LINES]
    top = max(tops, default=1.0)
    return [_levels(lines[k], 0.0, top) for k in sorted(largest)]


def _is_derived(name: str) -> bool:
    """Whether a column is of an axis or of the whole state, and no population."""
    return " " in name or name in ("norm", "purity", "entropy", "energy")


def _of_scan(table: Table) -> Sequence[float]:
    """Return the first column that varies, over one before it that grows.

    Quantities have different units, so that one is shown; and it is shown over the
    first stretch along which the other one grows.
    """
    numeric = [column for column in table.columns if column.numbers]
    across = next((k for k, c in enumerate(numeric) if c.numbers[0] < c.numbers[1]), 0)
    steps = enumerate(pairwise(numeric[across].numbers), 1) if numeric else ()
    end = next((k for k, (a, b) in steps if not a < b), None)
    curves = (column.numbers[:end] for column in numeric[across + 1 :])
    return next((curve for curve in curves if len(set(curve)) > 1), ())


def _of_sweep(run: Run, table: Table) -> Sequence[float]:
    """Return the means of the first quantity over the parameter with most values.

    Other parameters are held at their first values, if that leaves a curve.
    """
    axes = _named(table, run.results.get("parameters"))
    quantities = _named(table, run.results.get("quantities"))
    if not axes or not quantities:
        return ()
    across = max(axes, key=lambda axis: len(set(axis.numbers)))
    held = [axis for axis in axes if axis is not across]
    means = _means(across, quantities[0], held)
    return means if len(means) > 1 else _means(across, quantities[0], ())


def _means(across: Column, quantity: Column, held: Sequence[Column]) -> list[float]:
    """Return the mean at each value of ``across`` while the others are held."""
    points: dict[float, list[float]] = {}
    for k, (x, y) in enumerate(zip(across.numbers, quantity.numbers, strict=True)):
        is_held = all(axis.numbers[k] == axis.numbers[0] for axis in held)
        if is_held and not (math.isnan(x) or math.isnan(y)):
            points.setdefault(x, []).append(y)
    return [_mean(points[x]) for x in sorted(points)]


def _mean(values: Sequence[float]) -> float:
    """Return a mean whose sum needs no double of its own."""
    return math.fsum(value / len(values) for value in values)


def _named(table: Table, names: Any) -> list[Column]:
    """Return the columns of numbers that a sweep's results name."""
    listed = names if isinstance(names, list) else []
    return [c for c in table.columns if c.numbers and c.name in listed]


def _limits(values: Sequence[float]) -> tuple[float, float]:
    known = [value for value in values if not math.isnan(value)]
    return min(known, default=0.0), max(known, default=1.0)


def _levels(values: Sequence[float], low: float, high: float) -> str:
    """Return a curve of 64 points as bytes in base64: 0 is ``low``, 255 is ``high``."""
    count = min(POINTS, len(values))
    picked = [values[k * (len(values) - 1) // max(1, count - 1)] for k in range(count)]
    width = high / 2 - low / 2 or 1.0  # halves: a difference may have no double
    shares = ((value / 2 - low / 2) / width for value in picked)
    levels = bytes(
        0 if math.isnan(share) else round(min(max(share, 0), 1) * LEVELS)
        for share in shares
    )
    return base64.b64encode(levels).decode("ascii")
