"""The sessions and saves of a folder, told from the ends of their files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from spacewheat_sim.engine.session.log import LOG
from spacewheat_sim.engine.world.saves import BACKUP
from spacewheat_sim.file_locks import is_held
from spacewheat_sim.jsonio import open_regular

SAVE, AUTOSAVE = ".world", ".autosave"
KINDS = {LOG: "session", SAVE: "save", AUTOSAVE: "autosave"}
APART = timedelta(minutes=1)  # of two clocks that go right
FIRST_BYTES, LAST_BYTES = 2**24, 2**14  # of a log; a chapter of many baths is long

State = Literal["ended", "running", "cut short", "saved", "unreadable"]


@dataclass(frozen=True)
class Listed:
    """A file that a session can be continued from.

    Attributes:
        path: The file.
        kind: ``session``, ``save`` or ``autosave``.
        changed: When it was last written.
        biome: What its first world, or scene of the lab, is called.
        ticks: Ticks that its last one has done.
        state: ``ended``, ``running``, ``cut short`` by a crash, ``saved``, or
            ``unreadable``.
    """

    path: Path
    kind: str
    changed: datetime
    biome: str
    ticks: int
    state: State


def kind_of(file: str | Path) -> str | None:
    """Return what a file is by the end of its name, a backup as what it is of; or None.

    Example:
        >>> kind_of("a.jsonl"), kind_of("a.world.backup"), kind_of("forest.yaml")
        ('session', 'save', None)
    """
    return KINDS.get(Path(str(file).removesuffix(BACKUP)).suffix)


def list_sessions(*folders: Path) -> list[Listed]:
    """Return the sessions and saves of ``folders``, the newest first."""
    found = [each for folder in folders for each in _listed(folder)]
    return sorted(found, key=lambda each: (each.changed, each.path), reverse=True)


def left_unfinished(folder: Path) -> Listed | None:
    """Return the newest session of ``folder`` if it was never brought to its end.

    One that ended in the future was before the clock was changed, nobody knows when: it
    hides none. Neither does one of which not even the beginning was written.
    """
    now = datetime.now(UTC)
    for each in list_sessions(folder):
        if each.kind == "session" and each.state == "cut short":
            return each
        if each.state == "ended" and each.changed < now + APART:
            return None
    return None


def _listed(folder: Path) -> Iterator[Listed]:
    try:
        files = sorted(folder.iterdir())
    except OSError:
        return
    for file in files:
        if file.suffix in KINDS:
            try:
                yield _described(file)
            except OSError:
                continue  # it has gone meanwhile, or is none of ours


def _described(file: Path) -> Listed:
    with open_regular(file) as data:
        changed = _moment(os.fstat(data.fileno()).st_mtime)
        first = data.readline(FIRST_BYTES)
        size = data.seek(0, os.SEEK_END)
        data.seek(max(0, size - LAST_BYTES))
        last = data.read(LAST_BYTES).split(b"\n")
    kind = KINDS[file.suffix]
    try:
        head = json.loads(first)
        if file.suffix == LOG:
            snapshot = head["scene"] if "scene" in head else head["snapshot"]
            biome, start = _began(snapshot)
            state, ticks = _state(file, last), _last_tick(last, start)
        else:
            state, (biome, ticks) = "saved", _began(head)
    except (LookupError, TypeError, ValueError, RecursionError):
        return Listed(file, kind, changed, "", 0, "unreadable")
    return Listed(file, kind, changed, biome, ticks, state)


def _moment(seconds: float) -> datetime:
    """Return the moment that a file says; a file may say one beyond all calendars."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _began(snapshot: dict[str, Any]) -> tuple[str, int]:
    """Return the name of what a snapshot is of, and the ticks that it had done."""
    if snapshot.get("about") == "scene":
        return str(snapshot["scenario"]["name"]), int(snapshot["tick"])
    biome = json.loads(snapshot["content"]["biomes"][0])
    return str(biome["name"]), int(snapshot["state"]["tick"])


def _state(file: Path, last: list[bytes]) -> State:
    if _record(last[-2] if len(last) > 1 else b"").get("end") is True:
        return "ended"
    return "running" if is_held(file) else "cut short"


def _last_tick(last: list[bytes], start: int) -> int:
    """Return the tick of the last whole record; ``start`` where that is a chapter."""
    for line in reversed(last[:-1]):
        tick = _record(line).get("tick")
        if type(tick) is int:
            return tick
    return start


def _record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}
