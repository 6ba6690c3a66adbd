"""What figures of the Ising model show beside the points, and how they show doubt."""

import math

import numpy as np
import pytest
from drawn_texts import numbers

from spacewheat_sim.lab.experiment import Streams
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.figures.methods import Mark
from spacewheat_sim.lab.figures.thermodynamics import quantities_figure
from spacewheat_sim.lab.figures.thermodynamics_errors import cost_figure, errors_figure
from spacewheat_sim.lab.ising.figures import critical_temperature
from spacewheat_sim.lab.run_experiment import checked_parameters
from spacewheat_sim.statmech.exact.enumeration import enumerate_torus
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, Thermodynamics

ONSAGER = 2.269185314213022


def drawn(name, figure, **values):
    experiment = get_experiment(name)
    outcome = experiment.run(checked_parameters(experiment, values), Streams(0))
    return outcome.figures[figure]()


def legend_of(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def sampled(T, value, *, converged=1.0, error=0.1, exact=None):
    names = ("energy", "heat_capacity", "susceptibility", "magnetization")
    found = Thermodynamics(
        None, value, 0.0, value, value,
        extra={"converged": converged, "abs_magnetization": 0.5},
        errors=dict.fromkeys(names, error),
    )  # fmt: skip
    known = Thermodynamics(None, exact, None, exact, exact)
    return Mark("monte_carlo", T, found, known)


def points_of(figure, ylabel):
    (axes,) = [a for a in figure.axes if a.get_ylabel().startswith(ylabel)]
    return [line for line in axes.lines if line.get_marker() == "D"]


def test_unconverged_points_are_hollow_and_have_their_own_key():
    marks = [sampled(1.0, -1.5), sampled(2.0, -1.0, converged=0.0)]
    figure = quantities_figure(marks, {}, in_field=False, title="")

    full, hollow = points_of(figure, "energy")
    assert list(full.get_xdata()) == [1.0]
    assert list(hollow.get_xdata()) == [2.0]
    assert full.get_markerfacecolor() != hollow.get_markerfacecolor()
    assert legend_of(figure) == ["Monte Carlo", "Monte Carlo, not converged"]


@pytest.mark.parametrize("error", [math.nan, math.inf])
def test_a_point_of_unknown_error_does_not_look_converged(error):
    figure = quantities_figure(
        [sampled(1.0, -1.5, error=error)], {}, in_field=False, title=""
    )
    (hollow,) = points_of(figure, "energy")
    assert hollow.get_markerfacecolor() == "white"
    assert legend_of(figure) == ["Monte Carlo, not converged"]


def test_a_long_error_bar_leaves_its_frame_instead_of_squashing_the_others():
    marks = [sampled(1.0, -1.5), sampled(2.0, -1.0, error=1e6)]
    figure = quantities_figure(marks, {}, in_field=False, title="")
    (axes,) = [a for a in figure.axes if a.get_ylabel().startswith("energy")]
    low, high = axes.get_ylim()
    assert high - low < 1.2


@pytest.mark.parametrize(
    ("J", "h", "sides", "expected"),
    [
        (1.0, 0.0, (4, 4), ONSAGER),
        (2.0, 0.0, (16, 3), 2 * ONSAGER),
        (-1.0, 0.0, (4, 6), ONSAGER),
        (-1.0, 0.0, (5, 4), None),
        (1.0, 0.1, (4, 4), None),
        (0.0, 0.0, (4, 4), None),
        (1.0, 0.0, (2, 64), None),
    ],
)
def test_the_critical_temperature_is_marked_only_where_it_holds(J, h, sides, expected):
    found = critical_temperature(J, h, *sides)
    assert found == (None if expected is None else pytest.approx(expected, rel=1e-14))


def test_a_ferromagnet_shows_its_magnetization_and_critical_temperature():
    figure = drawn("ising_2d", "quantities", T_grid=(1.5, 3.5, 5), sweeps=200)
    assert "magnetization ⟨|m|⟩" in [axes.get_ylabel() for axes in figure.axes]
    assert "$T_c$ = 2.2692, infinite lattice" in legend_of(figure)
    for axes in figure.axes:
        (line,) = [line for line in axes.lines if line.get_label() == "T_c"]
        assert line.get_xdata()[0] == pytest.approx(ONSAGER, rel=1e-14)


def test_the_order_of_the_infinite_lattice_is_drawn_up_to_its_steep_end():
    figure = drawn("ising_2d", "quantities", T_grid=(1.5, 3.5, 5), sweeps=200)
    (axes,) = [a for a in figure.axes if a.get_ylabel() == "magnetization ⟨|m|⟩"]
    (order,) = [line for line in axes.lines if len(line.get_xdata()) > 400]
    T, m = order.get_data()
    warm = np.array(T) < 2.26
    exact = (1 - np.sinh(2 / np.array(T)[warm]) ** -4) ** 0.125
    assert np.array(m)[warm] == pytest.approx(exact, rel=1e-9)
    # No step of the line is higher than a 20th of the frame.
    assert np.abs(np.diff(m)).max() < 0.05


@pytest.mark.parametrize(
    ("name", "values"),
    [("ising_1d", {}), ("ising_2d", {"h": 0.5}), ("ising_2d", {"T_grid": (3, 4, 2)})],
)
def test_no_critical_temperature_is_told_where_none_is_in_the_frame(name, values):
    figure = drawn(name, "quantities", sweeps=200, **values)
    assert not [label for label in legend_of(figure) if "T_c" in label]


def test_a_panel_without_a_value_says_so_and_has_the_axis_of_the_others():
    marks = [sampled(1.0, -1.5, exact=-1.4), sampled(3.0, -1.0, exact=-1.1)]
    figure = errors_figure(marks, in_field=False, title="")
    (empty,) = [a for a in figure.axes if a.get_ylabel() == "error of F/N"]
    assert [text.get_text() for text in empty.texts] == ["no exact value is known"]
    assert numbers(empty) == []
    assert len({axes.get_xlim() for axes in figure.axes}) == 1


@pytest.mark.parametrize("scale", [1e-300, 1e-17, 1.0, 1e6, 1e300])
def test_the_axis_of_errors_fits_errors_of_any_size(scale):
    marks = [sampled(T, 0.0, exact=scale * T, error=scale) for T in (1.0, 3.0)]
    figure = errors_figure(marks, in_field=False, title="")
    (axes,) = [a for a in figure.axes if a.get_ylabel() == "error of e"]
    low, high = axes.get_ylim()
    assert scale / 11 <= low < scale
    assert 3 * scale < high <= 11 * scale
    assert len(numbers(axes)) >= 2


def test_a_closed_form_alone_has_no_errors_and_is_in_no_legend_of_them():
    experiment = get_experiment("ising_2d")
    values = {"Lx": 64, "Ly": 64, "method": "exact"}
    outcome = experiment.run(checked_parameters(experiment, values), Streams(0))
    assert "errors" not in outcome.figures
    figure = drawn("ising_2d", "errors", Lx=16, Ly=16, T=2.0, method="all", sweeps=100)
    assert "closed form" not in legend_of(figure)
    assert "tensor renormalization" in legend_of(figure)


def test_costs_are_points_with_at_least_two_powers_of_ten():
    figure = cost_figure({"trg": 0.3}, 1, title="")
    (axes,) = figure.axes
    assert not axes.patches
    assert len(numbers(axes, "x")) >= 2


@pytest.mark.parametrize("h", [0.0, 0.3, -2.0])
def test_enumeration_knows_the_mean_of_the_absolute_magnetization(h):
    T, J = 1.7, 0.9
    spins = np.array(np.meshgrid(*[(-1, 1)] * 6)).reshape(6, -1).T.reshape(-1, 2, 3)
    bonds = sum((spins * np.roll(spins, 1, axis)).sum((1, 2)) for axis in (1, 2))
    M = spins.sum((1, 2))
    weight = np.exp((J * bonds + h * M) / T)
    mean = float((weight * np.abs(M)).sum() / weight.sum())
    square = float((weight * M**2).sum() / weight.sum())
    found = enumerate_torus(3, 2).thermodynamics(Conditions(T, J, h)).extra
    assert found["abs_magnetization"] == pytest.approx(mean / 6, rel=1e-13)
    variance = (square - mean**2) / (6 * T)
    assert found["susceptibility_abs"] == pytest.approx(variance, rel=1e-12)
