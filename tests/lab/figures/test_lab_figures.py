"""What figures of the other experiments show beside their data."""

import math
import struct

import numpy as np
import pytest
from drawn_texts import numbers, outside, texts
from matplotlib.figure import Figure

from spacewheat_sim.lab.experiment import Streams
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.figures.coupling_scale import CouplingScale
from spacewheat_sim.lab.figures.scales import OffsetFormatter, decades
from spacewheat_sim.lab.figures.style import new_figure, save_figure
from spacewheat_sim.lab.figures.trg import scaling_figure
from spacewheat_sim.lab.run_experiment import checked_parameters


def drawn(name, figure, **values):
    experiment = get_experiment(name)
    outcome = experiment.run(checked_parameters(experiment, values), Streams(0))
    return outcome.figures[figure]()


def dashed(axes):
    lines = [line for line in axes.lines if line.get_transform() == axes.transData]
    return [line for line in lines if line.get_linestyle() == "--"]


def pixels(path):
    """Return the width and height that a PNG says it has."""
    return struct.unpack(">II", path.read_bytes()[16:24])


def subtitle(figure):
    return " ".join(text.get_text().replace("\n", " ") for text in figure.texts)


def test_the_law_of_short_times_stands_beside_the_coherence():
    figure = drawn("decoherence_spin_bath", "coherence_vs_time")
    (law,) = dashed(figure.axes[0])[:1]
    # n = 10 spins of equal g: |r| = cos^n(2gt), so τ = 1/√(2 n g²).
    tau = 1 / math.sqrt(2 * 10 * 0.4**2)
    t, values = law.get_xdata(), law.get_ydata()
    assert values == pytest.approx(0.5 * np.exp(-((t / tau) ** 2)), abs=1e-12)
    assert f"τ = {tau:.3g} s" in subtitle(figure)


def test_a_decay_too_quick_for_the_rows_is_drawn_on_its_own():
    values = {"coupling": 1000, "t_max": 1e6, "n_steps": 1}
    figure = drawn("decoherence_spin_bath", "coherence_vs_time", **values)
    early, whole, _ = figure.axes
    tau = 1 / math.sqrt(2 * 10 * 1000.0**2)
    assert early.get_xlim() == pytest.approx((0.0, 4 * tau))
    assert whole.get_xlim() == (0.0, 1e6)
    course = max(early.lines, key=lambda line: line.get_linewidth())
    t = course.get_xdata()
    exact = 0.5 * np.abs(np.cos(2000.0 * t)) ** 10
    assert course.get_ydata() == pytest.approx(exact, abs=1e-12)


def test_a_spin_that_does_not_decay_has_no_law():
    figure = drawn("decoherence_spin_bath", "coherence_vs_time", coupling=0)
    assert not dashed(figure.axes[0])
    assert "law" not in subtitle(figure)


@pytest.mark.parametrize("boundary", ["open", "periodic"])
def test_the_infinite_chain_stands_beside_the_scan_of_the_field(boundary):
    figure = drawn(
        "tfim_entanglement", "entropy_vs_g", L=6, g_grid=(5, 10, 3), boundary=boundary
    )
    (axes,) = figure.axes
    (infinite,) = dashed(axes)
    assert infinite.get_xdata()[0] == 5.0
    # So far from g = J six sites are as good as infinitely many.
    points = [line for line in axes.lines if line.get_marker() == "o"]
    first = points[0].get_ydata()[0]
    assert infinite.get_ydata()[0] == pytest.approx(first, rel=3e-3)
    assert "dashes: infinite chain" in subtitle(figure)


@pytest.mark.parametrize("J", [0.01, 1.0, 2.0])
def test_figures_of_chains_know_the_field_by_its_ratio_to_the_coupling(J):
    at = {"L": 6, "J": J, "g": 1.5 * J}
    (axes,) = drawn("tfim_entanglement", "entropy_vs_g", **at).axes
    (label,) = [text for text in axes.texts if "S = " in text.get_text()]
    assert label.get_text().startswith("g/J = 1.5\n")
    assert label.xy[0] == pytest.approx(1.5)
    lines = [
        [line.get_xydata() for line in figure.axes[0].lines]
        for figure in (
            drawn("tfim_entanglement", "spectrum", **at),
            drawn("tfim_entanglement", "spectrum", L=6, J=1.0, g=1.5),
        )
    ]
    for scaled, plain in zip(*lines, strict=True):
        np.testing.assert_allclose(scaled, plain, rtol=1e-9, atol=1e-12)


def test_one_chi_max_has_numbers_on_the_axis_of_errors():
    figure = drawn("trg_convergence", "error", L=16, chi_grid=(8, 8, 1))
    for axes in figure.axes:
        assert len(numbers(axes)) >= 2


def test_a_dimension_that_leaves_its_frame_is_marked_at_its_edge():
    def row(L, x):
        return ("levin_nave", 4, L, 4, 0.0, 1.0, 1.0, 1e-3, 0.5, *[x] * 8)

    figure = scaling_figure([row(4, 1.0), row(8, 50.0), row(16, None)])
    left = figure.axes[0]
    triangles = [line for line in left.lines if line.get_marker() == "^"]
    top = left.get_ylim()[1]
    marks = [pair for line in triangles for pair in zip(*line.get_data(), strict=True)]
    assert set(marks) == {(8, top)}
    assert f"triangles: above {top:g}" in subtitle(figure)


def test_all_axes_of_a_flow_are_named_and_its_unknown_flows_counted():
    from spacewheat_sim.lab.experiments import blockspin_rg_ising as module

    figure = drawn("blockspin_rg_ising", "rg_flow", dimension=1, L=8)
    plane, course, strip = figure.axes
    assert all(a.get_xlabel() and a.get_ylabel() for a in (plane, course))
    assert "flow on the K axis" in strip.texts[0].get_text()
    told = module._notes({"y_t": 1.0, "y_t_error": None, "y_t_exact": 1.0}, 2)
    assert told[-1] == "2 flows are not known to the last step and not drawn"


@pytest.mark.parametrize("limit", [0.5, 4.0, 50.0, 1e6])
def test_a_bent_axis_keeps_a_fixed_point_off_its_ends(limit):
    scale = CouplingScale(limit, 0.44 if limit > 4 else None)
    samples = scale.samples()
    places = [scale.place(float(K)) for K in samples]
    assert np.diff(places) == pytest.approx(np.diff(places)[0], rel=1e-6)
    assert scale.place(limit) == pytest.approx(1.0)
    if scale.width:
        assert 0.05 < scale.place(0.44) < 0.4


def test_the_means_of_an_ensemble_at_few_times_are_not_joined():
    values = {"trajectories": 10, "duration": 5, "n_times": 4}
    axes = drawn("bath_ensemble", "ensemble", **values).axes[0]
    means = [line for line in axes.lines if line.get_marker() == "o"]
    assert means
    assert all(line.get_linestyle() == "None" for line in means)
    references = dashed(axes)
    assert min(len(line.get_xdata()) for line in references) > 200


def test_what_is_drawn_beyond_the_canvas_widens_it(tmp_path):
    figure = new_figure(2.0, 1.0)
    save_figure(figure, tmp_path / "plain.png")
    assert pixels(tmp_path / "plain.png") == (300, 150)
    figure.text(0.9, 0.5, "a label far too long for its canvas")
    assert outside(figure, texts(figure))
    save_figure(figure, tmp_path / "wide.png")
    width, height = pixels(tmp_path / "wide.png")
    assert width > 450
    assert height == 150


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3e-5], (-5, -4)),
        ([1e-5, 2e-3], (-6, -2)),
        ([1.0], (-1, 1)),
        ([0.0, -1.0, math.nan, math.inf], None),
    ],
)
def test_decades_hold_all_positive_values_between_two_powers(values, expected):
    assert decades(values) == expected


def test_numbers_relative_to_another_say_what_to_add():
    axes = Figure().subplots()
    axes.plot([0, 1], [-1.00001, -1.00002])
    axes.yaxis.set_major_formatter(OffsetFormatter(useMathText=True))
    axes.figure.draw_without_rendering()
    assert axes.yaxis.get_offset_text().get_text().endswith("add −1")
