"""What a window of the sandbox costs while little happens.

The processor's time, as a share of one core, of a real window on a virtual screen
(Xvfb; Debian: apt install xvfb): paused, minimized, covered by another window, and
running at 1920 × 1080 with 12 axes and a full river, where the frames are counted too.

    python benchmarks/sandbox_idle.py [--quick]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import threading
import time

from timing import pin_threads

pin_threads()
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
os.environ["SDL_AUDIODRIVER"] = "dummy"

SCREEN = ":96"
SIZE = (1920, 1080)
WARM_UP = 2.0
BARS = {"paused": 3.0, "minimized": 1.0, "covered": 1.0}  # % of a core
# Frames a second while it runs: 60, but for the whole milliseconds that a clock waits.
RATE_BAR = 58.0
COVER = """
import pygame, sys, time
pygame.display.init()
pygame.display.set_mode((%d, %d), pygame.NOFRAME)
while True:
    pygame.event.get()
    time.sleep(0.05)
"""


def main() -> int:
    """Print a row for each state; return whether a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a shorter time")
    seconds = 3.0 if parser.parse_args().quick else 10.0
    program = shutil.which("Xvfb")
    if program is None:
        print("Xvfb is missing; Debian: apt install xvfb")
        return 2
    screen = subprocess.Popen(  # noqa: S603 -- our own command
        [program, SCREEN, "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"],
        stderr=subprocess.DEVNULL,
    )
    os.environ |= {"DISPLAY": SCREEN, "SDL_VIDEODRIVER": "x11"}
    os.environ["SDL_VIDEO_WINDOW_POS"] = "0,0"
    time.sleep(1.0)
    met = True
    try:
        for state in ("paused", "minimized", "covered", "running"):
            share, rate = measured(state, seconds)
            bar = BARS.get(state)
            each = 10 * share / max(rate, 1e-9)
            told = (
                f"{rate:.1f} frames a second, bar {RATE_BAR:g}; each takes {each:.1f} "
                "ms of the processor"
            )
            if bar is not None:
                told = f"bar {bar:g} %"
            print(f"{state:10} {share:6.2f} % of a core, {told}")
            met = met and (rate >= RATE_BAR if bar is None else share <= bar)
    finally:
        screen.kill()
        screen.wait()
    return 0 if met else 1


def measured(state: str, seconds: float) -> tuple[float, float]:
    """Return the share of a core in %, and the frames a second, in a state."""
    import pygame
    from sandbox_frames import PLAYED, plant

    # What is imported there means to be without a screen.
    os.environ["SDL_VIDEODRIVER"] = "x11"

    from spacewheat_sim.sandbox.app import App
    from spacewheat_sim.sandbox.canvas import Canvas
    from spacewheat_sim.sandbox.display.opening import close_display, open_display
    from spacewheat_sim.sandbox.display.window import Window
    from spacewheat_sim.sandbox.screens import Screens

    class CountingApp(App):
        drawn = 0

        def draw(self, canvas: Canvas) -> None:
            super().draw(canvas)
            self.drawn += 1

    screens = Screens(seed=0)
    app = CountingApp(screens.catalog, screens.open, "forest")
    plant(app.screen)
    app.screen.session.ticks.go_on_to(PLAYED)
    open_display(SIZE)
    window = Window(app)
    app.screen.session.clock.paused = state == "paused"
    found: list[float] = []
    covers: list[subprocess.Popen[bytes]] = []

    def watch() -> None:
        time.sleep(WARM_UP)
        if state == "covered":
            program = [sys.executable, "-c", COVER % SIZE]
            covers.append(subprocess.Popen(program))  # noqa: S603 -- our own command
            time.sleep(4 * WARM_UP)
        if state == "minimized":
            pygame.event.post(pygame.event.Event(pygame.WINDOWMINIMIZED))
            time.sleep(0.5)
        before, begun, drawn = time.process_time(), time.perf_counter(), app.drawn
        time.sleep(seconds)
        used, passed = time.process_time() - before, time.perf_counter() - begun
        found.extend((100 * used / passed, (app.drawn - drawn) / passed))
        pygame.event.post(pygame.event.Event(pygame.QUIT))

    watcher = threading.Thread(target=watch)
    watcher.start()
    window.run()
    watcher.join()
    for cover in covers:
        cover.kill()
        cover.wait()
    close_display()
    return found[0], found[1]


if __name__ == "__main__":
    sys.exit(main())
