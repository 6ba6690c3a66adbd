"""What once was wrong in the window, tried with real mouse and keys.

What happened is read in the session log, in the window's title, on the screen and in
the processor's time: nothing asks the program itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from PIL import Image, ImageGrab

from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.recorded import Chapter, Turn

SCREEN = ":97"
PAUSED_BAR, COVERED_BAR = 3.0, 1.0  # % of a core
COVER = """
import pygame, time
pygame.display.init()
pygame.display.set_mode((1280, 720), pygame.NOFRAME)
while True:
    pygame.event.get()
    time.sleep(0.05)
"""
Place = tuple[float, float]


class Hand(Protocol):
    """A mouse and a keyboard."""

    def title(self) -> str:
        """Return the title of the window."""

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""

    def focus(self) -> None:
        """Have the keys go to the window."""

    def wheel(self, place: Place, button: int) -> None:
        """Turn the wheel."""

    def move(self, place: Place) -> None:
        """Move the pointer."""

    def click(self, place: Place, button: int = 1) -> None:
        """Click."""

    def key(self, name: str, wait: float = 0.3) -> None:
        """Press a key."""


class Map(Protocol):
    """Where things are."""

    def text(self, wanted: str) -> Place:
        """Return where a text is."""

    def bubble(self, emoji: str) -> Place:
        """Return where an emoji's bubble is."""


def check(hand: Hand, places: Map, file: Path, log: Path, process: int) -> None:
    """Check one after the other, and say what holds.

    Raises:
        SystemExit: something is wrong again.
    """
    steps: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("the title names the biome", lambda: hand.title().startswith("ForestSmall")),
        ("click two bubbles, M, H", lambda: _plays(hand, places, log, "a")),
        ("the same in the tab of the icon", lambda: _plays(hand, places, log, "i")),
        ("F5 is the same game again", lambda: _restarts(hand, log)),
        ("Page Down and back keeps all", lambda: _returns(hand, log)),
        ("axes added to the file are planted", lambda: _reloads(hand, file, log)),
        ("no tooltip under the help page", lambda: _is_covered(hand, places)),
        ("the wheel turns nothing under it", lambda: _is_guarded(hand, log)),
        ("a paused window rests", lambda: _rests(hand, process)),
        (
            "a covered window rests, and goes on after",
            lambda: _stands_by(hand, process),
        ),
        ("a window of any size lives", lambda: _shrinks(hand, process)),
    )
    time.sleep(3.0)
    for name, holds in steps:
        _say(holds(), name)


def check_title(hand: Hand, beginning: str) -> None:
    """Check how the window's title begins.

    Raises:
        SystemExit: it begins otherwise.
    """
    _say(hand.title().startswith(beginning), f"the title is {beginning}")


def check_continued(old: Path, new: Path) -> None:
    """Check that a continued session has all that the old one had, bit by bit.

    Raises:
        SystemExit: it has not.
    """
    told = [
        [r for r in _records(log) if "digest" not in r and "left" not in r]
        for log in (old, new)
    ]
    turns = [record for record in told[0] if "branch" in record]
    _say(bool(turns), "the tour has left several branches")
    while "branch" in told[0][-1] and "of" not in told[0][-1]:
        told[0].pop()  # it was closed at the end of an earlier branch
    _say(told[1] == told[0], "a continued session begins with all of them")
    _say(_replays(new), "it replays to the last bit")


def check_taken_over(old: Path, folder: Path) -> None:
    """Check that a replay in which somebody acted is a session with a branch more.

    Raises:
        SystemExit: it is none.
    """
    (new,) = folder.glob("*-branched.jsonl")
    branches = [sum("of" in record for record in _records(log)) for log in (old, new)]
    _say(branches[1] == branches[0] + 1, "acting in a replay begins a branch")
    _say(_replays(new), "it is recorded, and replays to the last bit")


def _replays(log: Path) -> bool:
    command = [sys.executable, "-m", "spacewheat_sim", "replay", str(log)]
    done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 -- our own command
    return done.returncode == 0


def _say(holds: bool, name: str) -> None:
    if not holds:
        raise SystemExit(f"WRONG: {name}")
    print(f"checked: {name}")


def _records(log: Path) -> list[dict[str, Any]]:
    lines = log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _chapters(log: Path) -> list[int]:
    """Return the numbers of the chapters."""
    return [record["chapter"] for record in _records(log) if "chapter" in record]


def _commands(log: Path) -> list[dict[str, Any]]:
    """Return the commands of the last chapter."""
    records = _records(log)
    last = max(n for n, record in enumerate(records) if "chapter" in record)
    return [c for record in records[last:] for c in record.get("commands", ())]


def _plays(hand: Hand, places: Map, log: Path, tab: str) -> bool:
    hand.key(tab)
    hand.click(places.bubble("🌳"))
    hand.click(places.bubble("🌲"))
    hand.key("m")
    hand.key("h")
    hand.key("a")
    return _comes(lambda: _is_planted_to_harvested(_commands(log)[-3:]))


def _is_planted_to_harvested(commands: list[dict[str, Any]]) -> bool:
    names = [command["command"] for command in commands]
    plots = {command["plot"] for command in commands}
    return names == ["plant", "measure", "harvest"] and len(plots) == 1


def _comes(holds: Callable[[], bool]) -> bool:
    """Return whether something holds within minutes: the machine may be busy."""
    for _ in range(480):
        if holds():
            return True
        time.sleep(0.5)
    return False


def _restarts(hand: Hand, log: Path) -> bool:
    before, begun = set(_planted(log)), len(_chapters(log))
    hand.key("F5", wait=1.0)
    is_again = _comes(lambda: len(_chapters(log)) > begun)
    return is_again and _comes(lambda: set(_planted(log)) == before)


def _returns(hand: Hand, log: Path) -> bool:
    hand.key("space")
    left = read_session(log).chapters[-1]
    hand.key("Next")
    is_away = _comes(lambda: _chapters(log)[-1] == left.number + 1)
    hand.key("Prior")
    is_back = _comes(lambda: _is_back_at(read_session(log).chapters[-1], left))
    hand.key("space")
    return is_away and is_back


def _is_back_at(last: Chapter, left: Chapter) -> bool:
    """Return whether the last turn leads back to where a chapter was left."""
    turns = [record for record in last.records if isinstance(record, Turn)]
    is_back = bool(turns) and turns[-1].branch == left.branch
    return is_back and last.number == left.number + 1 and turns[-1].tick > left.start


def _reloads(hand: Hand, file: Path, log: Path) -> bool:
    text = file.read_text(encoding="utf-8")
    # The last one in the file's own list; YAML takes JSON.
    more = text.replace("axes:", "axes:\n  - {north: 🌳, south: 🐺}", 1)
    hand.move((4, 4))
    file.write_text(more, encoding="utf-8")
    planted = _comes(lambda: ("🌳", "🐺") in _planted(log))
    file.write_text(text, encoding="utf-8")
    removed = _comes(lambda: any(c["command"] == "remove" for c in _commands(log)))
    return planted and removed


def _planted(log: Path) -> list[tuple[str, str]]:
    """Return the axes that were planted in the last chapter."""
    commands = [c for c in _commands(log) if c["command"] == "plant"]
    return [(command["north"], command["south"]) for command in commands]


def _screen() -> Image.Image:
    return ImageGrab.grab(xdisplay=SCREEN)


def _is_covered(hand: Hand, places: Map) -> bool:
    hand.key("space")  # nothing moves
    restart = places.text("Restart")
    below = (round(restart[0]) - 60, 46, round(restart[0]) + 60, 70)
    hand.move((4, 400))
    time.sleep(5.0)
    bare = _screen().crop(below)
    hand.move(restart)
    time.sleep(0.5)
    told = _screen().crop(below)
    hand.key("F1")
    help_over_it = _screen().crop(below)
    hand.move((4, 400))
    time.sleep(0.5)
    help_alone = _screen().crop(below)
    hand.key("Escape")
    return bare != told and help_over_it == help_alone


def _is_guarded(hand: Hand, log: Path) -> bool:
    before = len(_records(log))
    hand.key("F1")
    for x in range(40, 1240, 200):
        hand.wheel((x, 62), 4)
    hand.key("Escape")
    return len(_records(log)) == before


def _rests(hand: Hand, process: int) -> bool:
    hand.move((4, 400))
    rests = _comes(lambda: _share(process, 5.0) <= PAUSED_BAR)
    print(f"  paused: {_share(process, 5.0):.2f} % of a core")
    hand.key("space")
    return rests


def _stands_by(hand: Hand, process: int) -> bool:
    command = [sys.executable, "-c", COVER]
    cover = subprocess.Popen(command, env=os.environ | {"DISPLAY": SCREEN})  # noqa: S603 -- our own command
    time.sleep(8.0)
    covered = _share(process, 3.0)
    cover.kill()
    cover.wait()
    hand.focus()
    time.sleep(1.0)
    after = _share(process, 3.0)
    print(f"  covered: {covered:.2f} % of a core, then {after:.2f} %")
    return covered <= COVERED_BAR < after


def _share(process: int, seconds: float) -> float:
    """Return the share of a core in % that a process uses for some seconds."""
    before, begun = _processor(process), time.perf_counter()
    time.sleep(seconds)
    return 100 * (_processor(process) - before) / (time.perf_counter() - begun)


def _processor(process: int) -> float:
    """Return the seconds that a process has used of the processor, on Linux."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _shrinks(hand: Hand, process: int) -> bool:
    for size in ((320, 200), (11, 600), (5, 5), (1280, 720)):
        hand.resize(*size)
    return Path(f"/proc/{process}").exists()
