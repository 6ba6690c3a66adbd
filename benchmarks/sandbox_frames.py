"""How long a frame of the sandbox takes: simulation, shapes, and painting.

    python benchmarks/sandbox_frames.py [--quick]

The forest (22 emojis) with 12 planted axes, the same with the page of what comes next,
whose forecasts are worked out in another thread, and a biome of 60 emojis, at
1280 × 720 on SDL's dummy driver: what remains of a frame where no screen is waited for.
The forest is measured at 1920 × 1080 too, where 60 frames a second leave 16.7 ms;
``sandbox_idle.py`` counts them in a window on a virtual screen.
Each frame is one tick of 1/60 s, after a minute of them, so that the river is full; the
first second, in which pictures of emojis and of text are made, is left out. The bars
are for times on the clock; the processor's time of the thread that draws, which other
work on the machine disturbs less, stands below them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from timing import pin_threads

pin_threads()
os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"

import numpy as np  # noqa: E402 -- after the threads
from numpy.typing import NDArray  # noqa: E402

from spacewheat_sim.assets.atlas import atlas_emojis  # noqa: E402
from spacewheat_sim.jsonio import pretty_json  # noqa: E402
from spacewheat_sim.sandbox.app import App  # noqa: E402
from spacewheat_sim.sandbox.biome.screen import BiomeScreen  # noqa: E402
from spacewheat_sim.sandbox.canvas import Canvas  # noqa: E402
from spacewheat_sim.sandbox.display.garbage import settle, take_turns  # noqa: E402
from spacewheat_sim.sandbox.display.opening import (  # noqa: E402
    close_display,
    open_display,
)
from spacewheat_sim.sandbox.display.window import Window  # noqa: E402
from spacewheat_sim.sandbox.inputs import Key  # noqa: E402
from spacewheat_sim.sandbox.screens import Screens  # noqa: E402

SIZE, LARGE = (1280, 720), (1920, 1080)
AXES = 12
WARM_UP = 60
PLAYED = 3600  # ticks before the first frame: the river is full
PARTS = ("advance", "shapes", "paint")
Stamp = tuple[float, float]  # seconds of the clock, and of this thread's processor
BARS = {"median": 5.0, "p99": 12.0}  # ms, for the whole frame of the forest


def main() -> int:
    """Print a table for each biome; return whether the forest misses a bar."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer frames")
    count = 300 if parser.parse_args().quick else 1800
    forest = frame_times("forest", count)
    report("forest, 12 axes", forest, BARS)
    report("forest, page Next", frame_times("forest", count, page="n"), {})
    large = frame_times("forest", count, size=LARGE)
    report("forest, 12 axes", large, {}, LARGE)
    with tempfile.TemporaryDirectory() as folder:
        report("60 emojis, 12 axes", frame_times(large_biome(Path(folder)), count), {})
    whole = forest[:, :, 0].sum(axis=1)
    met = np.median(whole) <= BARS["median"] and p99(whole) <= BARS["p99"]
    return 0 if met else 1


def frame_times(
    name: str, count: int, page: str = "a", size: tuple[int, int] = SIZE
) -> NDArray[np.float64]:
    """Return milliseconds (count, part, clock or processor) after a warm-up."""
    app = open_screen(name)
    app.handle(Key(page))
    close_display()
    open_display(size)
    window = Window(app)
    stamps = []
    for n in range(WARM_UP + count):
        if n == 1:
            settle()
            take_turns()
        app.stamps = [stamp()]
        window.frame(1 / 60)
        stamps.append([*app.stamps, stamp()])
    app.close()
    return np.diff(np.array(stamps[WARM_UP:]), axis=1) * 1e3


def open_screen(name: str) -> TimedApp:
    """Return the app with twelve axes, and a minute of the past in the river."""
    screens = Screens(seed=0)
    app = TimedApp(screens.catalog, screens.open, name)
    app.stamps = []
    plant(app.screen)
    app.screen.session.ticks.go_on_to(PLAYED)
    return app


class TimedApp(App):
    """Notes when it has advanced, and when it has drawn."""

    stamps: list[Stamp]

    def advance(self, real_seconds: float) -> None:
        """Let real time pass."""
        super().advance(real_seconds)
        self.stamps.append(stamp())

    def draw(self, canvas: Canvas) -> None:
        """Add all shapes of this moment."""
        super().draw(canvas)
        self.stamps.append(stamp())


def stamp() -> Stamp:
    """Return the time now."""
    return time.perf_counter(), time.thread_time()


def plant(screen: object) -> None:
    """Plant axes between neighbors until there are twelve."""
    if not isinstance(screen, BiomeScreen):
        raise TypeError(f"{screen!r} is no biome")
    session = screen.session
    emojis = session.bath.emojis
    for n in range(AXES - len(session.world.plots)):
        session.plant(emojis[2 * n % len(emojis)], emojis[(2 * n + 3) % len(emojis)])


def large_biome(folder: Path) -> str:
    """Write a biome of 60 emojis, each coupled to two and feeding a third."""
    emojis = atlas_emojis()[:60]
    icons = [
        {
            "emoji": emoji,
            "name": f"Being {n}",
            "self_energy": 0.1 * (n % 7),
            "couplings": {emojis[(n + k) % 60]: 0.4 for k in (1, 7)},
            "transfers_to": {emojis[(n + 13) % 60]: 0.05},
        }
        for n, emoji in enumerate(emojis)
    ]
    content = {
        "schema": 1,
        "name": "Sixty",
        "emojis": list(emojis),
        "initial": {"weights": dict.fromkeys(emojis, 1.0)},
        "icons": icons,
    }
    path = folder / "sixty.yaml"
    path.write_text(pretty_json(content), encoding="utf-8")  # JSON is YAML
    return str(path)


def p99(times: NDArray[np.float64]) -> float:
    """Return the time that one frame in a hundred exceeds."""
    return float(np.quantile(times, 0.99))


def report(
    name: str,
    times: NDArray[np.float64],
    bars: dict[str, float],
    size: tuple[int, int] = SIZE,
) -> None:
    """Print median and 99th percentile of the parts and of the whole."""
    print(f"{name}, {len(times)} frames of {size[0]} x {size[1]}, ms")
    print(f"  {'':9} {'median':>8} {'p99':>8}")
    clock, processor = times[:, :, 0], times[:, :, 1]
    columns = dict(zip(PARTS, clock.T, strict=True)) | {"whole": clock.sum(axis=1)}
    for part, values in columns.items():
        print(f"  {part:9} {np.median(values):8.2f} {p99(values):8.2f}")
    if bars:
        print(f"  {'bar':9} {bars['median']:8.2f} {bars['p99']:8.2f}")
    parts = zip((*PARTS, "whole"), (*processor.T, processor.sum(axis=1)), strict=True)
    told = ", ".join(f"{part} {np.median(values):.2f}" for part, values in parts)
    print(f"  processor, median: {told}; whole, p99: {p99(processor.sum(axis=1)):.2f}")


if __name__ == "__main__":
    sys.exit(main())
