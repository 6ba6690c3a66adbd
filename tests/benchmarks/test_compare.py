from __future__ import annotations

import json
from pathlib import Path

import compare
import pytest
from measurement import Measurement
from run_file import SCHEMA

FACTS = {"commit": "abc", "date": "2026-01-01", "processor": "p"}


@pytest.fixture
def write(tmp_path: Path):
    def write(name: str, *rows: Measurement) -> str:
        cases = [{"measurements": [row.as_json() for row in rows]}]
        report = {"schema": SCHEMA, "quick": False, "machine": FACTS, "cases": cases}
        path = tmp_path / name
        path.write_text(json.dumps(report), encoding="utf-8")
        return str(path)

    return write


def timed(*seconds: float, **rest: object) -> Measurement:
    return Measurement.timed("step", "evolve", "s", seconds, **rest)


@pytest.mark.parametrize(
    ("before", "after", "code", "verdict"),
    [
        ((1.0, 1.1, 1.2), (1.0, 1.1, 1.2), 0, ""),
        ((1.0, 1.1, 1.2), (2.0, 2.1, 2.2), 3, "WORSE"),
        ((2.0, 2.1, 2.2), (1.0, 1.1, 1.2), 0, "better"),
        # Twice as slow, but the quartiles overlap: noise.
        ((1.0, 1.0, 5.0), (0.9, 2.0, 2.1), 0, ""),
        # Clear, but within the threshold.
        ((1.0, 1.0, 1.0), (1.05, 1.05, 1.05), 0, "clear, but small"),
    ],
)
def test_only_a_clear_loss_beyond_the_threshold_fails(
    write, before, after, code, verdict, capsys
) -> None:
    files = [write("a.json", timed(*before)), write("b.json", timed(*after))]
    assert compare.main(files) == code
    line = next(x for x in capsys.readouterr().out.splitlines() if "evolve" in x)
    assert line.endswith(verdict)
    assert verdict or line.split()[-1].replace(".", "").isdigit()


def test_a_rate_that_falls_is_a_loss(write) -> None:
    files = [
        write(name, Measurement.timed("step", "evolve", "steps/s", [seconds] * 3))
        for name, seconds in (("a.json", 1.0), ("b.json", 1.5))
    ]
    assert compare.main(files) == 3
    assert compare.main(files[::-1]) == 0
    assert compare.main([*files, "--threshold", "2"]) == 0


def test_peers_do_not_count(write) -> None:
    peer = {"is_peer": True}
    one = write("a.json", timed(1, 1, 1), timed(1, 1, 1, **peer, symbol="N", size=2))
    two = write("b.json", timed(1, 1, 1), timed(9, 9, 9, **peer, symbol="N", size=2))
    assert compare.main([one, two]) == 0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "not JSON"),
        ("[1]", "schema is None"),
        ('{"schema": "other"}', "schema is 'other'"),
        (json.dumps({"schema": SCHEMA}), "a part missing: 'cases'"),
    ],
)
def test_files_that_are_no_runs_are_refused(
    write, tmp_path, text, complaint, capsys
) -> None:
    other = tmp_path / "other.json"
    other.write_text(text, encoding="utf-8")
    assert compare.main([write("a.json", timed(1.0)), str(other)]) == 2
    error = capsys.readouterr().err
    assert str(other) in error
    assert complaint in error


def test_a_missing_file_and_runs_without_common_figures_are_refused(
    write, capsys
) -> None:
    one = write("a.json", timed(1.0))
    two = write("b.json", timed(1.0, symbol="N", size=3))
    assert compare.main([one, two]) == 2
    assert "no figure in common" in capsys.readouterr().err
    assert compare.main([one, one + "x"]) == 2
    assert "No such file" in capsys.readouterr().err
