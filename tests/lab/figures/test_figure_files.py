"""Every figure saves without warning, twice the same, whatever the recording holds."""

import dataclasses
import hashlib

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.offsetbox import AnnotationBbox

from spacewheat_sim.assets.atlas import atlas_emojis
from spacewheat_sim.engine.bath.events import Collapsed, Jumped, Measured
from spacewheat_sim.engine.bath.recordings.recording import AxisTrack, Recording
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.figures.biome.bloch import bloch_figure
from spacewheat_sim.lab.figures.biome.flow_graph import Flow
from spacewheat_sim.lab.figures.biome.flows import flows_figure
from spacewheat_sim.lab.figures.biome.populations import populations_figure
from spacewheat_sim.lab.figures.glyphs import drawable_text
from spacewheat_sim.lab.figures.style import save_figure

PNG = b"\x89PNG\r\n\x1a\n"


def recording_of(count, rows=80, *, mixed=False, emojis=None):
    rng = np.random.default_rng(count)
    time = np.linspace(0.0, 20.0, rows)
    phase = rng.uniform(0, 2 * np.pi, count) + np.outer(
        time, rng.uniform(0.2, 1, count)
    )
    weight = (1 + np.cos(phase)) ** 2 + 1e-3
    populations = weight / weight.sum(axis=1, keepdims=True)
    names = tuple(emojis or atlas_emojis()[:count])
    purity = 1 - 0.5 * (1 - np.exp(-time / 5)) * mixed
    return Recording(
        emojis=names,
        time=time,
        populations=populations,
        events=(
            Jumped(3.0, names[0], names[-1], names[-1]),
            Measured(5.0, names[0], names[-1], "game", 0.5, None),
            Measured(5.1, names[0], names[-1], "game", 0.5, names[0]),
            Collapsed(9.0, names[0], 0.4),
        ),
        observables={"purity": purity, "entropy": 1 - purity},
        axes=(track_of(time, names[0], names[-1]),),
    )


def track_of(time, north, south):
    theta, phi = 0.5 + 0.1 * time, (0.7 * time) % (2 * np.pi)
    bloch = np.stack(
        [np.sin(theta) * np.cos(phi), -np.sin(theta) * np.sin(phi), np.cos(theta)],
        axis=1,
    )
    valid = (time < 8) | (time > 9)
    return AxisTrack(north, south, np.full(time.shape, 0.7), theta, phi, bloch, valid)


def flows_of(emojis):
    around = zip(emojis, [*emojis[1:], emojis[0]], strict=True)
    return [Flow(a, b, 0.1 / (i + 1), i) for i, (a, b) in enumerate(around)]


def draw(kind, recording):
    if kind == "populations":
        return populations_figure(recording, title="Populations")
    if kind == "bloch":
        return bloch_figure(recording.axes, recording.time, title="Axes")
    mean = recording.populations.mean(axis=0)
    return flows_figure(
        recording.emojis, flows_of(recording.emojis), mean, title="Flows"
    )


def digest_of(figure, path):
    save_figure(figure, path)
    data = path.read_bytes()
    assert data.startswith(PNG)
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("count", [1, 6, 60])
@pytest.mark.parametrize("kind", ["populations", "flows", "bloch"])
def test_the_same_recording_gives_the_same_bytes(kind, count, tmp_path):
    recording = recording_of(count)
    first = digest_of(draw(kind, recording), tmp_path / "first.png")
    assert digest_of(draw(kind, recording), tmp_path / "second.png") == first


def test_a_saved_figure_names_neither_date_nor_software(tmp_path):
    save_figure(draw("populations", recording_of(2)), tmp_path / "figure.png")
    data = (tmp_path / "figure.png").read_bytes()
    assert b"tEXt" not in data
    assert b"tIME" not in data


@pytest.mark.parametrize("kind", ["populations", "flows", "bloch"])
def test_an_emoji_without_a_picture_is_drawn_as_a_box(kind, tmp_path):
    # What has no picture is told by its name, so that another name shows.
    drawn = {
        digest_of(
            draw(kind, recording_of(6, emojis=names)), tmp_path / f"{names[0]}.png"
        )
        for names in (
            ("first name", "🫍", "$x$", "日", "Ω", "🔥"),
            ("other name", "🫍", "$x$", "日", "Ω", "🔥"),
        )
    }
    assert len(drawn) == 2


def test_emoji_in_a_title_are_left_out_rather_than_drawn_as_boxes(tmp_path):
    assert drawable_text("Forest 🦌\n at dawn") == "Forest at dawn"
    figure = populations_figure(recording_of(2), title="Forest 🦌 $1 " + "long " * 60)
    digest_of(figure, tmp_path / "figure.png")


@pytest.mark.parametrize("count", [1, 2, 6, 22, 30, 31, 60, 80])
def test_end_labels_do_not_overlap(count):
    recording = dataclasses.replace(recording_of(count), events=())
    figure = populations_figure(recording, title="Populations")
    renderer = figure.canvas.get_renderer()
    boxes = [
        box.get_window_extent(renderer)
        for box in figure.axes[0].get_children()
        if isinstance(box, AnnotationBbox)
    ]
    assert len(boxes) == min(count, 60)
    for i, box in enumerate(boxes):
        assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1
        for other in boxes[:i]:
            apart_x = max(other.x0 - box.x1, box.x0 - other.x1)
            apart_y = max(other.y0 - box.y1, box.y0 - other.y1)
            assert max(apart_x, apart_y) > -1.0  # pixel


def test_populations_of_exactly_zero_and_of_one_row_are_drawn(tmp_path):
    empty = Recording(("🔥", "❄"), np.zeros(1), np.zeros((1, 2)))
    figure = populations_figure(empty, title="Nothing")
    digest_of(figure, tmp_path / "figure.png")
    shown = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 1]
    assert [list(line.get_ydata()) for line in shown] == [[0.0], [0.0]]


def test_a_mixed_state_has_a_panel_of_purity_and_entropy():
    pure = populations_figure(recording_of(2), title="Pure")
    mixed = populations_figure(recording_of(2, mixed=True), title="Mixed")
    assert "purity" in [axes.get_ylabel() for axes in mixed.axes]
    assert "purity" not in [axes.get_ylabel() for axes in pure.axes]


def test_a_reference_and_a_band_of_errors_are_drawn(tmp_path):
    recording = recording_of(6, rows=5000)
    figure = populations_figure(
        recording,
        title="Mean",
        reference=recording_of(6),
        standard_error=np.full(recording.populations.shape, 0.02),
    )
    digest_of(figure, tmp_path / "figure.png")
    bands = [c for c in figure.axes[0].collections if isinstance(c, PolyCollection)]
    assert len(bands) == 6
    assert len(figure.axes[0].lines) >= 12  # a line and a reference each


def test_a_reference_or_band_that_does_not_fit_is_refused():
    with pytest.raises(ArgumentError, match="reference"):
        populations_figure(recording_of(2), title="", reference=recording_of(3))
    with pytest.raises(ArgumentError, match="standard_error"):
        populations_figure(recording_of(2), title="", standard_error=np.zeros((1, 2)))
    nothing = Recording((), np.zeros(0), np.zeros((0, 0)))
    with pytest.raises(ArgumentError, match="recording"):
        populations_figure(nothing, title="")


def test_very_many_jumps_and_collapses_are_drawn_without_icons(tmp_path):
    recording = recording_of(2)
    times = np.linspace(0, 20, 3000)
    events = [Jumped(float(t), "☀", "🌙", "🌙") for t in times]
    events += [Collapsed(float(t), "☀", None) for t in times[::10]]
    figure = populations_figure(
        dataclasses.replace(recording, events=tuple(events)), title="Many"
    )
    digest_of(figure, tmp_path / "figure.png")
    icons = [
        child
        for axes in figure.axes
        for child in axes.get_children()
        if isinstance(child, AnnotationBbox)
    ]
    assert len(icons) == 2


@pytest.mark.parametrize("count", [2, 5, 12])
def test_up_to_twelve_axes_are_drawn(count, tmp_path):
    time = np.linspace(0, 20, 50)
    tracks = [track_of(time, "🌾", "💀")] * count
    figure = bloch_figure(tracks, time, title="Axes")
    digest_of(figure, tmp_path / "figure.png")
    strips = [axes.get_ylabel() for axes in figure.axes if axes.get_ylabel()]
    assert len(figure.axes) > 3 * count  # three strips and a sphere each
    assert strips


@pytest.mark.parametrize("count", [0, 13])
def test_no_axes_or_too_many_are_refused(count):
    time = np.linspace(0, 1, 5)
    with pytest.raises(ArgumentError, match="1 to 12"):
        bloch_figure([track_of(time, "🌾", "💀")] * count, time, title="")


def test_an_axis_that_is_never_populated_says_so(tmp_path):
    time = np.linspace(0, 1, 5)
    track = dataclasses.replace(track_of(time, "🌾", "💀"), valid=np.zeros(5, bool))
    figure = bloch_figure([track], time, title="Empty")
    assert "never populated" in [text.get_text() for text in figure.axes[0].texts]
    digest_of(figure, tmp_path / "figure.png")


def test_a_bath_without_flows_says_so(tmp_path):
    figure = flows_figure(["🔥", "❄"], [], np.array([0.4, 0.6]), title="Closed")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert any("no transfers" in text for text in texts)
    digest_of(figure, tmp_path / "figure.png")


def test_flows_between_the_same_two_are_added():
    flows = [Flow("🔥", "❄", 0.1, 1), Flow("🔥", "❄", 0.2, 2), Flow("❄", "❄", 0.05, 0)]
    figure = flows_figure(["🔥", "❄"], flows, np.array([0.4, 0.6]), title="Added")
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert "0.3" in texts
    assert "3" in texts
    assert "dephased" in texts


@pytest.mark.parametrize(
    ("flow", "mean"),
    [
        (Flow("🔥", "🌾", 0.1), np.ones(2)),
        (Flow("🔥", "❄", -0.1), np.ones(2)),
        (Flow("🔥", "❄", float("nan")), np.ones(2)),
        (Flow("🔥", "❄", 0.1), np.ones(3)),
    ],
    ids=["unknown emoji", "negative", "not a number", "wrong length"],
)
def test_flows_that_do_not_fit_are_refused(flow, mean):
    with pytest.raises(ArgumentError):
        flows_figure(["🔥", "❄"], [flow], mean, title="")


def test_drawing_leaves_the_settings_of_matplotlib_alone(tmp_path):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    for kind in ("populations", "flows", "bloch"):
        save_figure(draw(kind, recording_of(2)), tmp_path / "figure.png")
    assert dict(mpl.rcParams) == before
