"""Figures of all experiments at their extremes: no text is cut off or covered."""

import pytest
from drawn_texts import collisions, filled, outside, texts

from spacewheat_sim.lab.experiment import Streams
from spacewheat_sim.lab.experiments import NAMES, get_experiment
from spacewheat_sim.lab.figures.style import save_figure
from spacewheat_sim.lab.run_experiment import checked_parameters

CASES = {
    "ising_1d": {
        "cold": {"T": 0.01, "sweeps": 200},
        "hot": {"T": 1e6, "sweeps": 200},
        "tiny scale": {"T_grid": (1e-150, 3e-150, 3), "J": 1e-150, "sweeps": 200},
        "two points in a field": {"T_grid": (1, 2, 2), "J": -1, "h": 0.5, "L": 5},
    },
    "ising_2d": {
        "one point": {"sweeps": 200},
        "frustrated": {
            "Lx": 5, "Ly": 5, "J": -1, "T_grid": (0.5, 4, 5), "sweeps": 200
        },
        "nothing exact": {
            "Lx": 13, "Ly": 14, "h": 1, "sweeps": 200, "method": "monte_carlo"
        },
        "long numbers": {
            "Lx": 4, "Ly": 6, "J": -1.23456e-150, "T": 1e-150, "sweeps": 200
        },
        "closed form": {
            "Lx": 1024, "Ly": 1024, "T_grid": (1.5, 3.5, 9), "method": "exact"
        },
    },
    "trg_convergence": {
        "one chi_max": {"chi_grid": (8, 8, 1), "L": 16},
        "one side": {"chi_grid": (4, 8, 2), "L": 4},
        "L = 2^20": {"chi_grid": (2, 4, 2), "L": 2**20},
        "cold": {"chi_grid": (4, 8, 2), "T": 0.01, "L": 16},
    },
    "decoherence_spin_bath": {
        "large": {"n_env": 100_000, "n_steps": 20},
        "long": {"t_max": 1e6, "coupling": 1000, "n_steps": 1},
        "no coupling": {"coupling": 0},
        "long numbers": {
            "n_env": 999, "coupling": -123.456, "coupling_spread": 0.123456,
            "h_env": -0.123456, "env_state": "random", "n_steps": 20,
        },
    },
    "tfim_entanglement": {
        "far from critical": {"g_grid": (5, 10, 3), "L": 6},
        "one field": {"g_grid": (0.5, 0.5, 1), "L": 6},
        "huge field": {"g": 1e6, "L": 6},
        "near critical": {"g_grid": (0.999, 1.001, 5), "boundary": "periodic"},
        "close lengths": {"L_scan": (100, 130, 12), "L": 6},
    },
    "blockspin_rg_ising": {
        "K = 50": {"method": "migdal_kadanoff", "K_grid": (1, 50, 5)},
        "b = 64": {"method": "migdal_kadanoff", "b": 64},
        "one step": {
            "K_grid": (0.44, 0.44, 1), "n_iter": 1, "L": 4, "sweeps": 1000
        },
        "tiny": {"dimension": 1, "K_grid": (1e-9, 1e-8, 3)},
        "no coupling": {"dimension": 1, "K_grid": (0, 0, 1)},
        "many": {"dimension": 1, "K_grid": (0.1, 3, 50), "n_iter": 100},
    },
    "bath_ensemble": {
        "nothing happens": {"duration": 1e-6, "trajectories": 10},
        "one time": {"n_times": 1, "trajectories": 10},
    },
    "bath_unravelling": {
        "one step": {"dt_grid": (1, 1, 1), "trajectories": 2},
        "two steps": {"dt_grid": (5, 20, 2), "trajectories": 2},
    },
    "counting_statistics": {
        "default": {"trajectories": 50},
        "few": {"duration": 1e-3, "trajectories": 2, "dephasing_grid": (1, 1, 1)},
        "long": {"duration": 200, "trajectories": 5, "dephasing_grid": (0, 40, 3)},
    },
    "zeno": {
        "default": {"trajectories": 20},
        "one look": {"most_looks": 1, "trajectories": 2},
        "many looks": {"most_looks": 1024, "trajectories": 2},
    },
}  # fmt: skip

# Entropies, shares and populations keep 0 in the frame, coherences ½, and a chain at
# tiny K flows to 0 at once.
SLOW = ("large", "L = 2^20", "close lengths", "many")
FILLED = ("ising_1d", "ising_2d", "trg_convergence", "tfim_entanglement")


@pytest.mark.parametrize(
    ("name", "case"),
    [
        pytest.param(name, case, marks=pytest.mark.slow if case in SLOW else ())
        for name, cases in CASES.items()
        for case in cases
    ],
)
def test_no_text_is_cut_off_or_covered_and_data_fill_their_frames(name, case, tmp_path):
    experiment = get_experiment(name)
    parameters = checked_parameters(experiment, CASES[name][case])
    outcome = experiment.run(parameters, Streams(0))
    assert outcome.figures
    for title, draw in outcome.figures.items():
        figure = draw()
        shown = texts(figure)
        assert outside(figure, shown) == [], title
        assert collisions(shown) == [], title
        save_figure(figure, tmp_path / f"{title}.png")
        if name in FILLED and title not in ("cost", "spectrum"):
            for axes in figure.axes:
                low, high = axes.get_ylim()
                # Powers of ten need a decade, whatever the data.
                if axes.get_yscale() == "log" and high < 10.1 * low:
                    continue
                span = filled(axes)
                assert span < 1e-6 or span > 0.4, (title, axes.get_ylabel())


def test_every_experiment_has_its_figures_looked_at():
    assert set(CASES) == set(NAMES)
