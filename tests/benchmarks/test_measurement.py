from __future__ import annotations

import json

import pytest
from measurement import Measurement, faster_than_peers, speed_ratio
from run_file import read_measurements


def row(by: str, median: float, sense: str = "lower", **rest: object) -> Measurement:
    return Measurement("p", by, "s", median, median, median, sense, **rest)


def test_a_time_is_given_in_its_unit_with_quartiles() -> None:
    found = Measurement.timed("p", "b", "ms", [0.001, 0.002, 0.003, 0.004, 0.005])
    assert (found.q1, found.median, found.q3) == pytest.approx((2, 3, 4))
    assert found.sense == "lower"


def test_a_rate_is_work_over_seconds_with_its_quartiles_in_order() -> None:
    found = Measurement.timed("p", "b", "flips/ns", [1.0, 2.0, 4.0], work=8.0)
    assert (found.q1, found.median, found.q3) == pytest.approx((3, 4, 6))
    assert found.sense == "higher"


@pytest.mark.parametrize(
    ("sense", "bar", "holds"),
    [("lower", 2, True), ("lower", 1, False), ("higher", 1, True), ("higher", 2, None)],
)
def test_a_bar_holds_by_its_sense(sense: str, bar: float, holds: bool | None) -> None:
    median = None if holds is None else 1.5
    assert Measurement("p", "b", "s", median, 1, 2, sense, bar=bar).holds is holds


def test_the_gain_is_over_the_best_of_the_peers() -> None:
    peers = [row("slow", 9, is_peer=True), row("best", 3, is_peer=True)]
    (gain,) = faster_than_peers([row("ours", 1.5), *peers], bar=2.0)
    assert (gain.median, gain.note, gain.holds) == (2.0, "best", True)
    rates = [row("ours", 6, "higher"), row("best", 4, "higher", is_peer=True)]
    assert faster_than_peers(rates, None)[0].median == 1.5


def test_there_is_no_gain_over_peers_that_are_not_installed() -> None:
    missing = Measurement.missing("p", "QuTiP", "s")
    assert faster_than_peers([row("ours", 1.0), missing], bar=5.0) == []
    assert "make peers" in missing.note
    assert missing.holds is None


def test_deviations_have_no_ratio() -> None:
    exact = Measurement.of("p", "ours", "", [1e-12])
    assert speed_ratio(Measurement.of("p", "theirs", "", [1e-9]), exact) is None


def test_json_gives_back_the_same_measurement() -> None:
    found = row("b", 1.5, symbol="N", size=22, bar=2.0, error=1e-9, note="n")
    text = json.dumps([found.as_json()])
    assert read_measurements(json.loads(text)) == [found]
    assert json.loads(text)[0]["holds"] is True
