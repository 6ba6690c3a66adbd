"""Plain figures of answers, with emojis as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.emoji import emoji_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = (6.4, 3.6)  # inches
PICTURE = 14.0  # points
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255")


def figure_of(x_label: str, y_label: str) -> tuple[Figure, Axes]:
    """Return an empty figure with labeled axes; it needs no window."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def saved(figure: Figure, path: str | Path | None) -> Figure:
    """Return ``figure``, written to ``path`` if there is one."""
    if path is not None:
        figure.savefig(path)
    return figure


def draw_lines(
    axes: Axes, x: FloatArray, lines: FloatArray, emojis: Sequence[str]
) -> None:
    """Draw ``lines`` (T, N), each with the picture of its emoji at the end."""
    for number, emoji in enumerate(emojis):
        color = COLORS[number % len(COLORS)]
        axes.plot(x, lines[:, number], color=color, linewidth=1.2)
        put_emoji(axes, emoji, (float(x[-1]), float(lines[-1, number])), (10.0, 0.0))


def put_emoji(
    axes: Axes, emoji: str, xy: tuple[float, float], offset: tuple[float, float]
) -> None:
    """Draw an emoji ``offset`` points from ``xy``; a name where there is no picture."""
    import numpy as np
    from matplotlib.offsetbox import AnnotationBbox, OffsetBox, OffsetImage, TextArea

    from spacewheat_sim.assets.pictures import emoji_image

    picture = emoji_image(emoji)
    box: OffsetBox
    if picture is None:
        style = {"fontsize": 7, "parse_math": False}
        box = TextArea(emoji_name(emoji), textprops=style)
    else:
        box = OffsetImage(np.asarray(picture), zoom=PICTURE / picture.width)
    axes.add_artist(
        AnnotationBbox(
            box,
            xy,
            xybox=offset,
            boxcoords="offset points",
            frameon=False,
            annotation_clip=False,
        )
    )
