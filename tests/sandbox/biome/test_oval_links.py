from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from letter_measure import plain_canvas
from panel_checks import session_without_axes

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.oval.colors import flow_color
from spacewheat_sim.sandbox.biome.oval.couplings import Couplings, current_ratios
from spacewheat_sim.sandbox.biome.oval.decays import DRAIN, Decays
from spacewheat_sim.sandbox.biome.oval.layout import oval_layout
from spacewheat_sim.sandbox.biome.oval.transfers import Transfers
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.points import Points
from spacewheat_sim.sandbox.shapes import Disc, Dots, Line, Lines, Polygon, Polyline

AREA = Rect(0, 0, 560, 320)
FOUR = ("🌾", "🐇", "🐺", "🍂")
WEB = (
    {"emoji": "🐇", "name": "Rabbit", "transfers_from": {"🌾": 0.4}},
    {
        "emoji": "🐺",
        "name": "Wolf",
        "transfers_from": {"🐇": 0.2},
        "couplings": {"🌾": 1.0},
    },
    {"emoji": "🌾", "name": "Wheat", "transfers_from": {"🐇": 0.1}},
    {"emoji": "🍂", "name": "Litter", "transfers_from": {}},
)
DECAYING = ({"emoji": "🌾", "name": "Wheat", "decay": {"rate": 0.3, "target": "🍂"}},)


def stage(icons, populations):
    session = session_without_axes(*FOUR, icons=icons)
    layout = oval_layout(len(FOUR), AREA)
    radii = layout.radii(np.array(populations))
    return session.wiring, layout, radii


def drawn_transfers(populations, flows=None, seconds=0.0):
    wiring, layout, radii = stage(WEB, populations)
    canvas = plain_canvas()
    if flows is None:
        flows = wiring.flows(np.array(populations))
    Transfers(layout, wiring).draw(canvas, radii, flows, seconds, None)
    return wiring, layout, radii, canvas.shapes


def of_kind(shapes, kind):
    return [
        shape for each in shapes for shape in parts(each) if isinstance(shape, kind)
    ]


def parts(shape):
    """Return what is drawn at once, one by one."""
    if isinstance(shape, Lines):
        each = zip(shape.points.array, shape.colors, shape.widths, strict=True)
        return [Polyline(Points(line), color, width) for line, color, width in each]
    if isinstance(shape, Dots):
        each = zip(shape.points, shape.colors, shape.radii, strict=True)
        return [Disc(x, y, r, color) for (x, y), color, r in each]
    return [shape]


@pytest.mark.parametrize(
    "populations",
    [(0.25, 0.25, 0.25, 0.25), (0.9, 0.1, 0.0, 0.0), (0.1, 0.9, 0.0, 0.0)],
)
def test_arrows_lead_from_the_edge_of_the_source_to_the_edge_of_the_target(populations):
    wiring, layout, radii, shapes = drawn_transfers(populations, flows=np.full(3, 0.2))
    pairs = list(zip(wiring.sources, wiring.targets, strict=True))
    lines, heads = of_kind(shapes, Polyline), of_kind(shapes, Polygon)

    assert {(FOUR[s], FOUR[t]) for s, t in pairs} == {
        ("🌾", "🐇"),
        ("🐇", "🐺"),
        ("🐇", "🌾"),
    }
    assert len(lines) == len(heads) == len(pairs)
    for (source, target), line, head in zip(pairs, lines, heads, strict=True):
        start = math.dist(line.points[0], layout.places[source])
        assert start == pytest.approx(radii[source])
        tip = math.dist(head.points[0], layout.places[target])
        assert tip == pytest.approx(radii[target])
        assert all(
            math.dist(corner, layout.places[target]) > radii[target]
            for corner in list(head.points)[1:]
        )


def test_arrows_to_and_fro_between_a_pair_are_apart():
    wiring, _, _, shapes = drawn_transfers((0.25,) * 4, flows=np.full(3, 0.2))
    pairs = list(zip(wiring.sources.tolist(), wiring.targets.tolist(), strict=True))
    lines = dict(zip(pairs, of_kind(shapes, Polyline), strict=True))
    there, back = lines[0, 1].points, list(lines[1, 0].points)[::-1]

    assert math.dist(there[5], back[5]) > 8.0


def test_an_arrow_is_wider_the_more_flows_and_hidden_where_next_to_nothing_does():
    widths = []
    for flow in (0.4, 0.2, 0.1, 0.05, 0.02, 0.005):
        *_, shapes = drawn_transfers((0.25,) * 4, flows=np.array([flow, 0.0, 0.0]))
        (line,) = of_kind(shapes, Polyline)
        widths.append(line.width)
    *_, nothing = drawn_transfers((0.25,) * 4, flows=np.array([1e-5, 0.0, 0.0]))

    assert all(wide > thin for wide, thin in pairwise(widths))
    assert widths[0] == pytest.approx(6.0)
    assert nothing == []


def test_dots_travel_from_source_to_target_at_a_constant_speed():
    places = []
    for seconds in (0.0, 0.1, 0.2):
        wiring, layout, _, shapes = drawn_transfers(
            (0.25,) * 4, np.array([0.4, 0.0, 0.0]), seconds
        )
        dot = of_kind(shapes, Disc)[0]
        places.append((dot.x, dot.y))
    far = [math.dist(place, layout.places[wiring.targets[0]]) for place in places]
    steps = [math.dist(*pair) for pair in pairwise(places)]

    assert far[0] > far[1] > far[2]
    assert steps[0] == pytest.approx(steps[1], rel=0.1)


@pytest.mark.parametrize(
    ("ratio", "color"),
    [(1.0, palette.ORANGE), (-1.0, palette.SKY), (0.0, palette.DIM)],
)
def test_the_color_of_a_coupling_tells_the_way_of_its_current(ratio, color):
    assert flow_color(ratio) == color
    wiring, layout, radii = stage(WEB, (0.25,) * 4)
    canvas = plain_canvas()
    strength = np.full(1, np.abs(wiring.energies).max())  # as strong as can be
    Couplings(layout, wiring).draw(canvas, radii, ratio * strength, strength, 0.0, None)

    (line,) = of_kind(canvas.shapes, Polyline)
    assert line.color == pytest.approx(palette.mix(palette.PANEL, color, 1.0), abs=12)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_dots_of_a_coupling_move_with_the_current(sign):
    wiring, layout, radii = stage(WEB, (0.25,) * 4)
    couplings = Couplings(layout, wiring)
    strength = np.full(1, np.abs(wiring.energies).max())
    second = layout.places[wiring.seconds[0]]
    far = []
    for elapsed in (0.0, 0.3):
        canvas = plain_canvas()
        couplings.draw(canvas, radii, sign * strength, strength, elapsed, None)
        dots = of_kind(canvas.shapes, Disc)
        far.append(math.dist((dots[0].x, dots[0].y), second))

    assert sign * (far[0] - far[1]) > 5.0


def test_a_current_is_measured_by_the_most_that_it_could_be():
    ratios = current_ratios(np.array([0.1, -0.2, 0.0]), np.array([0.2, 0.2, 0.0]))

    assert ratios == pytest.approx([0.5, -1.0, 0.0])


def test_a_stronger_coupling_is_clearer():
    wiring, layout, radii = stage(WEB, (0.25,) * 4)
    most = np.abs(wiring.energies).max()
    contrasts = []
    for share in (1.0, 0.05, 0.01):
        canvas = plain_canvas()
        strength = np.full(1, share * most)
        Couplings(layout, wiring).draw(canvas, radii, strength, strength, 0.0, None)
        (line,) = of_kind(canvas.shapes, Polyline)
        contrasts.append(math.dist(line.color, palette.PANEL))

    assert contrasts[0] > contrasts[1] > contrasts[2] > 0


def test_decay_is_dotted_and_runs_down_a_drain_beside_its_target():
    wiring, layout, radii = stage(DECAYING, (0.7, 0.1, 0.1, 0.1))
    canvas = plain_canvas()
    flows = wiring.flows(np.array([0.7, 0.1, 0.1, 0.1]))
    Decays(layout, wiring).draw(canvas, radii, flows, 0.0, None)
    transfers = plain_canvas()
    Transfers(layout, wiring).draw(transfers, radii, flows, 0.0, None)
    sink = FOUR.index("🍂")

    assert transfers.shapes == []  # it is not an arrow as well
    dots, bars = of_kind(canvas.shapes, Disc), of_kind(canvas.shapes, Line)
    assert len(dots) > 5
    lengths = [math.hypot(bar.x1 - bar.x0, bar.y1 - bar.y0) for bar in bars]
    middles = [((bar.x0 + bar.x1) / 2, (bar.y0 + bar.y1) / 2) for bar in bars]
    far = [math.dist(middle, layout.places[sink]) for middle in middles]
    assert far[0] == pytest.approx(radii[sink] + DRAIN)
    assert lengths == sorted(lengths, reverse=True)
    assert far == sorted(far, reverse=True)
    nearest = min(math.dist((dot.x, dot.y), middles[0]) for dot in dots)
    assert nearest < 15.0


def test_links_of_the_emoji_under_the_pointer_stand_out():
    wiring, layout, radii = stage(WEB, (0.25,) * 4)
    flows = np.full(3, 0.2)
    canvas = plain_canvas()
    Transfers(layout, wiring).draw(canvas, radii, flows, 0.0, FOUR.index("🐺"))
    lines = of_kind(canvas.shapes, Polyline)
    touching = (wiring.sources == 2) | (wiring.targets == 2)
    contrast = np.array([math.dist(line.color, palette.PANEL) for line in lines])

    assert contrast[touching].min() > 2 * contrast[~touching].max()


def test_a_biome_without_links_draws_none():
    wiring, layout, radii = stage((), (0.25,) * 4)
    canvas = plain_canvas()
    nothing = np.empty(0)
    Transfers(layout, wiring).draw(canvas, radii, nothing, 0.0, None)
    Couplings(layout, wiring).draw(canvas, radii, nothing, nothing, 0.0, None)
    Decays(layout, wiring).draw(canvas, radii, nothing, 0.0, None)

    assert canvas.shapes == []
