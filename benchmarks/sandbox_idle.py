"""What a window of the sandbox costs while little happens.

The processor's time, as a share of one core, of a real window on a virtual screen
(Xvfb; Debian: apt install xvfb): paused, minimized, covered by another window, and
running at 1920 × 1080, where the frames a second are measured too.

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
            told = f"bar {bar:g} %" if bar else f"{rate:.1f} frames a second"
            print(f"{state:10} {share:6.2f} % of a core, {told}")
            met = met and (bar is None or share <= bar)
    finally:
        screen.kill()
        screen.wait()
    return 0 if met else 1


def measured(state: str, seconds: float) -> tuple[float, float]:
    """Return the share of a core in %, and the frames a second, in a state."""
    import pygame

    from spacewheat_sim.sandbox.app import App
    from spacewheat_sim.sandbox.display.opening import close_display, open_display
    from spacewheat_sim.sandbox.display.window import Window
    from spacewheat_sim.sandbox.screens import Screens

    screens = Screens(seed=0)
    app = App(screens.catalog, screens.open, "forest")
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
        before, begun = time.process_time(), time.perf_counter()
        time.sleep(seconds)
        used = time.process_time() - before
        found.extend((100 * used / (time.perf_counter() - begun), frames()))
        pygame.event.post(pygame.event.Event(pygame.QUIT))

    def frames() -> float:
        return app.frames_per_second

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
