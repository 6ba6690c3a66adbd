"""The score as a bar up to the third star, with that of the best run beside it."""

from __future__ import annotations

import math

from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.points import Point
from spacewheat_sim.sandbox.shapes import Color, Fill, Line, Polygon, Polyline
from spacewheat_sim.sandbox.words.number_text import fixed

STAR, INNER, POINTS = 6.0, 0.45, 5
THICK, THIN = 5.0, 3.0
# What is left free beyond the third star, as a share of the bar.
BEYOND = 0.06
GHOST = palette.mix(palette.PANEL, palette.TEXT, 0.55)


def draw_score_bar(
    canvas: Canvas,
    area: Rect,
    challenge: Challenge,
    score: float,
    best: float | None,
    *,
    is_final: bool,
) -> None:
    """Add the score, the three stars at their scores, and the best run's score.

    Args:
        canvas: The frame.
        area: Its place.
        challenge: Whose stars.
        score: The score so far.
        best: That of the best run at the same step, or None.
        is_final: Whether a score that is above a star earns it: later steps may
            take away what is there before.
    """
    low, high = _range(challenge)
    yours, theirs = area.cut_bottom(area.h / 2)[::-1]
    full = THICK if best is not None else 2 * THICK - 2.0
    place = yours if best is not None else area
    # From 0 on, where more than that is needed: at first nothing is earned.
    begin = _share(0.0, low, high) if challenge.stars[0] > 0.0 else 0.0
    yours_at = begin, _share(score, low, high)
    _draw_bar(canvas, place, yours_at, full, palette.ACCENT)
    if best is not None:
        theirs_at = begin, _share(best, low, high)
        _draw_bar(canvas, theirs, theirs_at, THIN, GHOST)
    for number, threshold in enumerate(challenge.stars, start=1):
        x = area.x + _share(threshold, low, high) * area.w
        is_earned = is_final and score >= threshold
        canvas.add(Line(x, area.y, x, area.bottom, palette.FAINT))
        _draw_star(canvas, x, area.center[1], is_earned=is_earned)
        if canvas.over(Rect(x - STAR, area.y, 2 * STAR, area.h)):
            place = Rect(x - STAR, area.y, 2 * STAR, area.h)
            canvas.tell(place, f"{'★' * number} from a score of {threshold:g}")
            return
    told = f"your score, {fixed(score)}, up to the third star at {challenge.stars[2]:g}"
    if best is not None:
        told += f"; below it that of your best run at this time, {fixed(best)}"
    canvas.tell(area, told)


def _range(challenge: Challenge) -> tuple[float, float]:
    """Return the scores at both ends; 0 is among them."""
    first, _, third = challenge.stars
    low = min(0.0, first - (third - first))
    high = max(0.0, third)
    return low, high + BEYOND * (high - low)


def _share(score: float, low: float, high: float) -> float:
    return min(max((score - low) / (high - low), 0.0), 1.0)


def _draw_bar(
    canvas: Canvas, area: Rect, ends: tuple[float, float], height: float, color: Color
) -> None:
    """Add a bar from one share of its track to another, orange where it goes back."""
    begin, end = ends
    track = Rect(area.x, area.center[1] - height / 2, area.w, height)
    canvas.add(Fill(track, palette.CONTROL, radius=height / 2))
    if begin != end:
        left, length = track.x + track.w * min(ends), track.w * abs(end - begin)
        shown = color if end > begin else palette.ORANGE
        canvas.add(Fill(track._replace(x=left, w=length), shown, radius=height / 2))


def _draw_star(canvas: Canvas, x: float, y: float, *, is_earned: bool) -> None:
    points: list[Point] = []
    for corner in range(2 * POINTS):
        r = STAR if corner % 2 == 0 else INNER * STAR
        angle = math.pi * corner / POINTS
        points.append((x + r * math.sin(angle), y - r * math.cos(angle)))
    star = tuple(points)
    color = palette.YELLOW if is_earned else palette.PANEL
    edge = palette.YELLOW if is_earned else palette.DIM
    canvas.add(Polygon(star, color), Polyline((*star, star[0]), edge, 1.2))
