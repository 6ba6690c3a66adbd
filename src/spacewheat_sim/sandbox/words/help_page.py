"""The page that lists all keys."""

from __future__ import annotations

from collections.abc import Sequence

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import SMALL, TITLE, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.keys import EVERYWHERE
from spacewheat_sim.sandbox.screen import Screen
from spacewheat_sim.sandbox.shapes import Fill

KEY_SHARE = 0.38


def draw_help(canvas: Canvas, area: Rect, screen: Screen, about: str) -> None:
    """Add the help page over ``area``: general keys, those of the screen, a line."""
    canvas.add(Fill(canvas.area, palette.GROUND, alpha=0.75))
    page = Rect(area.x, area.y, min(area.w, 980.0), area.h)
    page = page._replace(x=area.center[0] - page.w / 2)
    canvas.panel(page)
    inner = page.inset(20.0, 14.0)
    top, rest = inner.cut_top(26.0, 6.0)
    canvas.text(top.x, top.center[1], "Keys and mouse", size=TITLE, bold=True)
    canvas.text(
        top.right,
        top.center[1],
        "any key or click closes this page",
        color=palette.DIM,
        align="right",
    )
    if about:
        bottom, rest = rest.cut_bottom(22.0, 4.0)
        y = bottom.center[1]
        canvas.text(bottom.x, y, about, size=SMALL, color=palette.DIM, width=bottom.w)
    left, right = rest.columns([1.0, 1.0], gap=24.0)
    _draw_keys(canvas, left, "Everywhere", EVERYWHERE)
    _draw_keys(canvas, right, screen.title, screen.keys)


def _draw_keys(
    canvas: Canvas, area: Rect, title: str, keys: Sequence[tuple[str, str]]
) -> None:
    heading, rest = area.cut_top(24.0, 4.0)
    canvas.text(heading.x, heading.center[1], title, color=palette.ACCENT, width=area.w)
    row = min(27.0, rest.h / max(1, len(keys)))
    for number, (key, meaning) in enumerate(keys):
        y = rest.y + row * (number + 0.5)
        canvas.text(rest.x, y, key, size=SMALL, width=rest.w * KEY_SHARE - 8.0)
        canvas.text(
            rest.x + rest.w * KEY_SHARE,
            y,
            meaning,
            size=SMALL,
            color=palette.DIM,
            width=rest.w * (1 - KEY_SHARE),
        )
