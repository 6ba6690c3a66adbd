"""What the gallery shows of each run: a row of plain values, and a small curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spacewheat_sim.lab.report.packing import browser_json
from spacewheat_sim.lab.report.run import Run
from spacewheat_sim.lab.report.spark import spark

# Values of a run that the gallery can sort by; the page of the run shows all.
MOST_VALUES = 60
LONGEST_WORD = 120


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
        "spark": spark(run),
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
