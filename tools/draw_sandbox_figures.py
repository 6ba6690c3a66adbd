"""Draw the pictures and the film of the sandbox for the documentation.

The same sources give the same pictures, on a busy machine too.

    python tools/draw_sandbox_figures.py [FOLDER]

``FOLDER`` is ``docs/figures`` unless another is given.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import tempfile
from contextlib import chdir
from pathlib import Path

from sandbox_hand import Hand
from spacewheat_sim.content.folders import content_folder
from spacewheat_sim.sandbox.display.saved.gif import INTERVAL, Recording

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "figures"
SEED = 7
LUCKY = 3  # the seed of an attempt that earns two stars
FILMED = 4  # the measurement finds its north, which the harvest then takes
AXIS = ("☀", "🦌")


def draw_first_minute(folder: Path) -> None:
    """Plant an axis as the first steps say, measure it, and harvest it."""
    hand = Hand("forest_small", FILMED, is_new=True)
    hand.wait(3.0)
    hand.picture(folder / "sandbox_first_steps.png")
    for emoji in AXIS:
        hand.click(hand.bubble(emoji))
    hand.wait(2.0)
    hand.key("m")
    hand.wait(1.2)
    hand.key("h")
    hand.wait(2.2)
    hand.key("space")
    hand.picture(folder / "sandbox_harvest.png")


def draw_forest(folder: Path) -> None:
    """Look at a forest, and at the keys."""
    hand = Hand("forest_small", FILMED)
    hand.wait(8.0)
    hand.picture(folder / "sandbox.png")
    hand.key("f1")
    hand.picture(folder / "sandbox_help.png")


def draw_icon(folder: Path) -> None:
    """Look at the wolf's icon, and pull a slider."""
    hand = Hand("forest_small", SEED)
    hand.wait(8.0)
    hand.click(hand.bubble("🐺"))
    hand.key("escape")
    hand.key("i")
    x, y = hand.knob("energy, rad/s")
    hand.drag((x, y), (x + 40, y))
    hand.wait(4.0)
    hand.picture(folder / "sandbox_icon.png")


def draw_past(folder: Path) -> None:
    """Go back, act otherwise, look at the state, and pin what would have been."""
    hand = Hand("forest_small", SEED)
    hand.wait(16.0)
    hand.key("space")
    for _ in range(6):
        hand.key("left", shift=True)
    hand.click(hand.bubble("🌳"), "right")
    hand.key("space")
    hand.wait(3.0)
    hand.key("space")
    hand.picture(folder / "sandbox_river.png")
    hand.key("v")
    hand.picture(folder / "sandbox_state.png")
    hand.key("n")
    hand.picture(folder / "sandbox_next.png")
    hand.key("c")
    hand.click(hand.text("Pin B"))
    hand.key("m")
    hand.key("space")
    hand.wait(4.0)
    hand.key("space")
    hand.picture(folder / "sandbox_pinned.png")


def draw_broken_file(folder: Path) -> None:
    """Make a mistake in a file that is played."""
    source = content_folder("biomes") / "forest_small.yaml"
    with tempfile.TemporaryDirectory() as place, chdir(place):
        file = Path(shutil.copy(source, "my_forest.yaml"))
        hand = Hand("./my_forest.yaml", SEED)
        hand.wait(6.0)
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("method: trajectory", "method: trajektory"))
        hand.wait(2.0)
        hand.picture(folder / "sandbox_broken_file.png")


def draw_scene(folder: Path) -> None:
    """Warm up a lattice."""
    hand = Hand("ising_lattice", SEED)
    x, y = hand.knob("Temperature T")
    hand.drag((x, y), (x + 2, y))
    hand.wait(12.0)
    hand.picture(folder / "sandbox_lab.png")


def draw_challenge(folder: Path) -> None:
    """Play an attempt to its end, and half of another against it."""
    with tempfile.TemporaryDirectory() as runs:
        hand = Hand("first_harvest", LUCKY, best_runs=Path(runs))
        harvest = hand.text("harvest 🌕/🌑  −0.1")
        _harvest_every(hand, harvest, steps=2, times=20)
        hand.wait(1.5)  # the flash of the last harvest fades
        hand.picture(folder / "sandbox_challenge_end.png")
        _harvest_every(hand, harvest, steps=3, times=7)
        hand.wait(1.5)
        hand.picture(folder / "sandbox_challenge.png")


def _harvest_every(
    hand: Hand, button: tuple[float, float], steps: int, times: int
) -> None:
    """Begin an attempt, and press a button after every so many steps."""
    hand.key("f5")
    for _ in range(times):
        for _ in range(steps):
            hand.key(".")  # pause, and take one
        hand.click(button)


def film(folder: Path) -> None:
    """Film how an axis is planted, measured and harvested."""
    hand = Hand("forest_small", FILMED, is_new=True, rate=1 / INTERVAL)
    recording = Recording()
    shots = itertools.count()

    def shoot() -> None:
        time = next(shots) * INTERVAL
        recording.note(hand.surface, time * (1 + 1e-6))  # it is due, but for rounding

    hand.wait(1.5, shoot)
    for emoji in AXIS:
        hand.click(hand.bubble(emoji))
        hand.wait(0.9, shoot)
    hand.move((640.0, 715.0))
    hand.wait(0.6, shoot)
    hand.key("m")
    hand.wait(1.5, shoot)
    hand.key("h")
    hand.wait(2.6, shoot)
    path = folder / "sandbox.gif"
    path.write_bytes(recording.content())
    print(path)


def main() -> None:
    """Draw all of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder = parser.parse_args().folder.resolve()
    for draw in (
        draw_first_minute,
        draw_forest,
        draw_icon,
        draw_past,
        draw_broken_file,
        draw_scene,
        draw_challenge,
        film,
    ):
        draw(folder)


if __name__ == "__main__":
    main()
