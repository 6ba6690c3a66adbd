"""How long it takes to go back in time, and to fan out what may come.

    python benchmarks/sandbox_river.py [--quick]

The forest (22 emojis) with 12 planted axes is played for ten minutes, measured and
edited now and then; then the playhead goes to ticks at random, and the frame there is
drawn, at 1280 × 720 on SDL's dummy driver. A fan is of 64 histories of ten seconds
after a measurement. Times are on the clock, one thread; that every tick is reached in
time is told by the processor's time, which other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import sys
import time

from sandbox_frames import SIZE, open_screen, p99, stamp
from timing import pin_threads

pin_threads()

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from spacewheat_sim.engine.world.commands import Measure  # noqa: E402
from spacewheat_sim.engine.world.fan import fan_out  # noqa: E402
from spacewheat_sim.sandbox.biome.session.edits import edit_icon  # noqa: E402
from spacewheat_sim.sandbox.biome.session.session import BiomeSession  # noqa: E402
from spacewheat_sim.sandbox.display.garbage import settle  # noqa: E402
from spacewheat_sim.sandbox.display.opening import open_display  # noqa: E402
from spacewheat_sim.sandbox.display.window import Window  # noqa: E402

SECONDS = 600
SCRUB_BAR, FAN_BAR = 16.0, 500.0  # ms


def main() -> int:
    """Print the times; return whether a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer jumps")
    count = 60 if parser.parse_args().quick else 600
    scrubs, fans = scrub_times(count), fan_times(max(5, count // 20))
    going, whole, processor = scrubs.T
    print(f"to any tick of {SECONDS} s, {count} times, ms: median, p99, longest")
    for name, times in (
        ("world", going),
        ("with its frame", whole),
        ("processor", processor),
    ):
        longest = times.max()
        print(f"  {name:15} {np.median(times):7.2f} {p99(times):7.2f} {longest:7.2f}")
    print(f"  {'bar':15} {SCRUB_BAR:7.2f}")
    print(
        f"fan, {len(fans)} times, ms: median {np.median(fans):.1f}, bar {FAN_BAR:.0f}"
    )
    reached = np.median(whole) <= SCRUB_BAR and processor.max() <= SCRUB_BAR
    met = reached and np.median(fans) <= FAN_BAR
    return 0 if met else 1


def scrub_times(count: int) -> NDArray[np.float64]:
    """Return ms (count, 3): to be there, with the frame, and of the processor."""
    app = open_screen("forest")
    settle()  # as a window does at its first frame
    session = lived_in(app.screen.session)
    open_display(SIZE)
    window = Window(app)
    rng, found = np.random.default_rng(0), []
    for number in range(count + 5):
        tick = int(rng.integers(0, session.past.line.end + 1))
        begin = stamp()
        session.past.go_to(session.past.line.at_tick(tick))
        there = stamp()
        window.frame(0.0)
        end = stamp()
        if number >= 5:
            processor = end[1] - begin[1]
            found.append((there[0] - begin[0], end[0] - begin[0], processor))
    app.close()
    return 1e3 * np.array(found)


def fan_times(count: int) -> list[float]:
    """Return ms to fan out a measurement."""
    session = lived_in(open_screen("forest").screen.session, 10)
    found = []
    for _ in range(count + 1):
        session.ticks.go_on_to(session.world.tick_count + 1)
        begin = time.perf_counter()
        fan_out(session.world, session.name, [Measure(1)])
        found.append(1e3 * (time.perf_counter() - begin))
    return found[1:]


def lived_in(session: BiomeSession, seconds: int = SECONDS) -> BiomeSession:
    """Play for some time, measuring and editing every ten seconds."""
    icon = next(iter(session.icons.values()))
    while session.world.time < seconds - 1e-6:
        for _ in range(10):
            session.advance(1.0)
        plot = next(iter(session.world.plots))
        energy = 0.01 * session.world.tick_count / 600
        session.do(Measure(plot))
        edit_icon(session, icon.model_copy(update={"self_energy": energy}))
    return session


if __name__ == "__main__":
    sys.exit(main())
