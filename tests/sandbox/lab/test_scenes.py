from __future__ import annotations

import math

import pytest
from letter_measure import plain_canvas

from spacewheat_sim.content.files import list_scenarios, read_scenario
from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Key, Moved, Pressed, Released
from spacewheat_sim.sandbox.lab.plot import nice_ticks
from spacewheat_sim.sandbox.lab.recorded import RecordedScene
from spacewheat_sim.sandbox.lab.scenes import SCENES, show_scene
from spacewheat_sim.sandbox.lab.session import SceneSession
from spacewheat_sim.sandbox.shapes import Picture, Text


def scene(experiment, notice=print, **parameters):
    scenario = Scenario.model_validate(
        {
            "schema": 1,
            "name": "Scene",
            "description": "What it is.",
            "experiment": experiment,
            "parameters": parameters,
        }
    )
    return show_scene("scene", SceneSession(RecordedScene(scenario, 3), notice))


def frame(screen, width=1280, height=720):
    canvas = plain_canvas(width, height)
    screen.draw(canvas, canvas.area.inset(6))
    return canvas


def texts(canvas):
    return [shape.text for shape in canvas.shapes if isinstance(shape, Text)]


def drag(screen, label, share):
    """Drag the slider called ``label`` to a share of its track."""
    slider = next(s for s in screen.scene.side._sliders if s.label == label)
    frame(screen)
    track = slider._track
    screen.handle(Pressed(track.x + 1, track.center[1]))
    screen.handle(Moved(track.x + share * track.w, track.center[1]))
    screen.handle(Released(0, 0))


def boxes(canvas):
    places = []
    for shape in canvas.shapes:
        if isinstance(shape, Text):
            width = canvas.measure.width(shape.text, shape.size, shape.bold)
            left = shape.x - width * {"left": 0, "center": 0.5, "right": 1}[shape.align]
            places.append((Rect(left, shape.y - 6, width, 12), shape.text))
    return places


@pytest.mark.parametrize("size", [(960, 600), (1280, 720), (1920, 1080)])
@pytest.mark.parametrize("experiment", SCENES)
def test_texts_of_a_scene_do_not_overlap_and_stay_in_the_frame(experiment, size):
    screen = scene(experiment)
    for _ in range(30):
        screen.step_frame()
    canvas = frame(screen, *size)

    found = boxes(canvas)
    for number, (a, text) in enumerate(found):
        assert canvas.area.contains(a.x, a.y), text
        assert canvas.area.contains(a.right, a.bottom), text
        for b, other in found[:number]:
            apart = (
                a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y
            )
            assert apart, (text, other)


def test_every_scenario_with_a_scene_opens_and_draws():
    opened = 0
    for entry in list_scenarios():
        scenario = read_scenario(entry.path)
        if scenario.experiment in SCENES:
            screen = show_scene(
                entry.key, SceneSession(RecordedScene(scenario, 0), print)
            )
            screen.step_frame()
            assert texts(frame(screen))
            opened += 1
    assert opened >= 4


def test_the_lattice_is_painted_spin_by_spin():
    screen = scene("ising_2d", Lx=16, Ly=8)
    (picture,) = [s for s in frame(screen).shapes if isinstance(s, Picture)]

    assert picture.pixels.shape == (8, 16, 3)
    assert picture.rect.w / picture.rect.h == pytest.approx(2.0)
    assert len({tuple(pixel) for pixel in picture.pixels.reshape(-1, 3)}) == 1


def test_sliders_of_the_lattice_change_what_the_spins_feel():
    screen = scene("ising_2d", Lx=8, Ly=8)

    drag(screen, "Temperature T", 1.0)
    drag(screen, "Field h", 0.0)

    at = screen.scene.model.lattice.conditions
    assert (at.T, at.h) == (5.0, -1.0)


def test_what_an_algorithm_cannot_do_is_told_and_changes_nothing():
    told = []
    screen = scene("ising_2d", told.append, Lx=8, Ly=8)
    screen.session.set("algorithm", "wolff")

    drag(screen, "Field h", 1.0)

    assert screen.scene.model.lattice.conditions.h == 0.0
    assert told, "refused without a word"


def test_sliders_of_the_qubit_change_its_surroundings():
    screen = scene("decoherence_spin_bath", n_env=4)

    drag(screen, "Start θ", 0.25)
    drag(screen, "Spins n", 1.0)

    assert screen.scene.model.environment.tilt == pytest.approx(math.pi / 4)
    assert screen.scene.model.environment.n_env == 40


def test_a_scene_refuses_watchers_that_interact():
    with pytest.raises(ArgumentError, match="J_env"):
        scene("decoherence_spin_bath", n_env=4, J_env=0.5)


def test_the_field_is_moved_by_its_slider_and_caught_at_the_critical_point():
    screen = scene("tfim_entanglement", L=8)

    drag(screen, "Field g / J", 0.25)
    assert screen.scene.model.chain.g == pytest.approx(0.5)
    drag(screen, "Field g / J", 0.501)
    assert screen.scene.model.chain.g == 1.0
    assert "conformal, c = 1/2" in texts(frame(screen))


def test_every_scene_obeys_the_keys_of_time():
    for experiment in SCENES:
        screen = scene(experiment)
        paused = screen.session.clock.paused
        assert screen.handle(Key("space"))
        assert screen.session.clock.paused != paused
        assert screen.handle(Key("f5"))


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0, 1, 3, [0, 0.5, 1]),
        (-60, 0, 7, [-60, -50, -40, -30, -20, -10, 0]),
        (-2.1, 0.2, 5, [-2, -1.5, -1, -0.5, 0]),
        (0, 0.013, 4, [0, 0.005, 0.01]),
    ],
)
def test_ticks_are_round_numbers_within_the_limits(low, high, most, ticks):
    assert nice_ticks(low, high, most) == pytest.approx(ticks)
