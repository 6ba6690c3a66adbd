"""The benchmarks of sweeps, which call what no other code does, at small sizes."""

from __future__ import annotations

from functools import partial

import pytest
import sweeps


@pytest.mark.slow
@pytest.mark.parametrize(
    "case",
    [
        partial(sweeps.points, 9),
        partial(sweeps.batch, 9),
        partial(sweeps.split, 256),
        partial(sweeps.merge, 100),
        partial(sweeps.messages, "processes:1", 2),
    ],
    ids=["points", "batch", "split", "merge", "messages"],
)
def test_a_case_measures_something(case) -> None:
    found = list(case(effort=None))
    assert found
    assert all(each.median == each.median for each in found)  # no NaN
