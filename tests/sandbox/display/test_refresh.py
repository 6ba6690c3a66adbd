"""A surface is brought up to date by painting what changed, and nothing else."""

from __future__ import annotations

import numpy as np
import pygame
import pytest

from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.painter import Painter
from spacewheat_sim.sandbox.display.refresh import Refresh
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.points import Points
from spacewheat_sim.sandbox.shapes import (
    Arrow,
    Color,
    Disc,
    Fill,
    Glow,
    Line,
    Picture,
    Polyline,
    Sheet,
    Trail,
    same,
)

GROUND, LEFT, RIGHT = (10, 20, 30), Rect(0, 0, 50, 60), Rect(52.5, 0, 46, 60)
TIP = Rect(30, 40, 45, 30)
MARK = (1, 2, 3)


class Stage:
    """A surface, what refreshes it, and frames of two panels and a tooltip."""

    def __init__(self) -> None:
        self.surface = pygame.Surface((100, 80), 0, 32)
        self.painter = Painter(self.surface)
        self.refresh = Refresh(self.painter)

    def frame(
        self,
        left: float,
        right: float,
        tip: Rect | None = None,
        loose: float = 0.0,
        color: Color = GROUND,
        menu: Rect | None = None,
    ) -> Canvas:
        canvas = Canvas(100, 80, self.painter.fonts)
        canvas.add(Fill(canvas.area, GROUND))
        for place, x in ((LEFT, left), (RIGHT, right)):
            with canvas.sheet(place):
                with canvas.sheet(place, color):
                    canvas.panel(place)
                canvas.add(Disc(place.x + x, 30.0, 12.0, (200, 40, 60)))
        if menu is not None:
            with canvas.sheet(menu):
                canvas.add(Fill(menu, (90, 200, 90), radius=6.0))
        if loose:
            canvas.add(Disc(50.0, loose, 20.0, (0, 200, 0), 0.5))
        with canvas.pass_by():
            if tip is not None:
                with canvas.sheet(tip):
                    canvas.add(Fill(tip, (90, 90, 200), radius=6.0))
        return canvas

    def show(self, canvas: Canvas) -> list[tuple[int, int, int, int]]:
        return self.refresh.show(canvas.shapes, canvas.passing)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def painted_whole(canvas: Canvas) -> np.ndarray:
    """Return the pixels of a frame that is painted shape by shape, without sheets."""
    surface = pygame.Surface((100, 80), 0, 32)
    painter = Painter(surface)
    for shapes in (canvas.shapes, canvas.passing):
        painter.paint([shape for shape in shapes if not isinstance(shape, Sheet)])
    return pygame.surfarray.array3d(surface)


def test_any_sequence_of_frames_shows_what_painting_each_whole_shows(
    stage: Stage,
) -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        left, right = rng.choice([14.0, 20.5, 31.0], 2)
        tip = None if rng.random() < 0.3 else TIP._replace(x=rng.choice([3.0, 30.2]))
        loose = rng.choice([0.0, 0.0, 0.0, 35.0])
        menu = TIP._replace(y=12.0) if rng.random() < 0.5 else None
        canvas = stage.frame(left, right, tip, loose, menu=menu)
        stage.show(canvas)
        shown = pygame.surfarray.array3d(stage.surface)
        assert np.array_equal(shown, painted_whole(canvas))


def test_a_sheet_with_the_same_shapes_is_left_as_it_is(stage: Stage) -> None:
    stage.show(stage.frame(10.0, 10.0))
    stage.surface.set_at((5, 5), MARK)
    stage.surface.set_at((60, 5), MARK)
    changed = stage.show(stage.frame(10.0, 20.0))
    assert changed == [(53, 0, 99, 60)]
    assert stage.surface.get_at((5, 5))[:3] == MARK
    assert stage.surface.get_at((60, 5))[:3] != MARK
    assert stage.show(stage.frame(10.0, 20.0)) == []


def test_what_passes_is_lifted_off_all_that_it_lies_on(stage: Stage) -> None:
    stage.show(stage.frame(14.0, 14.0, TIP))
    assert stage.show(stage.frame(14.0, 14.0, TIP)) == []
    changed = stage.show(stage.frame(14.0, 20.0, TIP))
    assert {(53, 0, 99, 60), (30, 40, 75, 70)} == set(changed)
    shown = pygame.surfarray.array3d(stage.surface)
    assert np.array_equal(shown, painted_whole(stage.frame(14.0, 20.0, TIP)))


@pytest.mark.parametrize("size", [(100, 80), (120, 90)])
def test_after_forgetting_or_at_another_size_all_is_painted(
    stage: Stage, size: tuple[int, int]
) -> None:
    stage.show(stage.frame(10.0, 10.0))
    if size == stage.surface.get_size():
        stage.refresh.forget()
    stage.painter.surface = pygame.Surface(size, 0, 32)
    changed = stage.show(stage.frame(10.0, 10.0))
    assert changed[0] == (0, 0, *size)
    assert stage.painter.surface.get_at((20, 70))[:3] == GROUND


def test_the_ground_of_a_sheet_comes_back_under_what_moves(stage: Stage) -> None:
    stage.show(stage.frame(10.0, 10.0))
    stage.surface.set_at((45, 5), MARK)
    stage.show(stage.frame(20.0, 14.0))
    assert stage.surface.get_at((45, 5))[:3] != MARK
    shown = pygame.surfarray.array3d(stage.surface)
    whole = painted_whole(stage.frame(20.0, 14.0))
    assert np.array_equal(shown, whole)
    stage.show(stage.frame(20.0, 14.0, color=(60, 0, 0)))
    corner = stage.surface.get_at((0, 0))[:3]
    assert corner != GROUND


def test_a_picture_is_the_same_if_its_pixels_are() -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    picture = Picture(LEFT, pixels)
    assert picture == Picture(LEFT, pixels.copy())
    assert picture != Picture(LEFT, pixels + 1)
    assert picture != Picture(RIGHT, pixels)
    assert [picture] != [Fill(LEFT, GROUND)]


def test_shapes_of_another_kind_with_the_same_numbers_are_painted(
    stage: Stage,
) -> None:
    place = Rect(10, 10, 60, 60)
    numbers = 40.0, 40.0, 20.0, (200, 40, 60), 0.5
    for kind in (Disc, Glow, Disc):
        canvas = Canvas(100, 80, stage.painter.fonts)
        canvas.add(Fill(canvas.area, GROUND))
        with canvas.sheet(place), canvas.sheet(place, GROUND):
            canvas.add(kind(*numbers))
        stage.show(canvas)
        shown = pygame.surfarray.array3d(stage.surface)
        assert np.array_equal(shown, painted_whole(canvas)), kind
    ends = 0.0, 0.0, 9.0, 9.0, (200, 40, 60), 2.0, 1.0
    assert not same([Line(*ends)], [Arrow(*ends)])
    assert same([Line(*ends)], [Line(*ends)])


def test_lines_are_the_same_if_their_points_are():
    way = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
    line = Polyline(Points(way), MARK)

    assert same([line], [Polyline(Points(way.copy()), MARK)])
    assert not same([line], [Polyline(Points(way + 1e-9), MARK)])
    assert not same([line], [Polyline(Points(way[:2]), MARK)])
    assert not same([line], [Trail(Points(way), MARK)])
    assert hash(Points(way)) == hash(Points(way.copy()))
    assert (len(line.points), line.points[-1]) == (3, (5.0, 7.0))
    assert list(line.points) == [(1.0, 2.0), (3.0, 4.0), (5.0, 7.0)]
