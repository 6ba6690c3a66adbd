"""What happened in a history, from ``events.jsonl``, in the words of the engine."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from spacewheat_sim.engine.bath.events import (
    Collapsed,
    Gated,
    Harvested,
    Jumped,
    Measured,
)
from spacewheat_sim.plain_values import real

KINDS = {
    kind.__name__.lower(): kind
    for kind in (Collapsed, Gated, Harvested, Jumped, Measured)
}


def read_events(text: str) -> list[dict[str, Any]]:
    """Return the events of a history in the order of their times.

    Each has ``time``, ``kind`` and ``text``, and where it moves probability, ``source``
    and ``target``. A line that is no event is left out: an incomplete last line is what
    a crash leaves.
    """
    events = [event for line in text.splitlines() if (event := _event(line))]
    return sorted(events, key=lambda event: event["time"])


def _event(line: str) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
        kind, time = str(record["event"]), real(record["time"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not math.isfinite(time):
        return None
    event = {"time": time, "kind": kind, "text": _words(kind, record)}
    source, target = _ends(record)
    if target:
        event |= {"source": source, "target": target}
    return event


def _words(kind: str, record: Mapping[str, Any]) -> str:
    fields = {name: value for name, value in record.items() if name != "event"}
    try:
        return str(KINDS[kind](**fields))
    except (KeyError, TypeError, ValueError):
        return kind


def _ends(record: Mapping[str, Any]) -> tuple[str, str]:
    """Return from where to where an event moves a bath; empty where it does not."""
    source = record.get("source", "")
    target = record.get("target") or record.get("outcome") or record.get("emoji") or ""
    return str(source), str(target)
