"""The common look of all figures: size, type, colors, and how they are saved.

Positions are in inches, because end labels and node sizes must be known in points
before anything is drawn.
"""

from __future__ import annotations

import io
import textwrap
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave
from matplotlib.transforms import Bbox

from spacewheat_sim.jsonio import write_atomically
from spacewheat_sim.lab.figures.glyphs import drawable_text

DPI: Final = 150
POINTS_PER_INCH: Final = 72.0
MARGIN: Final = 0.08  # inches beside content that widens the canvas
INK: Final = "#23272e"
FAINT_INK: Final = "#6b7280"
HAIRLINE: Final = "#d7dbe0"

# Okabe and Ito's set, with its yellow darkened and its black lightened so that both
# show on white, and Tol's wine added: nine hues that color-blind readers distinguish.
PALETTE: Final = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#882255",
    "#A89A00",
    "#4D4D4D",
)
DASHES: Final = (
    (1, 0),
    (5, 1.6),
    (1.2, 1.2),
    (7, 1.5, 1.2, 1.5),
)

HOUSE_STYLE: Final[dict[Any, Any]] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT_INK,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": HAIRLINE,
    "grid.linewidth": 0.6,
    "xtick.color": FAINT_INK,
    "ytick.color": FAINT_INK,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "lines.solid_capstyle": "round",
    # Powers of ten are written once, beside the axis, if numbers would be long.
    "axes.formatter.limits": (-4, 5),
    "axes.formatter.use_mathtext": True,
    "savefig.dpi": DPI,
    "savefig.facecolor": "white",
    "savefig.bbox": None,
}

house_style = mpl.rc_context(HOUSE_STYLE)
"""Decorator that gives everything a function draws the common look."""


def line_color(index: int) -> str:
    """Return the color of the emoji at ``index`` of the basis, in every figure."""
    return PALETTE[index % len(PALETTE)]


def line_dashes(index: int) -> tuple[float, tuple[float, ...]]:
    """Return the dashes of line ``index``: a new pattern each time colors repeat."""
    return 0.0, DASHES[index // len(PALETTE) % len(DASHES)]


def new_figure(width: float, height: float) -> Figure:
    """Return an empty white figure of ``width`` × ``height`` inches."""
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def add_axes(
    figure: Figure, left: float, bottom: float, width: float, height: float
) -> Axes:
    """Return new axes whose frame has this place and size in inches."""
    total_width, total_height = figure.get_size_inches()
    return figure.add_axes(
        (
            left / total_width,
            bottom / total_height,
            width / total_width,
            height / total_height,
        )
    )


def size_in_points(axes: Axes) -> tuple[float, float]:
    """Return the width and the height of the frame of ``axes`` in points."""
    scale = POINTS_PER_INCH / DPI
    return axes.bbox.width * scale, axes.bbox.height * scale


def heading_height(title: str, subtitle: str, width: float) -> float:
    """Return the inches that the heading needs at the top of a figure."""
    lines, notes = _title_lines(title, width), _subtitle_lines(subtitle, width)
    return 0.46 + 0.21 * (len(lines) - 1) + 0.16 * len(notes)


def draw_heading(figure: Figure, title: str, subtitle: str, *, left: float) -> None:
    """Write the title and, below it in gray, notes for reading the figure.

    Args:
        figure: Figure to write on.
        title: Plain text; long titles wrap, characters without a glyph are left out.
        subtitle: Plain text, or nothing.
        left: Distance from the left edge in inches.
    """
    width, height = figure.get_size_inches()
    lines, notes = _title_lines(title, width), _subtitle_lines(subtitle, width)
    style: dict[str, Any] = {"va": "top", "linespacing": 1.15, "parse_math": False}
    x, y = left / width, 1 - 0.14 / height
    figure.text(x, y, "\n".join(lines), fontsize=12, fontweight="bold", **style)
    y -= (0.02 + 0.21 * len(lines)) / height
    figure.text(x, y, "\n".join(notes), fontsize=8, color=FAINT_INK, **style)


@house_style
def save_figure(figure: Figure, path: Path) -> None:
    """Write ``figure`` as a PNG that depends only on its content.

    Content beyond the canvas, such as a very long label, widens it.

    Raises:
        OSError: ``path`` cannot be written.
    """
    canvas: Any = FigureCanvasAgg(figure)  # matplotlib does not type its methods
    canvas.draw()
    buffer = io.BytesIO()
    options: dict[str, Any] = {"format": "png", "metadata": {"Software": None}}
    box = _widened_box(figure)
    if box is None:
        imsave(buffer, canvas.buffer_rgba(), dpi=DPI, **options)
    else:
        figure.savefig(buffer, bbox_inches=box, **options)
    write_atomically(path, buffer.getvalue())


def _widened_box(figure: Figure) -> Bbox | None:
    """Return the canvas in inches, widened to what is drawn; None if that fits."""
    drawn = figure.get_tightbbox()
    canvas = figure.bbox_inches
    if all(canvas.contains(x, y) for x, y in (drawn.min, drawn.max)):
        return None
    return Bbox.union([canvas, drawn.padded(MARGIN)])


def _title_lines(title: str, width: float) -> list[str]:
    # Bold letters of 12 points are about 0.115 inches wide.
    return textwrap.wrap(drawable_text(title), int((width - 1.0) / 0.115)) or [""]


def _subtitle_lines(subtitle: str, width: float) -> list[str]:
    # Letters of 8 points are about 0.066 inches wide.
    lines = textwrap.wrap(drawable_text(subtitle), int((width - 1.0) / 0.066))
    # Separators are removed at the ends of a line.
    return [line.strip("· ") for line in lines]
