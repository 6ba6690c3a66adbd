"""Thinned histories keep their spikes, their shape and their gaps."""

import numpy as np

from spacewheat_sim.lab.figures.thinning import thin_line, thin_path, thin_rows


def test_a_short_line_is_left_alone():
    time, values = np.arange(50.0), np.sin(np.arange(50.0))
    thin_time, thin_values = thin_line(time, values, columns=40)
    assert thin_time is time
    assert thin_values is values


def test_a_long_line_keeps_every_spike_and_both_ends():
    time = np.arange(100_001.0)
    values = np.zeros_like(time)
    values[[7, 55_555]] = 1.0, -1.0
    thin_time, thin_values = thin_line(time, values, columns=100)
    assert len(thin_time) < 400
    assert set(thin_time[thin_values != 0]) == {7.0, 55_555.0}
    assert (thin_time[0], thin_time[-1]) == (0.0, 100_000.0)
    assert np.all(np.diff(thin_time) > 0)


def test_rows_are_thinned_evenly_with_both_ends():
    assert list(thin_rows(5, limit=10)) == [0, 1, 2, 3, 4]
    rows = thin_rows(1001, limit=11)
    assert list(rows) == list(range(0, 1001, 100))


def test_a_path_is_thinned_along_its_length():
    angle = np.linspace(0, 2 * np.pi, 10_001)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    rows = thin_path(circle, step=0.1, longest=100.0)
    steps = np.linalg.norm(np.diff(circle[rows], axis=0), axis=1)
    assert len(rows) < 70
    assert steps.max() < 0.102
    assert (rows[0], rows[-1]) == (0, 10_000)


def test_only_the_end_of_a_long_path_is_kept():
    line = np.arange(1000.0)[:, None]
    rows = thin_path(line, step=1.0, longest=10.0)
    assert list(rows) == list(range(989, 1000))


def test_a_path_keeps_its_gaps():
    line = np.full((100, 1), 3.0)
    line[40:60] = np.nan
    rows = thin_path(line, step=1.0, longest=10.0)
    between = line[rows][(rows > 0) & (rows < 99)]
    assert np.isnan(between).any()
