"""The figure of docs/architecture.md: the layers, and the path of one number."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    HAIRLINE,
    PALETTE,
    add_axes,
    draw_heading,
    house_style,
    new_figure,
)

WIDTH, HEIGHT = 10.4, 6.5  # inches
LEFT, NAMES, EDGE, GAP = 0.15, 1.42, 0.1, 0.18  # inches
BAND, BOX, HEADING = 0.92, 0.5, 0.62  # inches, heights
GROUND = "#f6f7f9"
PATH = PALETTE[1]


class Box(NamedTuple):
    """A folder or module, with what it holds and how wide it is drawn in inches."""

    name: str
    note: str
    width: float = 1.57


class Layer(NamedTuple):
    """What may import all that lies below it, with the room that it takes in inches."""

    name: str
    note: str
    boxes: tuple[Box, ...]
    row: int
    left: float = LEFT
    width: float = WIDTH - 2 * LEFT

    @property
    def is_wide(self) -> bool:
        """Whether it has its row alone, with its name at the left."""
        return self.width == WIDTH - 2 * LEFT


LAYERS = (
    Layer(
        "cli",
        "commands",
        (
            Box("simulate", "run a biome"),
            Box("content", "check, show, new"),
            Box("play, replay", "the window, sessions"),
            Box("lab", "run experiments"),
            Box("output, command", "streams, exit codes"),
        ),
        0,
    ),
    Layer(
        "sandbox",
        "the window",
        (
            Box("biome/", "the screen of a biome"),
            Box("lab/", "scenes of the lab"),
            Box("widgets/", "button, slider …"),
            Box("shapes, canvas", "a frame as data"),
            Box("display/", "pygame, only here"),
        ),
        1,
    ),
    Layer(
        "lab",
        "runs that leave files",
        (
            Box("experiments/", "one file each"),
            Box("bundle/", "the folder of a run"),
            Box("simulation/", "one biome, recorded"),
            Box("figures/", "drawn by matplotlib"),
            Box("ising/ …", "parts of experiments"),
        ),
        2,
    ),
    Layer(
        "engine",
        "the headless game",
        (
            Box("compile", "to operators", 0.86),
            Box("bath/", "one biome in motion: operators, state, recording", 3.66),
            Box("world/", "many baths, commands", 1.82),
            Box("session/", "log and replay", 1.7),
        ),
        3,
    ),
    Layer(
        "content",
        "",
        (Box("yaml/", "strict reader", 0.92), Box("icon, terms", "checked", 0.92)),
        4,
        LEFT,
        2.22,
    ),
    Layer(
        "quantum",
        "equations on arrays: no YAML, no clock, no files",
        (
            Box("generator", "H, Γ, jumps", 0.74),
            Box("series/", "one step", 0.74),
            Box("methods/", "many steps", 0.74),
            Box("kernels/", "all loops", 0.74),
            Box("ensembles/", "many runs", 0.74),
            Box("driving/ …", "and steady/", 0.74),
        ),
        4,
        2.47,
        5.54,
    ),
    Layer(
        "statmech",
        "classical models",
        (
            Box("exact/ ising/", "every method", 0.88),
            Box("rg/ trg/", "large scales", 0.88),
        ),
        4,
        8.11,
        2.14,
    ),
    Layer(
        "at the base",
        "",
        (
            Box("errors", "one tree", 1.28),
            Box("seeding", "named streams", 1.28),
            Box("arrays", "types of arrays", 1.28),
            Box("kernel_cache", "compiled loops", 1.28),
            Box("interrupts", "Ctrl-C", 1.28),
            Box("jsonio …", "and a few more", 1.28),
        ),
        5,
    ),
)
# The path of a coupling: layer and box of each stop, and whether its number stands at
# the right end.
STOPS = (
    ("content", 0, 0),
    ("content", 1, 0),
    ("engine", 0, 0),
    ("engine", 1, 0),
    ("quantum", 0, 0),
    ("quantum", 1, 0),
    ("quantum", 2, 0),
    ("engine", 1, 1),
    ("lab", 2, 0),
    ("lab", 3, 0),
)
# Where the path goes up or down, in inches from the left, by the stop that it comes to.
CROSSINGS = {2: 1.9, 4: 3.0, 7: 4.85, 8: 5.6}


def top(layer: Layer) -> float:
    """Return the inches from the lower edge of the figure to the top of a layer."""
    return HEIGHT - HEADING - layer.row * (BAND + 0.06)


def corner(name: str, number: int) -> tuple[float, float, float]:
    """Return left, lower and right edge of a box in inches."""
    (layer,) = (each for each in LAYERS if each.name == name)
    x = layer.left + (NAMES if layer.is_wide else EDGE)
    x += sum(box.width + GAP for box in layer.boxes[:number])
    y = top(layer) - BAND + (0.21 if layer.is_wide else 0.33)
    return x, y, x + layer.boxes[number].width


@house_style
def layers() -> Figure:
    """Draw the layers of the package and the path of a coupling through them."""
    figure = new_figure(WIDTH, HEIGHT)
    draw_heading(
        figure,
        "Each layer imports only what lies below it",
        "Orange: the path of one coupling, from a YAML file to a figure. The numbers "
        "are those of the text.",
        left=LEFT,
    )
    axes = add_axes(figure, 0.0, 0.0, WIDTH, HEIGHT)
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, HEIGHT)
    for layer in LAYERS:
        _draw_layer(axes, layer)
    _draw_path(axes)
    return figure


def _draw_layer(axes: Axes, layer: Layer) -> None:
    upper = top(layer)
    _rounded(axes, layer.left, upper - BAND, layer.width, BAND, GROUND, HAIRLINE)
    x = layer.left + EDGE
    y = upper - (BAND / 2 - 0.1 if layer.is_wide else BAND - 0.16)
    axes.text(x, y, layer.name, fontsize=10, fontweight="bold", va="center")
    x, y = (x, y - 0.22) if layer.is_wide else (x + 0.82, y)
    axes.text(x, y, layer.note, fontsize=7, color=FAINT_INK, va="center")
    middle = {"ha": "center", "va": "center"}
    for number, box in enumerate(layer.boxes):
        x, y, _ = corner(layer.name, number)
        _rounded(axes, x, y, box.width, BOX, "white", FAINT_INK)
        x += box.width / 2
        axes.text(x, y + 0.33, box.name, fontsize=8, **middle)
        axes.text(x, y + 0.14, box.note, fontsize=6.5, color=FAINT_INK, **middle)


def _rounded(
    axes: Axes, x: float, y: float, width: float, height: float, color: str, edge: str
) -> None:
    style = "round,pad=0,rounding_size=0.06"
    patch = FancyBboxPatch((x, y), width, height, boxstyle=style, lw=0.8)
    patch.set(facecolor=color, edgecolor=edge)
    axes.add_patch(patch)


def _draw_path(axes: Axes) -> None:
    boxes = [corner(name, number) for name, number, _ in STOPS]
    for stop, (before, after) in enumerate(itertools.pairwise(boxes), start=1):
        if stop in CROSSINGS:
            x, up = CROSSINGS[stop], after[1] > before[1]
            begin = x, before[1] + (BOX if up else 0.0)
            end = x, after[1] + (0.0 if up else BOX)
        else:
            y = before[1] + BOX / 2
            begin, end = (before[2], y), (after[0], y)
        arrow = {"arrowstyle": "-|>", "color": PATH, "lw": 1.5, "shrinkA": 0}
        axes.annotate("", end, begin, arrowprops=arrow | {"shrinkB": 0}, zorder=4)
    style = {"color": "white", "fontsize": 7, "fontweight": "bold", "ha": "center"}
    for number, ((_, _, at_end), (x0, y, x1)) in enumerate(
        zip(STOPS, boxes, strict=True), start=1
    ):
        x = x1 if at_end else x0
        axes.plot([x], [y + BOX], "o", ms=11, color=PATH, zorder=5)
        axes.text(x, y + BOX, str(number), va="center_baseline", zorder=6, **style)
