"""Every control of the sandbox, with real pygame events on a window without display."""

from __future__ import annotations

import json
import os

import pygame
import pytest

from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.files import list_biomes
from spacewheat_sim.engine.bath.events import Measured
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.engine.world.events import Harvested, Planted, Removed
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.biome.controls import PLAIN
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.opening import close_display, open_display
from spacewheat_sim.sandbox.display.window import Window
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.shapes import Disc, Emoji, Text
from spacewheat_sim.sandbox.transport import SPEEDS

FRAME = 1 / 60


class Player:
    """Someone at the window, who finds things by what is drawn."""

    def __init__(self, folder, name="forest_small", size=(1280, 720)):
        self.folder, self.closed = folder, False
        self.log = SessionLog(folder / "session.jsonl", digest_every=10)
        self.screens = Screens(7, self.log)
        self.app = App(self.screens.catalog, self.screens.open, name)
        open_display(size)
        self.window = Window(self.app, folder=folder)
        pygame.event.clear()
        draw = self.app.draw

        def seen(canvas):
            draw(canvas)
            self.shapes = [*canvas.shapes, *canvas.passing]

        self.app.draw = seen
        self.wait()

    @property
    def session(self):
        return self.app.screen.session

    def wait(self, frames=1):
        for _ in range(frames):
            self.window.frame(FRAME)

    def press(self, key, unicode="", mod=0):
        pygame.event.post(
            pygame.event.Event(pygame.KEYDOWN, key=key, unicode=unicode, mod=mod)
        )
        self.wait()

    def click(self, place, button=1):
        for kind in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            values = {"pos": place}
            if kind == pygame.MOUSEMOTION:
                values |= {"rel": (0, 0), "buttons": (0, 0, 0)}
            else:
                values |= {"button": button}
            pygame.event.post(pygame.event.Event(kind, values))
        self.wait()

    def drag(self, start, end):
        down = {"pos": start, "button": 1}
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, down))
        pygame.event.post(
            pygame.event.Event(
                pygame.MOUSEMOTION, {"pos": end, "rel": (1, 1), "buttons": (1, 0, 0)}
            )
        )
        up = {"pos": end, "button": 1}
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONUP, up))
        self.wait()

    def texts(self):
        return [shape.text for shape in self.shapes if isinstance(shape, Text)]

    def find(self, text):
        at = next(s for s in self.shapes if isinstance(s, Text) and s.text == text)
        return at.x, at.y

    def bubble(self, emoji):
        """Where an emoji's bubble is: its picture in the oval is drawn first."""
        at = next(s for s in self.shapes if isinstance(s, Emoji) and s.emoji == emoji)
        return at.x, at.y

    def happened(self, kind):
        return [e for e in self.session.events if isinstance(e.event, kind)]

    def close(self):
        if not self.closed:
            self.closed = True
            self.screens.close()
            close_display()


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Open a window in a folder of its own, and close it in the end."""
    monkeypatch.chdir(tmp_path)
    players = []

    def open_player(*args, folder=tmp_path, **options):
        players.append(Player(folder, *args, **options))
        return players[-1]

    yield open_player
    for player in players:
        player.close()


@pytest.fixture
def player(play):
    return play()


def test_two_clicks_plant_an_axis_from_north_to_south(player):
    north, south = "🌳", "🌲"
    player.click(player.bubble(north))
    player.click(player.bubble(south))

    planted = player.happened(Planted)[-1].event
    assert (planted.north, planted.south) == (north, south)


def test_the_chosen_axis_is_measured_harvested_and_removed_by_key(player):
    plots = len(player.session.world.plots)
    player.press(pygame.K_RIGHT)
    player.press(pygame.K_m, "m")
    kinds = [type(e.event).__name__ for e in player.session.events]
    assert "Measured" in kinds

    player.press(pygame.K_h, "h")
    harvested = player.happened(Harvested)[-1].event
    assert sum(player.session.world.inventory.values()) == harvested.amount
    plots -= harvested.outcome is not None
    player.press(pygame.K_RIGHT)
    player.press(pygame.K_x, "x")
    assert player.happened(Removed)
    assert len(player.session.world.plots) == plots - 1


def test_two_clicks_then_m_and_h_act_on_the_new_axis_in_either_tab(player):
    for tab in ("a", "i"):
        player.press(ord(tab), tab)
        player.click(player.bubble("🌳"))
        player.click(player.bubble("🌲"))
        planted = player.happened(Planted)[-1].plot
        player.press(pygame.K_m, "m")
        player.press(pygame.K_h, "h")
        assert player.happened(Measured)[-1].plot == planted
        assert player.happened(Harvested)[-1].plot == planted


def test_escape_gives_up_planting_first_and_then_the_chosen_axis(player):
    player.click(player.bubble("🌳"))
    player.press(pygame.K_ESCAPE)
    player.press(pygame.K_m, "m")
    assert len(player.happened(Measured)) == 1
    player.press(pygame.K_ESCAPE)
    player.press(pygame.K_m, "m")
    assert len(player.happened(Measured)) == 1
    assert any("No axis is chosen" in text for text in player.texts())


def test_a_screen_that_was_left_is_as_it_was_and_all_of_it_replays(player):
    player.click(player.bubble("🌳"))
    player.click(player.bubble("🌲"))
    player.wait(10)
    left, digest = player.session, player.session.world.digest()
    plots = dict(left.world.plots)
    player.press(pygame.K_PAGEDOWN)
    player.wait(5)
    player.press(pygame.K_PAGEUP)
    assert player.session is left
    assert dict(left.world.plots) == plots
    assert left.world.tick_count <= 14
    assert digest != left.world.digest()
    player.wait(10)
    player.close()

    replayed = replay_session(read_session(player.log.path))
    assert replayed.difference is None
    assert replayed.chapters == 2


def test_no_tooltip_of_what_is_scrolled_away_covered_or_left(player):
    at = player.find("Restart")
    motion = {"rel": (1, 1), "buttons": (0, 0, 0)}
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=at, **motion))
    player.wait()
    told = "restart with the same seed (F5)"
    assert told in player.texts()
    player.press(pygame.K_F1)
    assert told not in player.texts()
    player.press(pygame.K_ESCAPE)
    assert told in player.texts()
    pygame.event.post(pygame.event.Event(pygame.WINDOWLEAVE))
    player.wait()
    assert told not in player.texts()


def test_a_right_click_collapses_the_biome_onto_a_bubble(player):
    player.press(pygame.K_SPACE, " ")
    player.click(player.bubble("🐺"), button=3)

    assert player.session.bath.probability("🐺") == pytest.approx(1.0)


def test_time_is_paused_stepped_and_hurried(player):
    player.press(pygame.K_SPACE, " ")
    tick = player.session.world.tick_count
    player.wait(5)
    assert player.session.world.tick_count == tick
    player.press(pygame.K_PERIOD, ".")
    assert player.session.world.tick_count == tick + 1
    player.press(pygame.K_SPACE, " ")
    for _ in SPEEDS:
        player.press(pygame.K_PLUS, "+")
    tick = player.session.world.tick_count
    player.wait(2)
    assert player.session.world.tick_count == tick + 128


def test_restart_and_new_seed(player):
    seed = player.session.world.seed
    player.wait(10)
    player.press(pygame.K_F5)
    assert player.session.world.tick_count <= 1
    assert player.session.world.seed == seed
    player.press(pygame.K_F5, mod=pygame.KMOD_LSHIFT)
    assert player.session.world.seed != seed


def test_methods_ticks_and_measurements_are_chosen_by_mouse(player):
    for method in ("master", "spec", "trajectory"):
        player.click(player.find(f"{PLAIN[method]}: {method}"))
        assert player.session.bath.method == method
    player.click(player.find("1/120"))
    assert player.session.world.dt == 1 / 120
    player.click(player.find("gentle: weak"))
    player.press(pygame.K_RIGHTBRACKET, "]")
    assert player.session.measuring.kind == "weak"
    assert player.session.measuring.strength == pytest.approx(0.55)


def test_every_screen_is_reached_by_page_down(player):
    seen = set()
    for _ in player.screens.catalog:
        player.press(pygame.K_PAGEDOWN)
        player.wait(3)
        seen.add(player.app.screen.key)

    assert seen == {key for key, _ in player.screens.catalog}
    assert {entry.key for entry in list_biomes()} < seen


def test_an_icons_slider_takes_effect_and_the_biome_is_saved_as_yaml(player, play):
    player.click(player.bubble("🐺"))
    player.press(pygame.K_i, "i")
    before = player.session.icons["🐺"]
    x, y = player.find("energy, rad/s")
    knob = next(
        s for s in player.shapes if isinstance(s, Disc) and s.x > x and abs(s.y - y) < 2
    )
    player.drag((knob.x, y), (knob.x + 30, y))
    edited = player.session.icons["🐺"]
    assert edited.self_energy != before.self_energy

    label = next(text for text in player.texts() if "YAML" in text)
    player.click(player.find(label))
    (saved,) = player.folder.glob("*.yaml")
    assert not check_content([saved]).errors
    again = play(str(saved), folder=player.folder / "again")
    assert again.session.icons["🐺"].self_energy == edited.self_energy


def test_a_broken_file_is_shown_with_line_and_column_until_it_is_mended(play, tmp_path):
    file = tmp_path / "pond.yaml"
    good = "schema: 1\nname: Pond\nemojis: [🐟, 🌿]\n"

    def write(text, seconds):
        file.write_text(text)
        later = file.stat().st_mtime_ns + seconds * 10**9
        os.utime(file, ns=(later, later))

    write(good, 0)
    player = play(str(file))
    write(good + "evolution: {method: mater}\n", 1)
    player.wait(40)
    assert any("line 4" in text and "master" in text for text in player.texts())
    tick = player.session.world.tick_count

    write(good + "evolution: {method: master}\n", 2)
    player.wait(40)
    assert not any("line 4" in text for text in player.texts())
    assert player.session.bath.method == "master"
    assert player.session.world.tick_count > tick


def test_what_was_played_replays_with_equal_digests(player):
    player.wait(20)
    player.press(pygame.K_RIGHT)
    player.press(pygame.K_m, "m")
    player.press(pygame.K_2, "2")
    player.wait(20)
    player.press(pygame.K_PAGEDOWN)
    player.wait(20)
    player.close()

    replayed = replay_session(read_session(player.log.path))
    assert replayed.difference is None
    assert not replayed.cut_short
    assert replayed.chapters == 2
    lines = player.log.path.read_text(encoding="utf-8").splitlines()
    assert any("commands" in json.loads(line) for line in lines)


def test_going_back_acting_otherwise_and_swapping_replays_to_the_last_bit(player, play):
    player.wait(60)
    player.press(pygame.K_RIGHT)
    player.press(pygame.K_m, "m")
    player.wait(60)
    first = player.session.world.digest()
    river = player.app.screen._river
    y = river._window.plot.center[1]
    player.drag((river._window.x(1.9), y), (river._window.x(0.5), y))
    assert player.session.clock.paused
    assert player.session.past.is_past
    player.press(pygame.K_LEFT)
    player.click(player.bubble("🌳"), button=3)
    player.press(pygame.K_SPACE, " ")
    player.wait(90)
    second = player.session.world.digest()
    assert len(player.session.past.timeline.branches) == 2

    player.press(pygame.K_TAB)
    player.press(pygame.K_END)
    assert player.session.world.digest() == first
    player.press(pygame.K_z, "z", pygame.KMOD_LCTRL)
    assert player.session.past.is_past
    player.press(pygame.K_z, "z", pygame.KMOD_LCTRL | pygame.KMOD_LSHIFT)
    player.press(pygame.K_TAB)
    player.press(pygame.K_END)
    assert player.session.world.digest() == second
    player.close()

    replayed = replay_session(read_session(player.log.path))
    assert replayed.difference is None
    assert not replayed.cut_short
    again = play(str(player.log.path), folder=player.folder / "again")
    assert again.session.world.digest() == second
    assert again.session.clock.paused  # as it was left
    assert again.session.past.line.number == 2
    again.press(pygame.K_TAB)
    again.press(pygame.K_END)
    assert again.session.world.digest() == first


def test_alt_over_a_button_fans_out_what_may_come(player):
    player.wait(30)
    at = player.find(next(t for t in player.texts() if t in ("measure", "M")))
    motion = {"pos": at, "rel": (0, 0), "buttons": (0, 0, 0)}
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, motion))
    alt = {"key": pygame.K_LALT, "unicode": "", "mod": pygame.KMOD_LALT}
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, alt))
    player.wait(2)
    assert any("64 histories" in text for text in player.texts())
    pygame.event.post(pygame.event.Event(pygame.KEYUP, alt))
    player.wait()
    assert not any("64 histories" in text for text in player.texts())


def test_screenshot_and_recording_are_saved_beside_the_player(player):
    player.press(pygame.K_s, "s")
    player.press(pygame.K_r, "r")
    player.wait(30)
    player.press(pygame.K_r, "r")
    player.wait(60)

    assert list(player.folder.glob("*.png"))
    assert list(player.folder.glob("*.gif"))


def test_help_lists_the_keys_and_quit_closes_the_window(player):
    player.press(pygame.K_F1)
    assert "Keys and mouse" in player.texts()
    player.press(pygame.K_ESCAPE)
    assert "Keys and mouse" not in player.texts()
    player.press(pygame.K_q, "q", pygame.KMOD_LCTRL)
    assert not player.window.is_open


@pytest.mark.parametrize("size", [(960, 600), (1280, 720), (1920, 1080), (2560, 1440)])
def test_no_text_leaves_the_window_or_covers_another(play, size):
    player = play("forest", size)
    player.wait(30)
    fonts = player.window._painter.fonts
    boxes = []
    for shape in player.shapes:
        if isinstance(shape, Text):
            width = fonts.width(shape.text, shape.size, shape.bold)
            left = shape.x - width * {"left": 0, "center": 0.5, "right": 1}[shape.align]
            half = 0.36 * shape.size  # of the letters themselves
            boxes.append((left, left + width, shape.y - half, shape.y + half, shape))
    for number, (left, right, top, bottom, shape) in enumerate(boxes):
        assert left >= 0, shape
        assert right <= size[0], shape
        for other in boxes[:number]:
            apart = (
                right <= other[0]
                or other[1] <= left
                or bottom <= other[2]
                or other[3] <= top
            )
            assert apart, (shape, other[4])


@pytest.mark.parametrize("name", ["forest_small", "bell_pair", "ising_lattice"])
def test_a_photo_shows_nothing_to_press_and_changes_nothing(play, name):
    player = play(name)
    player.wait(3)
    before = player.texts()
    player.press(pygame.K_SPACE, " ")
    still = player.texts()
    player.press(pygame.K_p, "p")
    (photo,) = player.folder.glob("*.png")
    width, height = pygame.image.load(photo).get_size()
    assert (width, height) == tuple(round(4 * side) for side in player.app.alone_size)
    canvas = Canvas(width / 4, height / 4, player.window._painter.fonts)
    player.app.draw_alone(canvas)
    shown = {shape.text for shape in canvas.shapes if isinstance(shape, Text)}
    assert not shown & {"Legend", "CNOT", "Pause", "Help"}
    assert "Help" in before
    player.wait(2)
    gone = [text for text in still if text not in player.texts()]
    assert gone == []
