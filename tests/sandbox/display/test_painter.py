"""What is painted, told by pixels."""

from __future__ import annotations

import numpy as np
import pygame
import pytest

from spacewheat_sim.sandbox.charts.sphere import project
from spacewheat_sim.sandbox.display.painter import Painter
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.points import Points
from spacewheat_sim.sandbox.shapes import (
    Arrow,
    Clip,
    Disc,
    Dots,
    Ellipse,
    Emoji,
    Fill,
    Globe,
    Glow,
    Line,
    Lines,
    Outline,
    Picture,
    Polygon,
    Polyline,
    Ring,
    Shape,
    Text,
    Trail,
)

GROUND = (10, 20, 30)
RED = (200, 40, 60)
SIDE = 100


def painted(*shapes: Shape, scale: float = 1.0, side: int = SIDE) -> np.ndarray:
    """Return the pixels (row, column, channel) of shapes on the ground."""
    surface = pygame.Surface((side, side), 0, 32)
    surface.fill(GROUND)
    Painter(surface, scale).paint(shapes)
    return pygame.surfarray.array3d(surface).transpose(1, 0, 2).astype(int)


def coverage(pixels: np.ndarray, color: tuple[int, int, int] = RED) -> np.ndarray:
    """Return how much of ``color`` each pixel has, 0 … 1."""
    direction = np.subtract(color, GROUND)
    return (pixels - GROUND) @ direction / (direction @ direction)


def assert_color(
    pixel: np.ndarray, color: tuple[float, ...], within: float = 1
) -> None:
    assert np.abs(pixel - color).max() <= within, (tuple(pixel), color)


# Each inside of 10 … 90, covering the center, with alpha 1.
ROUND: list[Shape] = [
    Disc(50, 50, 40, RED),
    Glow(50, 50, 40, RED),
    Ring(50, 50, 20, RED, 40),
    Polygon(((10, 50), (50, 10), (90, 50), (50, 90)), RED),
    Fill(Rect(10, 10, 80, 80), RED, radius=40),
]


@pytest.mark.parametrize("shape", ROUND, ids=lambda s: type(s).__name__)
def test_the_center_has_the_color_and_the_outside_the_ground(shape: Shape) -> None:
    pixels = painted(shape)
    assert_color(pixels[52, 53], RED, within=6)
    assert (pixels[:9] == GROUND).all()
    assert (pixels[92:] == GROUND).all()
    assert (pixels[10:14, 10:14] == GROUND).all()


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        (Disc(50.3, 49.8, 20.4, RED), np.pi * 20.4**2),
        (Ring(50.3, 49.8, 20.4, RED, 3.0), 2 * np.pi * 20.4 * 3.0),
        (Line(20.2, 30.1, 80.7, 60.3, RED, 4.0), 4.0 * 67.62 + np.pi * 4),
        (
            Polyline(((20, 20), (50, 20.5), (80, 21)), RED, 3.0),
            3.0 * 60.008 + np.pi * 1.5**2,
        ),
        (Polygon(((20.5, 20), (70, 30.5), (40, 80)), RED), 1382.625),
        (Ellipse(Rect(20, 30, 60, 40), RED, 2.0), 2.0 * 158.65),
    ],
    ids=lambda s: type(s).__name__,
)
def test_antialiased_figures_cover_their_area(shape: Shape, area: float) -> None:
    assert coverage(painted(shape)).sum() == pytest.approx(area, rel=0.02)


def test_a_polygon_area_by_the_shoelace_formula() -> None:
    corners = np.array([(20.5, 20), (70, 30.5), (40, 80)])
    (x, y), (u, v) = corners.T, np.roll(corners, 1, axis=0).T
    assert abs((x * v - u * y).sum()) / 2 == pytest.approx(1382.625)


def test_a_figure_moves_by_less_than_a_pixel() -> None:
    columns = np.arange(SIDE) + 0.5
    for x in (50.0, 50.25, 50.6):
        share = coverage(painted(Disc(x, 50, 10.0, RED))).sum(axis=0)
        assert share @ columns / share.sum() == pytest.approx(x, abs=0.03)


@pytest.mark.parametrize(
    "shape",
    [
        Fill(Rect(10, 10, 80, 80), RED, alpha=0.25),
        Fill(Rect(10, 10, 80, 80), RED, 12.0, 0.25),
        Disc(50, 50, 40, RED, 0.25),
        Ring(50, 50, 10, RED, 30, 0.25),
        Line(10, 48, 90, 52, RED, 20, 0.25),
        Line(10, 50, 90, 50, RED, 20, 0.25),
        Arrow(10, 48, 90, 52, RED, 20, 0.25),
        Polyline(((10, 48), (50, 51), (90, 49)), RED, 20, 0.25),
        Polygon(((10, 10), (90, 10), (90, 90), (10, 90)), RED, 0.25),
    ],
    ids=lambda s: type(s).__name__,
)
def test_alpha_mixes_with_what_is_below_but_once(shape: Shape) -> None:
    pixels = painted(shape)
    mixed = np.multiply(GROUND, 0.75) + np.multiply(RED, 0.25)
    assert_color(pixels[50, 50], tuple(mixed), within=1.5)
    assert coverage(pixels).max() < 0.27


def test_rectangles_end_on_whole_pixels_and_touch_without_a_seam() -> None:
    left = Fill(Rect(10.3, 20, 30.5, 10), RED)
    right = Fill(Rect(40.8, 20, 19.2, 10), RED)
    share = coverage(painted(left, right))
    assert share.sum() == pytest.approx(50 * 10)
    assert set(np.round(share, 6).ravel()) == {0.0, 1.0}


def test_a_border_lies_inside_its_rectangle() -> None:
    share = coverage(painted(Outline(Rect(20, 30, 40, 20), RED, 2.0)))
    expected = np.zeros((SIDE, SIDE))
    expected[30:50, 20:60] = 1.0
    expected[32:48, 22:58] = 0.0
    np.testing.assert_allclose(share, expected, atol=1e-9)


def test_a_rounded_border_leaves_out_its_corners() -> None:
    share = coverage(painted(Outline(Rect(20, 30, 40, 20), RED, 2.0, radius=8.0)))
    straight = 2 * (24 + 4) * 2
    round_part = np.pi * (8**2 - 6**2)
    assert share.sum() == pytest.approx(straight + round_part, rel=0.02)
    assert share[30, 20] == 0.0


def test_level_and_upright_lines_are_sharp() -> None:
    share = coverage(painted(Line(10, 20, 30, 20, RED), Line(50, 40, 50, 70, RED, 2.0)))
    assert set(np.round(share, 6).ravel()) == {0.0, 1.0}
    assert share.sum() == pytest.approx(20 + 2 * 30)


def test_an_arrow_ends_in_its_tip_and_is_broadest_in_its_head() -> None:
    share = coverage(painted(Arrow(10, 50.5, 90, 50.5, RED, 4.0)))
    assert share[50, 88] > 0.4
    assert (share[:, 90:] == 0.0).all()
    breadth = share.sum(axis=0)
    assert breadth[40] == pytest.approx(4.0, abs=0.1)
    assert breadth[76:80].max() > 10.0


def test_a_halo_fades_with_the_square_of_the_rest() -> None:
    share = coverage(painted(Glow(50.5, 50.5, 40, RED, 0.8)))
    for distance in (0, 10, 20, 30):
        expected = 0.8 * (1 - (distance / 40) ** 2) ** 2
        assert share[50, 50 + distance] == pytest.approx(expected, abs=0.01)


def test_a_trail_fades_toward_its_oldest_point() -> None:
    points = tuple((x, 50.5) for x in range(10, 91, 10))
    share = coverage(painted(Trail(points, RED, 4.0)))[50]
    assert share[12] < 0.05
    assert share[50] == pytest.approx(0.5, abs=0.03)
    assert share[88] > 0.95
    assert (np.diff(share[10:90]) > -0.01).all()


def test_a_globe_has_its_outline_and_lines_where_points_of_the_sphere_are_seen() -> (
    None
):
    share = coverage(painted(Globe(50, 50, 40, RED)))
    rows, columns = np.nonzero(share > 0.02)
    distance = np.hypot(rows + 0.5 - 50, columns + 0.5 - 50)
    assert distance.max() < 42
    for point in ((0.6, 0.8, 0.0), (0.6, 0.0, 0.8), (0.0, 0.6, -0.8)):
        right, down, _ = project(*point)
        x, y = int(50 + 40 * right), int(50 + 40 * down)
        assert share[y - 1 : y + 2, x - 1 : x + 2].max() > 0.15


def test_an_emoji_is_drawn_in_its_colors_and_size() -> None:
    pixels = painted(Emoji(50, 50, 60, "🌾"))
    changed = np.abs(pixels - GROUND).sum(axis=2) > 30
    rows, columns = np.nonzero(changed)
    assert 50 <= np.ptp(rows) + 1 <= 60
    assert rows.min() >= 20
    assert columns.max() < 80
    assert np.ptp(pixels[changed], axis=1).max() > 150


def test_a_faint_emoji_lies_between_the_ground_and_the_whole_one() -> None:
    whole, half = (
        painted(Emoji(50, 50, 60, "🌾")),
        painted(Emoji(50, 50, 60, "🌾", 0.5)),
    )
    np.testing.assert_allclose(half, (whole + np.array(GROUND)) / 2, atol=3)


def test_the_same_emoji_can_be_faint_and_whole_in_one_frame() -> None:
    twice = painted(Emoji(25, 50, 40, "🌾", 0.2), Emoji(75, 50, 40, "🌾"))
    assert (twice[:, 50:] == painted(Emoji(75, 50, 40, "🌾"))[:, 50:]).all()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_picture_is_exact(scale: float) -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (8, 5, 3), dtype=np.uint8)
    pixels = painted(Picture(Rect(10, 5, 15, 24), picture), scale=scale)
    k = round(3 * scale)
    large = picture.repeat(k, axis=0).repeat(k, axis=1)
    x, y = round(10 * scale), round(5 * scale)
    np.testing.assert_array_equal(pixels[y : y + 8 * k, x : x + 5 * k], large)
    assert (pixels[y + 8 * k] == GROUND).all()


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_many_lines_or_dots_at_once_are_the_same_as_one_by_one(scale: float) -> None:
    rng = np.random.default_rng(0)
    ways = rng.uniform(-10.0, 70.0, (9, 5, 2))
    colors = tuple((25 * n, 255 - 25 * n, 99) for n in range(9))
    sizes = tuple(rng.uniform(0.3, 9.0, 9).tolist())
    one_by_one = [
        Polyline(tuple(map(tuple, way.tolist())), color, width)
        for way, color, width in zip(ways, colors, sizes, strict=True)
    ]
    discs = [
        Disc(x, y, r, color)
        for (x, y), color, r in zip(ways[:, 0].tolist(), colors, sizes, strict=True)
    ]

    lines, dots = Lines(Points(ways), colors, sizes), Points(ways[:, 0])
    np.testing.assert_array_equal(
        painted(lines, scale=scale), painted(*one_by_one, scale=scale)
    )
    np.testing.assert_array_equal(
        painted(Dots(dots, colors, sizes), scale=scale), painted(*discs, scale=scale)
    )


def test_points_are_painted_whatever_their_order_in_memory() -> None:
    ways = np.random.default_rng(0).uniform(0.0, 100.0, (2, 30)).T
    points = tuple(map(tuple, ways.tolist()))

    for shape in (Polyline, Polygon, Trail):
        drawn = painted(shape(Points(ways), RED))
        np.testing.assert_array_equal(drawn, painted(shape(points, RED)))


@pytest.mark.parametrize(
    "shape",
    [
        *ROUND,
        Line(0, 3, 100, 97, RED, 9),
        Arrow(0, 3, 100, 97, RED, 9),
        Polyline(((0, 0), (100, 50), (0, 100)), RED, 9, 0.5),
        Trail(((0, 0), (100, 50), (0, 100)), RED, 9),
        Outline(Rect(10, 10, 80, 80), RED, 30),
        Emoji(50, 50, 90, "🌾"),
        Text(0, 50, "a long line of text", 30, RED),
        Picture(Rect(0, 0, 100, 100), np.full((2, 2, 3), 99, np.uint8)),
    ],
    ids=lambda s: type(s).__name__,
)
def test_a_clip_clips_and_ends(shape: Shape) -> None:
    clipped = painted(Clip(Rect(30, 40, 25, 20)), shape)
    free = painted(shape)
    inside = np.zeros((SIDE, SIDE), dtype=bool)
    inside[40:60, 30:55] = True
    np.testing.assert_array_equal(clipped[inside], free[inside])
    assert (clipped[~inside] == GROUND).all()
    ended = painted(Clip(Rect(30, 40, 25, 20)), Clip(None), shape)
    np.testing.assert_array_equal(ended, free)


def test_a_clip_outside_hides_all() -> None:
    for rect in (Rect(200, 200, 10, 10), Rect(-50, 0, 20, 100), Rect(10, 10, 0, 0)):
        pixels = painted(
            Clip(rect), Disc(50, 50, 90, RED), Fill(Rect(0, 0, 99, 99), RED)
        )
        assert (pixels == GROUND).all()


@pytest.mark.parametrize("align", ["left", "center", "right"])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_text_is_as_wide_as_measured_and_aligned(align: str, scale: float) -> None:
    surface = pygame.Surface((600, 60), 0, 32)
    painter = Painter(surface, scale)
    text = "H Θ→∂ψ 🐺 took 🐇H"
    width = painter.fonts.width(text, 14.0)
    x = {"left": 20.0, "center": 20.0 + width / 2, "right": 20.0 + width}[align]
    painter.paint([Text(x, 15, text, 14.0, RED, align)])
    columns = np.nonzero(pygame.surfarray.array3d(surface).any(axis=(1, 2)))[0]
    assert columns.min() / scale == pytest.approx(20.0, abs=3)
    assert columns.max() / scale == pytest.approx(20.0 + width, abs=3)


def test_all_scales_with_the_scale() -> None:
    shapes = [Disc(50, 50, 30, RED), Line(5, 5, 95, 80, RED, 3)]
    once = coverage(painted(*shapes))
    twice = coverage(painted(*shapes, scale=2.0, side=200))
    halved = twice.reshape(100, 2, 100, 2).mean(axis=(1, 3))
    assert np.abs(once - halved).mean() < 0.005


@pytest.mark.parametrize(
    "shape",
    [
        Fill(Rect(10, 10, 0, 0), RED, 5),
        Fill(Rect(-1e7, -1e7, 2e7, 2e7), RED, 5, 0.5),
        Outline(Rect(10, 10, 0, 0), RED, 5, 5),
        Outline(Rect(10, 10, 1, 1), RED, 5, 5),
        Disc(50, 50, 0, RED),
        Disc(np.nan, 50, 3, RED),
        Disc(1e9, 1e9, 1e8, RED),
        Ring(50, 50, 0.2, RED, 4),
        Glow(50, 50, 0, RED),
        Ellipse(Rect(10, 10, 0, 0), RED),
        Line(1, 1, 1, 1, RED),
        Line(-1e8, -2e8, 1e8, 1e8, RED, 3, 0.5),
        Line(np.nan, 1, np.inf, 2, RED),
        Arrow(5, 5, 5, 5, RED),
        Arrow(5, 5, 5.1, 5, RED, 9),
        Polyline((), RED),
        Polyline(((1, 1), (1, 1)), RED, 2, 0.5),
        Polygon(((1, 1), (2, 2)), RED),
        Polygon(((1, 1), (2, 2), (3, 3)), RED),
        Trail(((1, 1),), RED),
        Globe(50, 50, 0, RED),
        Dots(Points(np.empty((0, 2))), (), ()),
        Dots(Points(np.array([[np.nan, 1.0], [5.0, 5.0]])), (RED, RED), (3.0, 0.0)),
        Lines(Points(np.empty((0, 4, 2))), (), ()),
        Lines(Points(np.full((1, 4, 2), np.inf)), (RED,), (2.0,)),
        Trail(Points(np.empty((0, 2))), RED),
        Emoji(50, 50, 0, "🌾"),
        Emoji(50, 50, 0.3, "🌾", 0.0),
        Text(0, 0, "", 12, RED),
        Text(0, 0, "a\nb\x00c\ufe0f\ud800", 0.2, RED),
        Text(0, 0, "x" * 100_000, 12, RED),
        Picture(Rect(0, 0, 0, 9), np.zeros((2, 2, 3), np.uint8)),
        Picture(Rect(0, 0, 9, 9), np.zeros((0, 0, 3), np.uint8)),
    ],
    ids=lambda s: type(s).__name__,
)
def test_degenerate_shapes_are_painted_sensibly_or_not_at_all(shape: Shape) -> None:
    assert painted(shape).shape == (SIDE, SIDE, 3)
