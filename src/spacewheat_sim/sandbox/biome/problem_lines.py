"""What is wrong with a file that is followed, or with numbers, above a biome."""

from __future__ import annotations

from collections.abc import Sequence

from spacewheat_sim.content.problems import Problem
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Fill, Outline

LINE, GAP = 16.0, 6.0
MOST = 4
KEPT = "The old content keeps running until you fix the file."


def draw_problems(
    canvas: Canvas, area: Rect, problems: Sequence[Problem], stopped: str | None
) -> Rect:
    """Add the problems at the top of ``area``; return what is left of it.

    Args:
        canvas: The frame.
        area: Where there is room.
        problems: Those of files.
        stopped: The error that stopped the world, or None.
    """
    lines = [_short(problem) for problem in problems]
    if len(lines) > MOST:
        lines = [*lines[: MOST - 1], f"and {len(lines) - MOST + 1} more"]
    if lines:
        lines.append(KEPT)
    if stopped is not None:
        lines += canvas.wrapped(stopped, SMALL, area.w - 20.0)
    if not lines:
        return area
    box, rest = area.cut_top(LINE * len(lines) + 12.0, GAP)
    with canvas.sheet(box, palette.GROUND):
        canvas.add(
            Fill(box, palette.mix(palette.PANEL, palette.VERMILLION, 0.25), radius=6.0),
            Outline(box, palette.ERROR, radius=6.0),
        )
        for number, line in enumerate(lines):
            y = box.y + 6.0 + LINE * (number + 0.5)
            canvas.text(box.x + 10.0, y, line, size=SMALL, width=box.w - 20.0)
    return rest


def _short(problem: Problem) -> str:
    return (
        f"{problem.path}, line {problem.line}, column {problem.column}: "
        f"{problem.message}; wanted {problem.wanted}"
    )
