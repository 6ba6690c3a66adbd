"""Histories of baths: the waits between jumps that logs tell of."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import (
    Began,
    Obeyed,
    Ticked,
    Turned,
    replay,
)
from spacewheat_sim.engine.world.events import (
    BiomeEdited,
    Edited,
    RhythmEdited,
    WeightSet,
)
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.jsonio import read_file
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.analysis.histories.followed import Pieces

LARGEST = 1 << 28  # bytes of a file of events that is read: millions of jumps
# Events that leave a bath's state as it was.
HARMLESS = ("planted", "looked", "removed", "evolved")


class _Start(NamedTuple):
    """Where a bath was as its history began.

    Attributes:
        landing: The emoji that it was in, None where it was in several.
        is_first: Whether that is the start of its run.
        time: When, in s.
    """

    landing: str | None
    is_first: bool
    time: float


@dataclass
class _Waits:
    """Waits as they add up, from one or many histories.

    After a jump a level biome is in the emoji that it landed in, and a wait begins
    there whatever came before. A register goes on from what the jump has left, as long
    as all since its start is known.
    """

    operators: BathOperators
    ended: int = 0
    pieces: list[tuple[int, int, float, float]] = field(default_factory=list)
    now: int | None = None
    since: float = 0.0

    def begin(
        self, landing: str | None, *, is_start: bool = False, time: float = 0.0
    ) -> None:
        """Begin a history at a time, in a known emoji, at a register's start or not."""
        self.now, self.since = None, time
        if self.operators.qubits:
            self.now = 0 if is_start else None
        elif landing is not None:
            self.now = self.operators.index(landing)

    def jump(self, event: Jumped | tuple[Any, Any, Any], where: str) -> None:
        """Take a jump."""
        if isinstance(event, Jumped):
            time, names = event.time, (event.source, event.target)
            acting: tuple[str, str] | None = event.icon, event.kind
        else:
            time, names, acting = event[0], (event[1], event[2]), None
        time = _seconds(time, where)
        if not self.since <= time < math.inf:
            raise ArgumentError(f"{where}: a jump at {time:g} s is out of order")
        operator, landing = self._operator(*names, acting, where)
        if self.now is not None:
            self.pieces.append((self.now, operator, self.since, time - self.since))
            self.ended += 1
        if not self.operators.qubits:
            self.now = landing
        elif self.now is not None:
            self.now = -1
        self.since = time

    def stop(self, time: float) -> None:
        """Lose sight of the state at a time, until the next jump."""
        if self.now is not None and time > self.since:
            self.pieces.append((self.now, -1, self.since, time - self.since))
        self.now, self.since = None, max(time, self.since)

    def _operator(
        self, source: str, target: str, acting: tuple[str, str] | None, where: str
    ) -> tuple[int, int]:
        """Return the first jump operator that a jump may be of, and its target."""
        names = self.operators.emojis
        try:
            s, t = self.operators.index(source), self.operators.index(target)
        except UnknownNameError as error:
            raise ArgumentError(f"{where} is of another biome: {error}") from None
        jumps = self.operators.jumps
        alike = [k for k, j in enumerate(jumps) if (j.source, j.target) == (s, t)]
        if not alike:
            raise ArgumentError(
                f"{where} is of another biome: this one has no jump {source}→{target}"
            )
        if acting is not None and self.operators.qubits:
            own = [k for k in alike if (names[jumps[k].icon], jumps[k].kind) == acting]
            alike = own or alike
        if len({(jumps[k].when, jumps[k].unless) for k in alike}) > 1:
            raise ArgumentError(
                f"{where}: several jumps {source}→{target} of this register depend on "
                "different other axes, and the log does not say which of them came"
            )
        return alike[0], t


def read_histories(biome: CompiledBiome, logs: object) -> Pieces:
    """Return the waits of one or many histories.

    A log is the path of a session log, of a bundle or of its ``events.jsonl``; or a
    list of jumps ``(time, source, target)`` or of events. What a measurement or a
    command does ends a wait unseen; in a level biome the next jump begins another.

    Raises:
        ArgumentError: a log is none, or is of another biome, or holds no jumps.
    """
    found = _Waits(biome.operators)
    initial = biome.biome.initial.emoji
    single = isinstance(logs, str | Path) or (_is_history(logs))
    for number, log in enumerate([logs] if single else _items(logs)):
        if isinstance(log, str | Path):
            _read_file(found, Path(log), biome)
        else:
            found.begin(initial, is_start=True)
            _take(found, _items(log), f"logs[{number}]")
    if not found.ended:
        raise ArgumentError(
            "The logs hold no wait from a known state to a jump: they tell nothing"
        )
    starts, operators, begins, times = zip(*found.pieces, strict=True)
    return Pieces(
        np.array(starts, dtype=np.int64),
        np.array(operators, dtype=np.int64),
        np.array(begins, dtype=np.float64),
        np.array(times, dtype=np.float64),
    )


def _is_history(logs: object) -> bool:
    """Return whether ``logs`` is one list of jumps or events."""
    items = list(logs) if isinstance(logs, Sequence) else []
    first = items[0] if items else None
    if isinstance(first, Jumped):
        return True
    return (
        isinstance(first, tuple | list)
        and len(first) == 3
        and (isinstance(first[1], str) and isinstance(first[2], str))
    )


def _seconds(value: object, where: str) -> float:
    time = real(value)
    if math.isnan(time):
        raise ArgumentError(
            f"{where}: a time must be a number of seconds, but is {shown(value)}"
        )
    return time


def _items(value: object) -> list[Any]:
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | dict):
        return list(value)
    raise ArgumentError(
        "Argument `logs` must be paths of logs, or lists of jumps (time, source, "
        f"target), but is {shown(value)}"
    )


def _take(found: _Waits, history: Iterable[Any], where: str) -> None:
    for event in history:
        if isinstance(event, Jumped):
            found.jump(event, where)
        elif isinstance(event, tuple | list) and len(event) == 3:
            found.jump((event[0], event[1], event[2]), where)
        elif type(event).__name__.lower() not in HARMLESS:
            found.stop(_seconds(getattr(event, "time", None), where))


def _read_file(found: _Waits, path: Path, biome: CompiledBiome) -> None:
    file = _events_of(path) if path.is_dir() else path
    data = read_file(file, LARGEST)
    first, _, _ = data.partition(b"\n")
    if b'"chapter"' in first or b'"snapshot"' in first:
        _read_session(found, file, biome)
    else:
        _read_events(found, file, data, biome)


def _events_of(folder: Path) -> Path:
    """Return the ``events.jsonl`` of a bundle.

    Raises:
        ArgumentError: it has none, as a folder of bundles.
    """
    file = folder / "events.jsonl"
    if file.is_file():
        return file
    bundles = sorted(inner.parent for inner in folder.glob("*/events.jsonl"))
    if bundles:
        raise ArgumentError(
            f"{folder} is no bundle, but holds {len(bundles)} of them: name those that "
            f"are to be learned from, such as {bundles[-1]}"
        )
    logs = sorted(folder.glob("*.jsonl"))
    if logs:
        raise ArgumentError(
            f"{folder} is a folder of logs: name those that are to be "
            f"learned from, such as {logs[-1]}"
        )
    raise ArgumentError(
        f"{folder} is no bundle: it has no events.jsonl. `spacewheat simulate` writes "
        "one where jumps are seen, under the method trajectory"
    )


def _read_events(found: _Waits, file: Path, data: bytes, biome: CompiledBiome) -> None:
    """Read the ``events.jsonl`` of a bundle, whose ``meta.json`` tells its length."""
    end = _duration(file.with_name("meta.json"), biome)
    found.begin(biome.biome.initial.emoji, is_start=True)
    for number, event in enumerate(_events(file, data), start=1):
        where = f"{file}:{number}"
        kind = event.get("event")
        if kind == "jumped":
            time = _seconds(event.get("time"), where)
            found.jump(_jumped(event, time), where)
        elif kind not in HARMLESS:
            found.stop(_seconds(event.get("time"), where))
    found.stop(end if end is not None else found.since)


def _jumped(event: dict[str, Any], time: float) -> Jumped | tuple[Any, Any, Any]:
    """Return a jump of a log, which may not say which icon acted."""
    source, target = str(event.get("source")), str(event.get("target"))
    if "icon" not in event or "kind" not in event:
        return time, source, target
    return Jumped(time, source, target, str(event["icon"]), event["kind"])


def _events(file: Path, data: bytes) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(data.splitlines(), 1):
        try:
            event = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError:
            raise ArgumentError(f"{file} is no log: it is not UTF-8") from None
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict) or "event" not in event:
            raise ArgumentError(f"{file}:{number} is no event of a log")
        yield event


def _duration(meta: Path, biome: CompiledBiome) -> float | None:
    """Return how long the run of a bundle was, in s, where its file says so.

    Raises:
        ArgumentError: it is a run of another biome.
    """
    if not meta.is_file():
        return None
    try:
        parameters = json.loads(read_file(meta, LARGEST))["parameters"]
    except (ArgumentError, ValueError, LookupError, TypeError, RecursionError):
        return None
    if not isinstance(parameters, dict):
        return None
    name = parameters.get("biome")
    if isinstance(name, str) and biome.biome.key not in ("", Path(name).stem, name):
        raise ArgumentError(
            f"{meta.parent} is a run of {name}, not of {biome.biome.key}"
        )
    length = real(parameters.get("steps")) * real(parameters.get("dt"))
    return length if length > 0.0 else None


def _read_session(found: _Waits, file: Path, biome: CompiledBiome) -> None:
    """Replay a session, and take what happens to the baths of this biome."""
    mine: dict[str, list[Any]] = {}
    ends: dict[str, float] = {}
    starts: dict[str, _Start] = {}
    for step in replay(read_session(file)):
        if isinstance(step, Began):
            _finish(found, mine, ends, starts, str(file))
            emojis = biome.emojis
            mine = {n: [] for n, b in step.world.baths.items() if b.emojis == emojis}
            world = step.world
            starts = {name: _start(world.baths[name]) for name in mine}
        elif isinstance(step, Turned):
            raise ArgumentError(
                f"{file}: its past was returned to at tick {step.turn.tick:,}, and "
                "branches of one session draw the same random numbers: what they tell "
                "would be counted twice"
            )
        elif isinstance(step, Ticked | Obeyed):
            for event in step.events:
                changed = _changed(event.event, event.biome, mine)
                if changed:
                    raise ArgumentError(
                        f"{file}: {changed} during this session, so that no one set of "
                        "numbers made it"
                    )
                if event.biome in mine:
                    mine[event.biome].append(event.event)
            ends = {name: world.baths[name].time for name in mine}
    if not mine:
        raise ArgumentError(
            f"{file} is a session of other biomes than {biome.biome.key}"
        )
    _finish(found, mine, ends, starts, str(file))


def _start(bath: QuantumBath) -> _Start:
    """Return where a chapter finds a bath: a level biome may be in one emoji."""
    if bath.method == "master":  # it never jumps, which tells nothing
        return _Start(None, is_first=False, time=bath.time)
    populations = bath.populations()
    certain = populations.max() == 1.0 and np.count_nonzero(populations) == 1
    landing = bath.emojis[int(populations.argmax())] if certain else None
    return _Start(landing, is_first=bath.time == 0.0, time=bath.time)


def _changed(event: object, biome: str | None, mine: Collection[str]) -> str:
    """Return what an event of ``biome`` did to the numbers of ``mine``, or ""."""
    match event:
        case Edited():
            return f"the icon of {event.emoji} was edited"
        case RhythmEdited() if not set(mine).isdisjoint(event.biomes):
            return f"the rhythm {event.name} was edited"
        case BiomeEdited() if biome in mine:
            return f"the biome {biome} was edited"
        case WeightSet() if biome in mine:
            return f"the layer {event.layer} of {biome} was given another weight"
    return ""


def _finish(
    found: _Waits,
    histories: dict[str, list[Any]],
    ends: dict[str, float],
    starts: Mapping[str, _Start],
    where: str,
) -> None:
    for name, history in histories.items():
        start = starts[name]
        found.begin(start.landing, is_start=start.is_first, time=start.time)
        _take(found, history, where)
        found.stop(ends.get(name, found.since))
