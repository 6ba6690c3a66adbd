"""What the tests of panels share: sessions to look at, and texts to look for."""

from __future__ import annotations

from itertools import combinations

from letter_measure import LetterMeasure, plain_canvas

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.files import read_biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Pressed, Released
from spacewheat_sim.sandbox.shapes import Clip, Fill, Text

SIZES = [(280, 160), (384, 300), (512, 420), (900, 700), (1280, 170)]
BUILTIN = IconRegistry.builtin()
NO_ICONS = IconRegistry((), BUILTIN.rhythms)


def session_of(name="forest", seed=3):
    return BiomeSession(read_biome(name, BUILTIN), BUILTIN, seed=seed)


def session_without_axes(*emojis, icons=(), initial=None, method="trajectory"):
    biome = Biome.model_validate(
        {
            "name": "A meadow with a very long name that goes on and on and on",
            "emojis": emojis,
            "icons": tuple(Icon.model_validate(icon) for icon in icons),
            "initial": initial or "uniform",
            "evolution": {"method": method},
        }
    )
    return BiomeSession(biome, NO_ICONS, seed=3)


def plant_many(session, count):
    pairs = list(combinations(session.bath.emojis, 2))
    while len(session.world.plots) < count:
        session.plant(*pairs[len(session.world.plots) % len(pairs)])


def drawn(panel, session, width=512, height=420, pointer=None):
    canvas = plain_canvas(width, height)
    canvas.pointer = pointer
    panel.draw(canvas, Rect(0, 0, width, height), session.reading())
    return canvas


def texts(canvas):
    return [shape.text for shape in canvas.shapes if isinstance(shape, Text)]


def click(panel, x, y):
    taken = panel.handle(Pressed(x, y))
    panel.handle(Released(x, y))
    return taken


def click_text(panel, canvas, text, number=0):
    """Click on the ``number``-th of the texts that say ``text``."""
    found = [s for s in canvas.shapes if isinstance(s, Text) and s.text == text]
    shape = found[number]
    assert click(panel, shape.x, shape.y)


def seen_boxes(canvas):
    """Return text and box of each text, as far as it is not cut away."""
    measure, clip, boxes = LetterMeasure(), None, []
    for shape in canvas.shapes:
        if isinstance(shape, Clip):
            clip = shape.rect
        elif isinstance(shape, Text) and shape.text:
            width = measure.width(shape.text, shape.size, shape.bold)
            share = {"left": 0.0, "center": 0.5, "right": 1.0}[shape.align]
            x, h = shape.x - share * width, 1.15 * shape.size
            box = Rect(x, shape.y - h / 2, width, h)
            if clip is not None:
                top, bottom = max(box.y, clip.y), min(box.bottom, clip.bottom)
                box = Rect(x, top, width, bottom - top)
            if box.h > 0.0:
                boxes.append((shape.text, box))
    return boxes


def overlapping(canvas):
    """Return the pairs of texts that lie on each other."""
    return [
        (a, b)
        for (a, one), (b, other) in combinations(seen_boxes(canvas), 2)
        if min(one.right, other.right) - max(one.x, other.x) > 0.5
        and min(one.bottom, other.bottom) - max(one.y, other.y) > 0.5
    ]


def sticking_out(canvas, area):
    """Return the texts that leave ``area`` to the left or the right."""
    return [
        text
        for text, box in seen_boxes(canvas)
        if box.x < area.x - 0.5 or box.right > area.right + 0.5
    ]


def clashes(shapes, measure):
    """Return the pairs of texts that lie on each other, and are both to be seen.

    Of each letter only its own height counts; a text that something opaque was painted
    over afterwards is not seen there.
    """
    clip, boxes, fills = None, [], []
    for order, shape in enumerate(shapes):
        if isinstance(shape, Clip):
            clip = shape.rect
        elif isinstance(shape, Fill) and shape.alpha >= 0.6:
            fills.append((order, shape.rect))
        elif isinstance(shape, Text) and shape.text.strip():
            width = measure.width(shape.text, shape.size, shape.bold)
            share = {"left": 0.0, "center": 0.5, "right": 1.0}[shape.align]
            half = 0.36 * shape.size
            box = Rect(shape.x - share * width, shape.y - half, width, 2 * half)
            box = box if clip is None else _common(box, clip)
            if box is not None:
                boxes.append((order, shape.text, box))
    found = []
    for (first, a, one), (second, b, other) in combinations(boxes, 2):
        common = _common(one, other)
        if common is None or min(common.w, common.h) <= 0.5:
            continue
        between = (rect for order, rect in fills if first < order < second)
        if not any(_common(rect, common) == common for rect in between):
            found.append((a, b))
    return found


def _common(one, other):
    """Return what two rectangles share, or None."""
    x, y = max(one.x, other.x), max(one.y, other.y)
    right, bottom = min(one.right, other.right), min(one.bottom, other.bottom)
    return Rect(x, y, right - x, bottom - y) if right > x and bottom > y else None
