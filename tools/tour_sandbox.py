"""Tour the sandbox in a real window with real mouse and keys; keep the pictures.

On the way it checks what once was wrong: ``tour_checks.py``.

Needs Xvfb, xdotool and xwininfo (Debian: xvfb xdotool x11-utils). A window is opened on
a virtual screen; where things are is asked of a second app with the same seed that is
never shown. The pictures go to ``FOLDER/pictures``, to be looked at; those of the docs
are drawn by ``draw_sandbox_figures.py``, which does the same without a window.

    python tools/tour_sandbox.py [FOLDER]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import tour_checks
from spacewheat_sim.content.folders import content_folder
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.fonts import Fonts
from spacewheat_sim.sandbox.inputs import Key, Pressed
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.shapes import Disc, Emoji, Shape, Text

WIDTH, HEIGHT = 1280, 720
AT = f"{WIDTH}x{HEIGHT}+0+0"  # where the window is, as xwininfo tells it
SEED = 7
LUCKY = 3  # the seed of an attempt that earns two stars
SCREEN = ":97"


class Map:
    """Where things are, told by an app that is not shown."""

    def __init__(self, biome: Path | str) -> None:
        screens = Screens(SEED)
        self.app = App(screens.catalog, screens.open, str(biome))
        self._fonts = Fonts(1.0)

    def shapes(self) -> list[Shape]:
        """Return what would be drawn."""
        canvas = Canvas(WIDTH, HEIGHT, self._fonts)
        self.app.draw(canvas)
        return canvas.shapes

    def text(self, wanted: str) -> tuple[float, float]:
        """Return where a text is."""
        shapes = self.shapes()
        at = next(s for s in shapes if isinstance(s, Text) and s.text == wanted)
        return at.x, at.y

    def bubble(self, emoji: str) -> tuple[float, float]:
        """Return where an emoji's bubble is."""
        shapes = self.shapes()
        at = next(s for s in shapes if isinstance(s, Emoji) and s.emoji == emoji)
        return at.x, at.y

    def knob(self, label: str) -> tuple[float, float]:
        """Return where the knob of a slider is."""
        x, y = self.text(label)
        discs = [s for s in self.shapes() if isinstance(s, Disc)]
        knob = next(s for s in discs if s.x > x and abs(s.y - y) < 2)
        return knob.x, knob.y


class Hand:
    """A mouse, a keyboard and a camera."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pictures = folder / "pictures"
        self._pictures.mkdir(exist_ok=True)
        self._environment = {**os.environ, "DISPLAY": SCREEN}
        self._window = self._find_window()
        while not self._shows_a_screen():
            time.sleep(0.2)
            self._window = self._find_window()

    def _run(self, *command: str) -> str:
        done = subprocess.run(  # noqa: S603 -- our own commands
            command, env=self._environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def _find_window(self) -> str:
        for _ in range(100):
            time.sleep(0.2)
            for line in self._run(program("xwininfo"), "-root", "-tree").splitlines():
                words = line.split()
                if words and words[0].startswith("0x") and AT in line:
                    return words[0]
        raise SystemExit("no window appeared")

    def _shows_a_screen(self) -> bool:
        """Return whether the window is the last one that is opened, and has a title."""
        try:
            return self.title() != "spacewheat"
        except subprocess.CalledProcessError:
            return False  # another one has taken its place

    def title(self) -> str:
        """Return the title of the window."""
        return self._run(program("xdotool"), "getwindowname", self._window).strip()

    def resize(self, width: int, height: int) -> None:
        """Give the window another size in pixels."""
        size = (str(width), str(height))
        self._run(program("xdotool"), "windowsize", self._window, *size)
        time.sleep(1.0)

    def focus(self) -> None:
        """Have the keys go to the window: where one is closed, they go nowhere."""
        self._run(program("xdotool"), "windowfocus", self._window)

    def wheel(self, place: tuple[float, float], button: int) -> None:
        """Turn the wheel: 4 is up, 5 down."""
        self.click(place, button)

    def move(self, place: tuple[float, float]) -> None:
        """Move the pointer."""
        x, y = (str(round(v)) for v in place)
        self._run(program("xdotool"), "mousemove", "--window", self._window, x, y)
        time.sleep(0.1)

    def click(self, place: tuple[float, float], button: int = 1) -> None:
        """Click with a button: 1 left, 3 right."""
        self.move(place)
        self._run(program("xdotool"), "click", str(button))
        time.sleep(0.3)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Press, move and let go."""
        self.move(start)
        self._run(program("xdotool"), "mousedown", "1")
        self.move(end)
        self._run(program("xdotool"), "mouseup", "1")
        time.sleep(0.3)

    def key(self, name: str, wait: float = 0.3) -> None:
        """Press a key, and wait some seconds."""
        self._run(program("xdotool"), "key", name)
        time.sleep(wait)

    def picture(self, name: str) -> None:
        """Let the sandbox save a screenshot, and keep it as ``name``."""
        time.sleep(5.0)  # what was told is gone by then
        before = set(self._folder.glob("*.png"))
        self.move((WIDTH - 4, HEIGHT - 4))
        self.key("s")
        while not (taken := set(self._folder.glob("*.png")) - before):
            time.sleep(0.2)
        time.sleep(0.5)
        print(shutil.move(taken.pop(), self._pictures / f"{name}.png"))


def tour(hand: Hand, places: Map, file: Path) -> None:
    """Plant, measure, pause, hurry, edit, break and mend a file, see the scenes."""
    hand.picture("first_steps")
    hand.click(places.bubble("☀"))
    hand.click(places.bubble("🦌"))
    time.sleep(2.0)
    hand.key("m")
    time.sleep(1.2)
    hand.key("h")
    time.sleep(2.2)
    hand.key("space")
    hand.picture("harvest")
    hand.key("space")
    hand.key("F5", wait=8.0)
    hand.picture("restarted")
    for _ in range(3):
        hand.key("plus")
    hand.click(places.bubble("🐺"))
    hand.key("Escape")
    hand.key("i")
    places.app.handle(Pressed(*places.bubble("🐺")))
    places.app.handle(Key("i"))
    x, y = places.knob("energy, rad/s")
    hand.drag((x, y), (x + 40, y))
    hand.picture("icon")
    hand.key("a")
    travel(hand, places)
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("method: trajectory", "method: trajektory"))
    time.sleep(1.5)
    hand.picture("broken_file")
    file.write_text(good)
    time.sleep(1.5)
    hand.key("F1")
    hand.picture("help")
    hand.key("Escape")
    switch(hand, places)


def travel(hand: Hand, places: Map) -> None:
    """Go back, act otherwise, look at the state, and pin what would have been."""
    for _ in range(3):
        hand.key("minus")
    time.sleep(8.0)
    hand.key("space")
    for _ in range(6):
        hand.key("shift+Left")
    hand.key("Right")
    hand.click(places.bubble("🌳"), button=3)
    hand.key("space", wait=3.0)
    hand.key("space")
    hand.picture("river")
    hand.key("v")
    hand.picture("state")
    hand.key("n", wait=1.0)
    hand.picture("next")
    hand.key("c")
    places.app.handle(Key("c"))
    hand.click(places.text("Pin B"))
    hand.key("m")
    hand.key("space", wait=4.0)
    hand.key("space")
    hand.picture("pinned")
    hand.click(places.text("Pin B"))  # where Swap is now
    hand.key("space")
    hand.key("a")
    places.app.handle(Key("a"))


def switch(hand: Hand, places: Map) -> None:
    """Go to the next biome, then back to a scene of the lab, and warm it up."""
    hand.key("Next", wait=3.0)
    keys = [key for key, _ in places.app.catalog]
    for _ in range(len(keys) - keys.index("ising_lattice")):
        hand.key("Prior", wait=2.0)
    places.app.open("ising_lattice")
    x, y = places.knob("Temperature T")
    hand.drag((x, y), (x + 2, y))
    time.sleep(8.0)
    hand.picture("lab")


def challenge(hand: Hand, places: Map) -> None:
    """Play an attempt to its end, and half of another against it."""
    harvest = places.text("harvest 🌕/🌑  −0.1")
    harvest_every(hand, harvest, steps=2, times=20)
    hand.picture("challenge_end")
    harvest_every(hand, harvest, steps=3, times=7)
    hand.picture("challenge")


def harvest_every(
    hand: Hand, button: tuple[float, float], steps: int, times: int
) -> None:
    """Begin an attempt, and press a button after every so many steps."""
    hand.key("F5", wait=0.0)
    for _ in range(times):
        for _ in range(steps):
            hand.key("period")  # pause, and take one
        hand.click(button)


def program(name: str) -> str:
    """Return the path of a program, or say what is missing."""
    path = shutil.which(name)
    if path is None:
        raise SystemExit(
            f"{name} is missing; Debian: apt install xvfb xdotool x11-utils"
        )
    return path


def main() -> None:
    """Open a virtual screen and take the tour."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    source = content_folder("biomes") / "forest_small.yaml"
    file = Path(shutil.copy(source, folder / "my_forest.yaml"))
    screen = subprocess.Popen(  # noqa: S603 -- our own command
        # It would be begun anew, and refuse the next window, when one is closed.
        [program("Xvfb"), SCREEN, "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-noreset"],
        stderr=subprocess.DEVNULL,
    )
    try:
        for name, words, act in (
            ("checked", ["play", str(file)], checked),
            ("toured", ["play", str(file)], toured),
            ("challenged", ["play", "first_harvest"], challenged),
        ):
            log = folder / f"{name}.jsonl"
            seed = LUCKY if act is challenged else SEED
            with_window(folder, name, [*words, "--seed", str(seed)], act, file, log)
        old, new = folder / "branched.jsonl", folder / "continued.jsonl"
        words = ["play", str(file), "--seed", str(SEED)]
        with_window(folder, "branched", words, branched, file, old)
        words = ["play", "--continue", str(old)]
        with_window(folder, "continued", words, continued, file, new)
        tour_checks.check_continued(old, new)
        words = ["replay", str(old), "--play"]
        with_window(folder, "replayed", words, replayed, file, None)
        tour_checks.check_taken_over(old, folder / "runs" / "sessions")
    finally:
        screen.kill()
        screen.wait()


def checked(hand: Hand, file: Path, log: Path, process: int) -> None:
    """Check what once was wrong."""
    tour_checks.check(hand, Map(file), file, log, process)


def toured(hand: Hand, file: Path, log: Path, process: int) -> None:  # noqa: ARG001 - as the checks have them
    """Take the pictures."""
    tour(hand, Map(file), file)


def challenged(hand: Hand, file: Path, log: Path, process: int) -> None:  # noqa: ARG001 - as the checks have them
    """Take the pictures of a challenge."""
    challenge(hand, Map("first_harvest"))


def branched(hand: Hand, file: Path, log: Path, process: int) -> None:  # noqa: ARG001 - as the checks have them
    """Scrub back, act otherwise, and swap branches."""
    places = Map(file)
    time.sleep(6.0)
    hand.key("space")
    for _ in range(3):
        hand.key("shift+Left")
    hand.click(places.bubble("🌳"), button=3)
    hand.key("space", wait=4.0)
    hand.key("space")
    hand.key("Tab")
    hand.key("shift+Left")


def continued(hand: Hand, file: Path, log: Path, process: int) -> None:  # noqa: ARG001 - as the checks have them
    """Look at a session that was continued, and close it."""
    time.sleep(5.0)
    hand.key("Tab")


def replayed(hand: Hand, file: Path, log: Path, process: int) -> None:  # noqa: ARG001 - as the checks have them
    """Go to the middle of a replay, and act."""
    time.sleep(5.0)
    tour_checks.check_title(hand, "Replay of branched.jsonl")
    hand.drag((600, 640), (64, 640))  # to its first second
    hand.key("m")
    hand.key("space", wait=2.0)


Act = Callable[[Hand, Path, Path, int], None]


def with_window(
    folder: Path,
    name: str,
    words: list[str],
    act: Act,
    file: Path,
    log: Path | None,
) -> None:
    """Open a window by a command, as for a new player, and close it after ``act``."""
    environment = {
        **os.environ,
        "DISPLAY": SCREEN,
        "SDL_VIDEODRIVER": "x11",
        "SDL_AUDIODRIVER": "dummy",
        "SDL_VIDEO_WINDOW_POS": "0,0",
        "XDG_CONFIG_HOME": str(folder / f"settings-{name}"),
        "XDG_DATA_HOME": str(folder / f"data-{name}"),
    }
    command = [sys.executable, "-m", "spacewheat_sim", *words]
    command += [] if log is None else ["--log", log.name]
    time.sleep(1.0)
    window = subprocess.Popen(  # noqa: S603 -- our own command
        command, cwd=folder, env=environment
    )
    try:
        hand = Hand(folder)
        act(hand, file, log or file, window.pid)
        hand.key("ctrl+q", wait=2.0)
        print(f"the window ended with code {window.wait(60)}")
    finally:
        window.kill()


if __name__ == "__main__":
    main()
