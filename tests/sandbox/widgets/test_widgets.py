from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from letter_measure import plain_canvas, pointed_canvas

from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Key, Moved, Pressed, Released, Wheeled
from spacewheat_sim.sandbox.shapes import Text
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.widgets.choice import Choice
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.widgets.menu import Menu
from spacewheat_sim.sandbox.widgets.scroll import Scroll
from spacewheat_sim.sandbox.widgets.slider import Scale, Slider

PLACE = Rect(100, 50, 200, 30)


def test_a_button_acts_when_the_pointer_goes_down_and_up_on_it():
    presses = []
    button = Button("Go", lambda: presses.append(1))
    button.draw(plain_canvas(), PLACE)

    assert button.handle(Pressed(150, 60))
    assert presses == []
    assert button.handle(Released(150, 60))
    assert presses == [1]


@pytest.mark.parametrize(
    ("down", "up", "button"),
    [
        ((150, 60), (10, 10), "left"),
        ((10, 10), (150, 60), "left"),
        ((150, 60),) * 2 + ("right",),
    ],
)
def test_a_button_left_half_way_or_pressed_otherwise_does_nothing(down, up, button):
    presses = []
    target = Button("Go", lambda: presses.append(1))
    target.draw(plain_canvas(), PLACE)

    target.handle(Pressed(*down, button))
    target.handle(Released(*up, button))

    assert presses == []


def test_a_button_that_is_not_enabled_takes_the_click_and_does_nothing():
    presses = []
    button = Button("Go", lambda: presses.append(1), enabled=lambda: False)
    button.draw(plain_canvas(), PLACE)

    taken = button.handle(Pressed(150, 60))
    button.handle(Released(150, 60))

    assert taken
    assert presses == []


def test_the_thing_under_the_pointer_tells_its_hint():
    button = Button("Go", print, hint="what it does")
    canvas = pointed_canvas(150, 60)

    button.draw(canvas, PLACE)

    assert canvas.hint == ("what it does", PLACE)


@pytest.mark.parametrize("hides", ["clip", "cover"])
def test_what_is_clipped_away_or_covered_is_not_under_the_pointer(hides):
    canvas = pointed_canvas(150, 60)
    covers = [Rect(140, 50, 20, 20)] if hides == "cover" else []
    if hides == "clip":
        canvas.clip(Rect(0, 0, 140, 200))
    with canvas.under(*covers):
        Button("Go", print, hint="what it does").draw(canvas, PLACE)

    assert canvas.hint is None
    canvas.clip(None)
    assert canvas.over(PLACE)


def test_a_button_that_cannot_act_says_why():
    told = []
    button = Button("Go", print, enabled=lambda: False, refuse=lambda: told.append(1))
    button.draw(plain_canvas(), PLACE)
    button.handle(Pressed(150, 60))
    button.handle(Released(150, 60))

    assert told == [1]


def test_a_choice_chooses_the_segment_that_was_clicked():
    chosen = ["b"]
    choice = Choice(
        [("a", "first", ""), ("b", "second", ""), ("c", "third", "")],
        lambda: chosen[-1],
        chosen.append,
    )
    choice.draw(plain_canvas(), PLACE)

    choice.handle(Pressed(PLACE.right - 5, 60))
    choice.handle(Pressed(PLACE.x + 5, 60))
    choice.handle(Pressed(PLACE.x + 5, 60))  # chosen already: nothing to do

    assert chosen == ["b", "c", "a"]


@given(
    st.floats(1e-6, 10),
    st.floats(1.5, 1e6),
    st.booleans(),
    st.floats(0.001, 1.0),
)
def test_a_scale_and_its_inverse_agree(low, ratio, logarithmic, position):
    scale = Scale(low, low * ratio, logarithmic=logarithmic)

    value = scale.value(position)

    assert low <= value * (1 + 1e-12)
    assert value <= low * ratio * (1 + 1e-12)
    assert scale.position(value) == pytest.approx(position, abs=1e-6)


def test_a_slider_follows_the_pointer_and_keeps_to_its_limits():
    value = [0.5]
    slider = Slider("k", Scale(0.0, 2.0), lambda: value[-1], value.append)
    slider.draw(plain_canvas(), PLACE)
    track = slider._track

    slider.handle(Pressed(track.x + track.w / 4, 65))
    slider.handle(Moved(track.x + track.w / 2, 200))
    slider.handle(Moved(track.x - 500, 200))
    slider.handle(Moved(track.x + 5000, 200))
    slider.handle(Released(0, 0))
    slider.handle(Moved(track.x, 65))

    assert value[1:] == pytest.approx([0.5, 1.0, 0.0, 2.0])


def test_the_wheel_moves_a_slider_and_a_right_click_resets_it():
    value = [0.5]
    slider = Slider(
        "k",
        Scale(0.0, 1.0),
        lambda: value[-1],
        value.append,
        reset=lambda: value.append(0.25),
    )
    slider.draw(plain_canvas(), PLACE)

    slider.handle(Wheeled(150, 60, 2))
    slider.handle(Pressed(slider._track.center[0], 65, "right"))

    assert value[1:] == pytest.approx([0.54, 0.25])


def test_a_scroll_stays_within_its_content_and_shows_what_is_asked_for():
    scroll = Scroll()
    area = Rect(0, 0, 100, 100)

    for _ in range(20):
        scroll.handle(Wheeled(50, 50, -3))
        inside = scroll.place(plain_canvas(), area, 250)
    assert inside.y == -150
    scroll.show(20, 40)
    assert scroll.place(plain_canvas(), area, 250).y == -20
    scroll.show(180, 220)
    assert scroll.place(plain_canvas(), area, 250).y == -120
    # Content that fits is not scrolled, and the wheel is left to others.
    assert scroll.place(plain_canvas(), area, 80).y == 0
    assert not scroll.handle(Wheeled(50, 50, -3))


@pytest.mark.parametrize("count", [1, 20, 60, 150])
def test_every_line_of_a_long_menu_can_be_read_and_clicked(count):
    chosen = []
    names = [(str(n), f"biome {n}") for n in range(count)]
    menu = Menu(lambda: "now", lambda: names, chosen.append)
    for name, label in names:
        canvas = plain_canvas(1280, 720)
        menu.draw(canvas, PLACE)
        menu.toggle()
        menu.draw_list(canvas)
        lines = [s for s in canvas.shapes if isinstance(s, Text) and s.text == label]
        assert len(lines) == 1
        assert 0 < lines[0].x < 1280
        assert lines[0].y < 720
        menu.handle(Pressed(lines[0].x, lines[0].y))
        assert chosen[-1] == name
    rows = sorted({shape.y for shape in canvas.shapes if isinstance(shape, Text)})
    assert all(below - above >= 20.0 for above, below in pairwise(rows[1:]))


def test_an_open_menu_takes_the_next_click_wherever_it_is():
    chosen = []
    menu = Menu(
        lambda: "forest", lambda: [("f", "Forest"), ("k", "Kitchen")], chosen.append
    )

    def frame():
        canvas = plain_canvas()
        menu.draw(canvas, PLACE)
        menu.draw_list(canvas)
        return canvas

    def click(x, y):
        for event in (Pressed(x, y), Released(x, y)):
            menu.handle(event)

    frame()
    click(150, 60)
    labels = {s.text: s for s in frame().shapes if isinstance(s, Text)}
    kitchen = labels["Kitchen"]
    click(kitchen.x, kitchen.y)
    assert chosen == ["k"]
    assert not menu.is_open
    click(150, 60)
    frame()
    assert menu.handle(Pressed(900, 600))
    assert chosen == ["k"]
    menu.toggle()
    assert menu.handle(Key("escape"))
    assert not menu.is_open


def test_the_first_handler_keeps_a_press_and_all_see_a_move():
    seen = []

    class Taker:
        def __init__(self, name, takes):
            self.name, self.takes = name, takes

        def handle(self, event):
            seen.append((self.name, type(event).__name__))
            return self.takes

    handlers = [Taker("a", False), Taker("b", True), Taker("c", True)]

    assert dispatch(Pressed(0, 0), handlers)
    assert dispatch(Moved(0, 0), handlers)

    assert seen == [
        ("a", "Pressed"),
        ("b", "Pressed"),
        ("a", "Moved"),
        ("b", "Moved"),
        ("c", "Moved"),
    ]


def test_text_is_shortened_to_the_width_it_is_given():
    canvas = plain_canvas()

    assert canvas.fitted("abcdef", 10, 6 * 6.2) == "abcdef"
    assert canvas.fitted("abcdef", 10, 4 * 6.2) == "abc…"
    assert canvas.fitted("abcdef", 10, 5) == ""
    assert canvas.wrapped("one two three", 10, 8 * 6.2) == ["one two", "three"]


def test_a_slider_that_is_hidden_while_it_is_dragged_lets_go():
    value = [0.5]
    slider = Slider("k", Scale(0.0, 1.0), lambda: value[-1], value.append)
    slider.draw(plain_canvas(), PLACE)
    slider.handle(Pressed(slider._track.center[0], 65))

    slider.hide()

    assert not slider.handle(Moved(300, 65))
    assert len(value) == 2


def test_a_slider_is_filled_from_zero_to_its_knob():
    for value in (-0.5, 0.75):
        canvas = plain_canvas()
        slider = Slider("k", Scale(-1.0, 1.0), lambda v=value: v, print)
        slider.draw(canvas, PLACE)
        fill = canvas.shapes[2].rect
        ends = [slider._track.x + slider._track.w * (1 + v) / 2 for v in (0, value)]
        assert sorted(ends) == pytest.approx([fill.x, fill.right])


def test_a_menu_marks_what_is_shown_and_has_room_for_its_bold_letters():
    names = [("a", "A rather long name"), ("b", "Another, still longer name ★★☆")]
    menu = Menu(lambda: "now", lambda: names, lambda _: None, present=lambda: "b")
    canvas = plain_canvas(1280, 720)
    menu.draw(canvas, PLACE)
    menu.toggle()
    menu.draw_list(canvas)
    lines = [s for s in canvas.shapes if isinstance(s, Text)][-2:]
    assert [(line.text, line.bold) for line in lines] == [
        ("A rather long name", False),
        ("Another, still longer name ★★☆", True),
    ]
