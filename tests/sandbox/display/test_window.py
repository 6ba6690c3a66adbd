from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
from fake_app import FakeApp
from PIL import Image

from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.cover import Cover
from spacewheat_sim.sandbox.display.opening import NoDisplayError, open_display
from spacewheat_sim.sandbox.display.window import Window
from spacewheat_sim.sandbox.effects import (
    Photo,
    Play,
    Quit,
    Screenshot,
    ToggleFullscreen,
    ToggleRecording,
    Zoom,
)
from spacewheat_sim.sandbox.inputs import Key, Moved, Pressed, Released, Wheeled
from spacewheat_sim.sandbox.shapes import Fill
from spacewheat_sim.sandbox.sounds import SOUNDS

GREEN = (0, 158, 115)


def fill(canvas: Canvas) -> None:
    canvas.add(Fill(canvas.area, GREEN))


@pytest.fixture
def app() -> FakeApp:
    return FakeApp(fill)


@pytest.fixture
def window(app: FakeApp, tmp_path: Path) -> Iterator[Window]:
    window = opened(app, (1920, 1200), tmp_path, scale=1.0)
    pygame.event.clear()
    yield window
    pygame.display.quit()


def opened(
    app: FakeApp, size: tuple[int, int], folder: Path, scale: float = 1.0
) -> Window:
    open_display(size)
    pygame.event.clear()
    return Window(app, scale=scale, folder=folder)


def post(kind: int, **attributes: object) -> None:
    pygame.event.post(pygame.event.Event(kind, attributes))


def post_key(key: int, unicode: str = "", mod: int = 0) -> None:
    post(pygame.KEYDOWN, key=key, unicode=unicode, mod=mod)


def events_after_a_frame(app: FakeApp, window: Window) -> list[object]:
    app.inputs.clear()
    window.frame(0.0)
    return [event for event in app.inputs if event != Moved(-1.0, -1.0)]


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_mouse_is_where_the_app_drew(
    app: FakeApp, tmp_path: Path, scale: float
) -> None:
    window = opened(app, (1920, 1200), tmp_path, scale=scale)
    pygame.event.clear()
    post(pygame.MOUSEMOTION, pos=(300, 200), rel=(1, 1), buttons=(0, 0, 0))
    post(pygame.MOUSEBUTTONDOWN, pos=(300, 200), button=1)
    post(pygame.MOUSEBUTTONUP, pos=(302, 200), button=3)
    post(pygame.MOUSEWHEEL, x=0, y=-2, flipped=False)
    seen = events_after_a_frame(app, window)
    assert seen == [
        Moved(300 / scale, 200 / scale),
        Pressed(300 / scale, 200 / scale, "left"),
        Released(302 / scale, 200 / scale, "right"),
        Wheeled(302 / scale, 200 / scale, -2.0),
    ]
    assert app.canvas_sizes[-1] == (1920 / scale, 1200 / scale)


def test_after_a_resize_the_canvas_and_the_mouse_have_the_new_size(
    app: FakeApp, window: Window
) -> None:
    app.effects.append(Zoom(4))
    window.frame(0.0)
    assert window.scale == 2.0
    pygame.display.set_mode((1440, 1200), pygame.RESIZABLE)
    window.frame(0.0)
    assert app.canvas_sizes[-1] == (960.0, 800.0)
    post(pygame.MOUSEBUTTONDOWN, pos=(300, 600), button=1)
    assert events_after_a_frame(app, window) == [Pressed(200.0, 400.0)]


def test_a_window_below_960_by_600_shows_all_of_it_smaller(
    app: FakeApp, window: Window
) -> None:
    pygame.display.set_mode((480, 450), pygame.RESIZABLE)
    window.frame(0.0)
    assert app.canvas_sizes[-1] == (960.0, 900.0)


def test_zooming_stays_between_1_and_3_and_0_undoes_it(
    app: FakeApp, tmp_path: Path
) -> None:
    window = opened(app, (3840, 2400), tmp_path, scale=1.5)
    scales = []
    for steps in (1, 50, -1, -50, 0):
        app.effects.append(Zoom(steps))
        window.frame(0.0)
        scales.append(window.scale)
    assert scales == [1.75, 3.0, 2.75, 1.0, 1.5]


def test_without_a_scale_it_follows_the_window_until_the_player_zooms(
    app: FakeApp, tmp_path: Path
) -> None:
    open_display((1280, 720))
    window = Window(app, folder=tmp_path)
    window.frame(0.0)
    assert window.scale == 1.0
    pygame.display.set_mode((2560, 1440), pygame.RESIZABLE)
    window.frame(0.0)
    assert window.scale == 1.5
    app.effects.append(Zoom(1))
    window.frame(0.0)
    assert window.scale == 1.75
    pygame.display.set_mode((1920, 1200), pygame.RESIZABLE)
    window.frame(0.0)
    assert window.scale == 1.75
    app.effects.append(Zoom(0))
    window.frame(0.0)
    assert window.scale == 1.25


@pytest.mark.parametrize(
    ("key", "unicode", "mod", "expected"),
    [
        (pygame.K_d, "D", pygame.KMOD_LSHIFT, Key("d", shift=True)),
        (pygame.K_SPACE, " ", 0, Key("space")),
        (pygame.K_PAGEUP, "", 0, Key("page up")),
        (pygame.K_F11, "", 0, Key("f11")),
        (pygame.K_q, "\x11", pygame.KMOD_LCTRL, Key("q", ctrl=True)),
        (pygame.K_EQUALS, "", pygame.KMOD_RCTRL, Key("=", ctrl=True)),
        (pygame.K_KP_PLUS, "+", pygame.KMOD_RCTRL, Key("+", ctrl=True)),
        (pygame.K_KP_ENTER, "\r", 0, Key("return")),
        (pygame.K_8, "[", pygame.KMOD_CTRL | pygame.KMOD_RALT, Key("[")),
        (pygame.K_ESCAPE, "\x1b", 0, Key("escape")),
        (pygame.K_PERIOD, ".", 0, Key(".")),
    ],
)
def test_keys_have_their_names(
    app: FakeApp, window: Window, key: int, unicode: str, mod: int, expected: Key
) -> None:
    post_key(key, unicode, mod)
    assert events_after_a_frame(app, window) == [expected]


def test_a_key_that_types_nothing_is_no_input(app: FakeApp, window: Window) -> None:
    post_key(pygame.K_LSHIFT, "", pygame.KMOD_LSHIFT)
    post_key(pygame.K_UNKNOWN)
    assert events_after_a_frame(app, window) == []


def test_a_pointer_that_leaves_is_nowhere_unless_it_drags(
    app: FakeApp, window: Window
) -> None:
    window.frame(0.0)
    app.inputs.clear()
    post(pygame.MOUSEBUTTONDOWN, pos=(300, 200), button=1)
    post(pygame.WINDOWLEAVE)
    post(pygame.MOUSEBUTTONUP, pos=(-40, 200), button=1)
    post(pygame.WINDOWLEAVE)
    window.frame(0.0)
    assert app.inputs == [
        Pressed(300.0, 200.0),
        Released(-40.0, 200.0),
        Moved(-1.0, -1.0),
    ]


def test_the_app_is_told_the_time_and_shown_on_the_window(
    app: FakeApp, window: Window
) -> None:
    window.frame(0.25)
    window.frame(0.5)
    assert app.seconds == 0.75
    assert pygame.display.get_surface().get_at((1919, 1199))[:3] == GREEN


@pytest.mark.parametrize("how", ["button", "effect"])
def test_running_ends_when_the_window_is_closed_or_the_app_quits(
    app: FakeApp, window: Window, how: str
) -> None:
    if how == "button":
        post(pygame.QUIT)
    else:
        app.effects.append(Quit())
    window.run()
    assert not window.is_open
    assert len(app.canvas_sizes) == 1


def test_screenshots_get_names_of_their_own_and_are_told(
    app: FakeApp, window: Window, tmp_path: Path
) -> None:
    (tmp_path / "spacewheat-0001.png").write_bytes(b"mine")
    app.effects.append(Screenshot())
    window.frame(0.0)
    assert (tmp_path / "spacewheat-0001.png").read_bytes() == b"mine"
    with Image.open(tmp_path / "spacewheat-0002.png") as image:
        assert image.size == (1920, 1200)
        assert image.convert("RGB").getpixel((5, 5)) == GREEN
    assert str(tmp_path / "spacewheat-0002.png") in app.notices[-1]


def test_where_nothing_can_be_saved_the_app_is_told_why(
    app: FakeApp, tmp_path: Path
) -> None:
    window = opened(app, (960, 600), tmp_path / "absent")
    app.effects.append(Screenshot())
    window.frame(0.0)
    assert "No such file" in app.notices[-1]


def test_a_recording_becomes_a_gif_of_half_the_size(
    app: FakeApp, window: Window, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app.effects.append(ToggleRecording())
    window.frame(0.0)
    window.frame(0.0)
    app.effects.append(Quit())
    window.run()
    with Image.open(tmp_path / "spacewheat-0001.gif") as image:
        assert image.size == (960, 600)
    assert "spacewheat-0001.gif" in capsys.readouterr().err


def test_full_screen_and_back_keeps_the_size(app: FakeApp, window: Window) -> None:
    app.effects.append(ToggleFullscreen())
    window.frame(0.0)
    app.effects.append(ToggleFullscreen())
    window.frame(0.0)
    window.frame(0.0)
    assert app.canvas_sizes[-1] == (1920.0, 1200.0)


@pytest.mark.parametrize("driver", ["no such driver", "dummy"])
def test_without_a_display_the_headless_command_is_named(
    monkeypatch: pytest.MonkeyPatch, driver: str
) -> None:
    pygame.display.quit()
    if driver == "dummy":
        # What SDL falls back on by itself shows nothing to anybody.
        pygame.display.init()
        monkeypatch.delenv("SDL_VIDEODRIVER")
    else:
        monkeypatch.setenv("SDL_VIDEODRIVER", driver)
    with pytest.raises(NoDisplayError, match="spacewheat simulate") as caught:
        open_display((640, 480))
    assert caught.value.exit_code == 1
    assert "\n" not in str(caught.value)


def test_a_frame_is_shown_only_if_it_is_another_one(
    app: FakeApp, window: Window
) -> None:
    """Nothing for a window at rest; one frame for an input, a change, a recording."""

    def frames(*events: pygame.event.Event) -> int:
        before = len(app.canvas_sizes)
        for _ in range(3):
            window.turn(list(events), 1 / 60, rested=True)
            events = ()
        return len(app.canvas_sizes) - before

    window.frame(0.0)
    assert frames() == 0
    motion = {"pos": (3, 4), "rel": (1, 1), "buttons": (0, 0, 0)}
    assert frames(pygame.event.Event(pygame.MOUSEMOTION, motion)) == 1
    app.moment = "a notice"
    assert frames() == 1
    app.moving = True
    assert frames() == 3
    app.moving = False
    app.effects.append(ToggleRecording())
    assert frames() == 3
    assert app.recording
    app.effects.append(ToggleRecording())
    window.turn([], 0.0, rested=True)
    assert not app.recording


def test_nothing_is_drawn_while_nobody_can_see_it(app: FakeApp, window: Window) -> None:
    window.frame(0.0)
    app.moving = True
    before = len(app.canvas_sizes)
    window.turn([pygame.event.Event(pygame.WINDOWMINIMIZED)], 0.0, rested=True)
    window.turn([], 0.0, rested=True)
    assert len(app.canvas_sizes) == before
    window.turn([pygame.event.Event(pygame.WINDOWRESTORED)], 0.0, rested=True)
    assert len(app.canvas_sizes) == before + 1


def test_a_display_that_tells_nothing_of_covers_is_taken_for_seen(
    window: Window,  # noqa: ARG001 - it is open
) -> None:
    cover = Cover()
    assert not cover.is_whole
    cover.lift()
    cover.close()
    assert not cover.is_whole


def test_the_title_of_the_window_is_the_apps(app: FakeApp, window: Window) -> None:
    app.title = "Forest – spacewheat"
    window.frame(0.0)
    assert pygame.display.get_caption()[0] == "Forest – spacewheat"


def test_what_passes_is_seen_and_is_in_no_picture(
    app: FakeApp, window: Window, tmp_path: Path
) -> None:
    def draw(canvas: Canvas) -> None:
        fill(canvas)
        with canvas.pass_by(), canvas.sheet(canvas.area, (200, 0, 0)):
            pass

    app._draw = draw
    app.effects.append(Screenshot())
    window.frame(0.0)
    assert pygame.display.get_surface().get_at((9, 9))[:3] == (200, 0, 0)
    (saved,) = tmp_path.glob("*.png")
    with Image.open(saved) as picture:
        assert picture.getpixel((9, 9))[:3] == GREEN


def test_a_photo_is_what_the_app_draws_alone_four_times_as_large(
    app: FakeApp, window: Window, tmp_path: Path
) -> None:
    app._draw = fill
    app.effects.append(Photo())
    window.frame(0.0)
    (saved,) = tmp_path.glob("*.png")
    with Image.open(saved) as picture:
        assert picture.size == (120, 80)
        assert picture.getpixel((60, 40))[:3] == GREEN


def test_a_sound_is_played_and_no_speaker_is_told_once(
    app: FakeApp, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = next(iter(SOUNDS.values()))
    app.effects.append(Play(sound))
    window.frame(0.0)
    assert pygame.mixer.get_init() is not None
    assert app.notices == []
    pygame.mixer.quit()

    monkeypatch.setenv("SDL_AUDIODRIVER", "no such driver")
    for _ in range(2):
        app.effects.append(Play(sound))
        window.frame(0.0)
    assert [notice.partition(":")[0] for notice in app.notices] == ["There is no sound"]
