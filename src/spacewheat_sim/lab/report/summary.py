"""What the gallery shows of each run: a row of plain values, and a small curve."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from spacewheat_sim.lab.report.packing import browser_json
from spacewheat_sim.lab.report.run import Run

# Values of a run that the gallery can sort by; the page of the run shows all.
MOST_VALUES = 60
LONGEST_WORD = 120
SPARK_POINTS = 64
SPARK_LINES = 8
SPARK_LEVELS = 255
LABELS = ("replicate", "seed")  # numbers of a sweep's table that measure nothing


def summary(run: Run) -> dict[str, Any]:
    """Return the gallery's row of a run, JSON-ready."""
    meta = run.meta
    timings = meta.get("timings")
    seconds = timings.get("total") if isinstance(timings, dict) else None
    return {
        "folder": run.folder.name,
        "parent": run.sweep,
        "name": _word(meta.get("name")) or run.folder.name,
        "kind": _word(meta.get("kind")),
        "experiment": _word(meta.get("experiment")),
        "status": _word(meta.get("status")),
        "started": _word(meta.get("started")),
        "seed": _plain(meta.get("seed")),
        "seconds": _plain(seconds),
        "parameters": _values(meta.get("parameters")),
        "results": _values(run.results),
        "events": len(run.events or ()),
        "history": run.is_history,
        "course": bool(run.table and run.table.is_course),
        "notes": len(run.notes),
        "spark": _spark(run),
    }


def _values(nested: Any) -> dict[str, Any]:
    """Return the plain values in nested mappings, by dotted names."""
    found: dict[str, Any] = {}
    for name, value in _leaves(nested, ""):
        if len(found) == MOST_VALUES:
            break
        found[name] = value
    return found


def _leaves(nested: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(nested, Mapping):
        for name, value in nested.items():
            yield from _leaves(value, f"{place}.{name}" if place else str(name))
    elif isinstance(nested, list) and nested and all(_is_small(v) for v in nested):
        yield place, _word(" ".join(str(_plain(value)) for value in nested))
    elif not isinstance(nested, list) and nested is not None:
        yield place, _plain(nested)


def _is_small(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _plain(value: Any) -> Any:
    """Return a value that a browser and a cell can hold: no endless word."""
    if value is None or isinstance(value, bool | int | float):
        return browser_json(value)
    return _word(value)


def _word(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST_WORD else text[: LONGEST_WORD - 1] + "…"


def _spark(run: Run) -> dict[str, Any] | None:
    """Return the small curves of a history or of a scan: a byte for each point."""
    if run.table is None or run.table.rows < 2:
        return None
    numeric = [c for c in run.table.columns if c.numbers and c.name not in LABELS]
    if run.table.is_course:
        lines = [c.numbers for c in numeric[1:] if not _is_derived(c.name)]
        tops = [_limits(line)[1] for line in lines]
        largest = sorted(range(len(lines)), key=lambda k: -tops[k])[:SPARK_LINES]
        top = max(tops, default=1.0)
        return {"lines": [_levels(lines[k], 0.0, top) for k in sorted(largest)]}
    # Of a scan, quantities have different units: the first that varies is shown, over
    # the first stretch along which a column before it grows.
    across = next((k for k, c in enumerate(numeric) if c.numbers[0] < c.numbers[1]), 0)
    steps = enumerate(pairwise(numeric[across].numbers), 1) if numeric else ()
    end = next((k for k, (a, b) in steps if not a < b), None)
    curves = (column.numbers[:end] for column in numeric[across + 1 :])
    curve = next((c for c in curves if len(set(c)) > 1), None)
    return None if curve is None else {"lines": [_levels(curve, *_limits(curve))]}


def _is_derived(name: str) -> bool:
    """Whether a column is of an axis or of the whole state, and no population."""
    return " " in name or name in ("norm", "purity", "entropy", "energy")


def _limits(values: Sequence[float]) -> tuple[float, float]:
    known = [value for value in values if not math.isnan(value)]
    return min(known, default=0.0), max(known, default=1.0)


def _levels(values: Sequence[float], low: float, high: float) -> str:
    """Return a curve of 64 points as bytes in base64: 0 is ``low``, 255 is ``high``."""
    count = min(SPARK_POINTS, len(values))
    picked = [values[k * (len(values) - 1) // max(1, count - 1)] for k in range(count)]
    width = high / 2 - low / 2 or 1.0  # halves: a difference may have no double
    shares = ((value / 2 - low / 2) / width for value in picked)
    levels = bytes(
        0 if math.isnan(share) else round(min(max(share, 0), 1) * SPARK_LEVELS)
        for share in shares
    )
    return base64.b64encode(levels).decode("ascii")
