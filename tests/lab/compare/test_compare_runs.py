"""Runs beside each other: aligned rows, what differs, what only one has."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.lab.bundle.bundle import Bundle


def made(out: Path, *words: str) -> str:
    assert main([*words, "--out", str(out)]) == 0
    (bundle,) = out.iterdir()
    return str(bundle)


def chain(out: Path, *words: str) -> str:
    run = ("lab", "run", "ising_1d", "--L", "8", "--seed", "0", "--no-figures")
    return made(out, *run, "--method", "transfer_matrix", *words)


def compared(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict]:
    capsys.readouterr()
    code = main(["lab", "compare", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_equal_runs_are_equal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = chain(tmp_path / "a", "--T_grid", "1", "2", "3")
    other = chain(tmp_path / "b", "--T_grid", "1", "2", "3")
    code, report = compared(capsys, one, other, one)
    assert code == 0
    assert [run["is_equal"] for run in report["runs"]] == [True, True]
    assert all(run["compared"] > 30 for run in report["runs"])
    assert all(run["parameters"] == {} for run in report["runs"])


def test_tables_are_aligned_on_their_first_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    coarse = chain(tmp_path / "a", "--T_grid", "1", "2", "3")
    fine = chain(tmp_path / "b", "--T_grid", "1", "2", "5")
    code, report = compared(capsys, coarse, fine)
    (run,) = report["runs"]
    assert code == 3
    assert run["differences"] == []  # what both have is equal
    assert run["only_here"] == ["table.csv T = 1.25", "table.csv T = 1.75"]
    assert run["parameters"] == {"T_grid.2": {"value": 5, "reference": 3}}


def test_a_difference_is_told_with_its_place_and_the_largest_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = chain(tmp_path / "a", "--T_grid", "1", "2", "3")
    other = chain(tmp_path / "b", "--T_grid", "1", "2", "3", "--J", "1.000001")
    code, report = compared(capsys, one, other)
    assert code == 3
    (run,) = report["runs"]
    excesses = [each["excess"] for each in run["differences"]]
    assert excesses == sorted(excesses, reverse=True)
    assert run["differences"][0]["place"].startswith("table.csv T = ")
    assert compared(capsys, one, other, "--relative", "1e-3")[0] == 0
    assert main(["compare", one, other, "--most", "1"]) == 3
    said = capsys.readouterr().out
    assert "J: 1.000001 instead of 1.0" in said
    assert "more (--most)" in said


def test_sweeps_are_aligned_on_their_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("sweep", "decay_chain", "--measure", "{population: 🥚, at: 2}")
    one = made(tmp_path / "a", *words, "--set", "🥚.decay.rate=0.1:0.5:5")
    other = made(tmp_path / "b", *words, "--set", "🥚.decay.rate=0.7,0.5,0.1")
    code, report = compared(capsys, one, other)
    (run,) = report["runs"]
    assert code == 3
    assert (run["compared"], run["different"]) == (2, 0)
    assert run["only_here"] == ["🥚.decay.rate = 0.7, replicate 0"]
    assert len(run["only_there"]) == 3


def test_times_that_differ_in_their_last_digit_are_the_same_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("simulate", "decay_chain", "--method", "master", "--duration", "4")
    fine, coarse = (
        made(tmp_path / dt.replace("/", "_"), *words, "--dt", dt, "--no-figures")
        for dt in ("1/60", "1/10")
    )
    tolerant = ("--relative", "1e-6", "--absolute", "1e-6")
    _, report = compared(capsys, fine, coarse, *tolerant)
    (run,) = report["runs"]
    assert run["only_here"] == []
    assert run["compared"] > 41 * 10
    places = [each["place"] for each in run["differences"]]
    assert [place for place in places if "mean_fluxes" not in place] == []


def test_rows_that_only_one_run_has_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("sweep", "decay_chain", "--measure", "{population: 🥚, at: 2}")
    one = made(tmp_path / "a", *words, "--set", "🥚.decay.rate=0.1,0.2")
    other = made(tmp_path / "b", *words, "--set", "🥚.decay.rate=0.3")
    assert main(["compare", one, other]) == 3
    said = capsys.readouterr().out
    assert "different: 0 of 0 numbers" in said
    assert said.endswith("; 3 rows are in one of the two alone\n")


def test_what_cannot_be_compared_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = chain(tmp_path / "a", "--T", "1")
    other = made(
        tmp_path / "b", "simulate", "two_level", "--steps", "3", "--no-figures"
    )
    for words, said in [
        ((one,), "at least two runs"),
        ((one, other), "only runs of the same"),
        ((one, str(tmp_path / "nowhere")), "Cannot read"),
        ((one, one, "--absolute", "-1"), "absolute tolerance must be 0 or more"),
    ]:
        capsys.readouterr()
        assert main(["compare", *words]) == 2
        assert said in capsys.readouterr().err
    Path(one, "table.csv").write_text("T\n", encoding="utf-8")
    assert main(["compare", one, one]) == 2
    assert "does not match" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("results.json", "1.5", "must be a mapping"),
        ("results.json", '{"parameters": 1}', "not that of a sweep"),
        ("results.json", '{"parameters": [true, {}]}', "not that of a sweep"),
        ("table.csv", "a,b\n1,2\n", "not that of a sweep"),
    ],
)
def test_an_edited_bundle_whose_hashes_fit_is_told_in_words(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    part: str,
    text: str,
    said: str,
) -> None:
    words = ("sweep", "decay_chain", "--measure", "{population: 🥚, at: 2}")
    one = Path(made(tmp_path / "a", *words, "--set", "🥚.decay.rate=0.1,0.2"))
    (one / part).write_text(text, encoding="utf-8")
    meta = json.loads((one / "meta.json").read_text("utf-8"))
    meta["files"][part] = hashlib.sha256(text.encode()).hexdigest()
    (one / "meta.json").write_text(json.dumps({**meta, "versions": None}), "utf-8")
    capsys.readouterr()
    assert main(["compare", str(one), str(one)]) == 2
    assert said in capsys.readouterr().err


def test_what_seeds_differ_by_is_told_column_by_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("simulate", "decay_chain", "--duration", "8", "--no-figures", "--seed")
    one, other = (made(tmp_path / seed, *words, seed) for seed in "12")
    code, report = compared(capsys, one, other)
    tables = [
        (Path(run) / "table.csv").read_text(encoding="utf-8") for run in (one, other)
    ]
    a, b = (list(csv.DictReader(table.splitlines())) for table in tables)
    gaps = [float(y["🥚"]) - float(x["🥚"]) for x, y in zip(a, b, strict=True)]

    assert code == 3
    column = report["runs"][0]["columns"]["🥚"]
    assert column["compared"] == len(gaps)
    assert column["mean"] == pytest.approx(sum(gaps) / len(gaps), abs=1e-15)
    assert column["largest"] == max(map(abs, gaps))
    main(["compare", one, other])
    assert "🥚: " in capsys.readouterr().out


def swept(out: Path, values: list[float], found: list[float]) -> str:
    """Write the bundle of a sweep over ``a``."""
    columns = ["point", "a", "replicate", "seed", "status", "q"]
    about = {"kind": "sweep", "parameters": {}, "seed": 1}
    with Bundle(out, "pond", about) as bundle, bundle.writing():
        bundle.write_results({"parameters": ["a"], "quantities": ["q"]})
        rows = zip(values, found, strict=True)
        bundle.write_table(columns, [[f"{a:.17g}", a, 0, 1, "x", q] for a, q in rows])
    return str(bundle.path)


def test_points_of_sweeps_are_found_whatever_their_last_digits_and_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = swept(tmp_path / "a", [0.1, 0.2, 0.3], [1, 2, 3])
    other = swept(tmp_path / "b", [0.1 + 0.2, 0.2, 0.1], [3, 2, 1])
    code, report = compared(capsys, one, other)
    assert (code, report["runs"][0]["compared"]) == (0, 3)


def test_no_point_of_a_sweep_hides_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Values that differ beyond the digits of a key are two rows nevertheless."""
    close = [0.5, 0.5 + 1e-15]
    one = swept(tmp_path / "a", close, [1, 2])
    other = swept(tmp_path / "b", close, [7, 2])
    code, report = compared(capsys, one, other)
    (run,) = report["runs"]
    assert (code, run["compared"]) == (3, 2)
    assert [each["value"] for each in run["differences"]] == [7]
