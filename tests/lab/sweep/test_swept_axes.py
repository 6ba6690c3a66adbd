"""Values, ranges and grids of sweeps."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.sweep.axes import plain, read_values
from spacewheat_sim.lab.sweep.grid import Grid
from spacewheat_sim.lab.sweep.point import point_name, point_seed
from spacewheat_sim.lab.sweep.spec import read_spec


def test_a_range_includes_both_ends_and_reads_as_people_write() -> None:
    assert list(read_values("0.05:0.6:12", "x")) == [
        *(0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
    ]
    assert list(read_values("2:-1:4", "x")) == [2.0, 1.0, 0.0, -1.0]
    assert list(read_values("3:3:1", "x")) == [3.0]
    whole = list(read_values("8:12:3", "x"))
    assert (whole, {type(value) for value in whole}) == ([8, 10, 12], {int})


@given(
    st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.integers(2, 500), st.integers(0, 499)
)
def test_values_of_a_range_lie_between_its_ends_in_order(
    first: float, last: float, count: int, place: int
) -> None:
    if first == last:
        return
    values = read_values({"start": first, "stop": last, "count": count}, "x")
    assert (values[0], values[-1], len(values)) == (first + 0.0, last + 0.0, count)
    low, high = sorted((first, last))
    assert low <= values[place % count] <= high
    assert list(values) == sorted(values, reverse=first > last)
    assert read_values(plain(values), "x") == values


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no value"),
        ("1,,2", "has no value"),
        ([], "has no value"),
        ("1:2:0", "empty range of 0"),
        ("1:2:-3", "empty range of -3"),
        ("1:2:1", "one value cannot be both 1 and 2"),
        ("1:1:2", "from 1 to 1 there are no 2 different values"),
        ("1:2:1000000000", "1,000,000,000 values"),
        ("1:inf:3", "not finite"),
        ("1:b:3", "no range"),
        ("1:2:2.5", "no range"),
        ("1,nan", "no finite number"),
        ("1,1e400", "has '1e400', which is no finite number"),
        ([1, 10**400], "an integer of about 401 digits, which is no finite number"),
        ({"start": 0, "stop": 10**400, "count": 3}, "not finite"),
        ("1,2,1.0", "1.0 twice"),
        ([True], "no number or word"),
        ([[1]], "no number or word"),
    ],
)
def test_what_is_no_range_is_told(text: object, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        read_values(text, "x")


def test_points_are_all_with_all_and_the_last_changes_fastest() -> None:
    axes = {"a": read_values("0,1", "a"), "b": read_values("5:7:3", "b")}
    grid = Grid(axes, zipped=False, replicates=4)
    points = [grid.point(i) for i in range(grid.points)]
    expected = itertools.product([0, 1], [5.0, 6.0, 7.0])
    assert points == [{"a": a, "b": b} for a, b in expected]
    assert grid.rows == 24


def test_zipped_values_go_together_and_must_be_as_many() -> None:
    axes = {"a": read_values("0,1,2", "a"), "b": read_values("5:7:3", "b")}
    grid = Grid(axes, zipped=True, replicates=1)
    assert grid.points == 3
    assert grid.point(1) == {"a": 1, "b": 6.0}
    with pytest.raises(ArgumentError, match="a has 3, b has 2"):
        Grid(axes | {"b": read_values("1,2", "b")}, zipped=True, replicates=1)


def test_a_billion_points_are_refused_with_their_number() -> None:
    axes = {name: read_values("0:1:1000", name) for name in "abc"}
    with pytest.raises(ArgumentError, match="1,000,000,000 points"):
        Grid(axes, zipped=False, replicates=1)


def test_a_point_is_named_by_its_values_however_they_are_written() -> None:
    assert point_name({"a": 1, "b": 0.5}) == point_name({"b": 0.5, "a": 1.0})
    assert point_name({"a": 1}) != point_name({"a": 2})
    assert point_name({"a": 1}) != point_name({"b": 1})
    seeds = {
        point_seed(7, point_name({"a": i}), k) for i in range(50) for k in range(9)
    }
    assert len(seeds) == 450
    assert max(seeds) < 2**53


@pytest.mark.parametrize("key", ["dt", "duration"])
@pytest.mark.parametrize("value", [10**400, -(10**400), 0, True, "1"])
def test_seconds_of_a_sweep_are_finite_and_above_0(key: str, value: object) -> None:
    spec = {"biome": "forest", "measure": [{"population": "🐺", "at": 1}], key: value}
    with pytest.raises(ArgumentError, match=f"`{key}` must be seconds above 0"):
        read_spec(spec)
