"""Sweeps by one process: tables, streams, what fails, and how they go on."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from spacewheat_sim import load_biome
from spacewheat_sim.cli import main
from spacewheat_sim.content.packs.starting_pack import write_starting_pack
from spacewheat_sim.engine.quantities.evaluate import evaluate
from spacewheat_sim.engine.quantities.problem import Problem, read_asked
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.rerun import rerun
from spacewheat_sim.lab.run_experiment import Run, checked_parameters, run_experiment
from spacewheat_sim.lab.sweep.resume import open_unfinished
from spacewheat_sim.lab.sweep.source import open_source
from spacewheat_sim.lab.sweep.spec import read_spec
from spacewheat_sim.lab.sweep.sweep import (
    Progress,
    Settings,
    go_on,
    run_sweep,
)
from spacewheat_sim.lab.sweep.sweep_file import read_sweep_file

RATE = "🥚.decay.rate"
MEAN = {"population": "🥚", "over": [0, 4], "mean": None}
JUMPS = {"jumps": "🥚→🐣", "over": [0, 4]}
EXACT = {"biome": "decay_chain", "set": {RATE: "0.1:0.5:5"}, "measure": [MEAN, JUMPS]}
HISTORIES = EXACT | {"seeds": 6, "dt": 0.1, "seed": 1}


def sweep(given: dict[str, Any], out: Path, **settings: Any) -> Run:
    return run_sweep(open_source(read_spec(given)), out, Settings(**settings))


def table(run: Run) -> list[dict[str, str]]:
    text = (run.path / "table.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def meta_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "meta.json").read_text(encoding="utf-8")))


def test_quantities_are_those_of_each_changed_biome(tmp_path: Path) -> None:
    run = sweep(EXACT, tmp_path)
    asked = [read_asked(MEAN), read_asked(JUMPS)]
    assert run.status == "complete"
    for row, rate in zip(table(run), (0.1, 0.2, 0.3, 0.4, 0.5), strict=True):
        assert float(row[RATE]) == rate
        changed = load_biome("decay_chain").with_(RATE, rate)
        expected = evaluate(Problem.of(changed), asked)
        assert [float(row[str(own)]) for own in asked] == expected
    assert sorted(path.name for path in run.path.iterdir()) == [
        *("biome.yaml", "content.json", "meta.json", "results.json", "table.csv")
    ]


def test_rhythms_layers_and_patterns_can_be_swept(tmp_path: Path) -> None:
    measure = [{"population": "☀", "at": 3}]
    for path, values in [
        ("rhythms.day.period", [10, 20]),
        ("☀.couplings.*", [0, 0.5]),
        ("initial.weights.☀", [0.2, 0.9]),
    ]:
        run = sweep(
            {"biome": "biotic_flux", "set": {path: values}, "measure": measure},
            tmp_path,
        )
        first, second = (row["population ☀ at 3 s: value"] for row in table(run))
        assert first != second, path


def test_adding_a_point_changes_no_other(tmp_path: Path) -> None:
    few = {
        row["point"] + row["replicate"]: row
        for row in table(sweep(HISTORIES, tmp_path))
    }
    more = HISTORIES | {"set": {RATE: [0.7, 0.5, 0.1, 0.2, 0.15, 0.3, 0.4]}, "seeds": 9}
    many = {
        row["point"] + row["replicate"]: row for row in table(sweep(more, tmp_path))
    }
    assert len(many) == 63
    assert few.items() <= many.items()


def test_another_quantity_changes_no_history(tmp_path: Path) -> None:
    one = sweep(HISTORIES, tmp_path)
    other = sweep(HISTORIES | {"measure": [JUMPS, {"purity": True, "at": 9}]}, tmp_path)
    name = str(read_asked(JUMPS))
    assert [row[name] for row in table(one)] == [row[name] for row in table(other)]


def test_replicates_in_a_batch_have_the_bytes_of_those_alone(tmp_path: Path) -> None:
    together = sweep(HISTORIES, tmp_path)
    alone = sweep(HISTORIES | {"keep": "recordings"}, tmp_path)
    names = ("together", "alone")
    texts = [(run.path / "table.csv").read_bytes() for run in (together, alone)]
    assert texts[0] == texts[1], names
    bundles = sorted((alone.path / "points").iterdir())
    assert len(bundles) == 30
    assert rerun(bundles[7]).judgment == "identical"


def test_the_bundle_of_a_row_is_that_of_its_history(tmp_path: Path) -> None:
    """The jumps counted in the table are those of the recording beside it."""
    run = sweep(HISTORIES | {"keep": "recordings", "set": {RATE: [0.4]}}, tmp_path)
    for row in table(run):
        events = run.path / "points" / f"{row['point']}-{row['replicate']}"
        lines = (events / "events.jsonl").read_text(encoding="utf-8").splitlines()
        jumps = [json.loads(line) for line in lines]
        hatched = sum((j["source"], j["target"]) == ("🥚", "🐣") for j in jumps)
        assert float(row[str(read_asked(JUMPS))]) == hatched / 4.0


def test_an_experiment_gives_what_it_gives_alone(tmp_path: Path) -> None:
    given = {"experiment": "ising_1d", "set": {"L": [4, 6]}, "fixed": {"T": 1.5}}
    run = sweep(given | {"seeds": 2, "seed": 3}, tmp_path)
    idle = {"measure", "duration", "dt"}  # of a biome's sweep alone
    assert not idle & meta_of(run.path)["parameters"].keys()
    experiment = get_experiment("ising_1d")
    rows = table(run)
    assert len({row["seed"] for row in rows}) == 4
    for row in rows:
        parameters = checked_parameters(experiment, {"L": int(row["L"]), "T": 1.5})
        alone = run_experiment(
            experiment, parameters, int(row["seed"]), tmp_path / "alone", figures=False
        )
        energy = alone.results["monte_carlo"]["energy"]
        assert float(row["monte_carlo.energy"]) == energy


def test_a_point_that_fails_keeps_its_traceback_and_the_others(tmp_path: Path) -> None:
    run = sweep(EXACT | {"set": {RATE: [0.1, -1, 0.3]}}, tmp_path)
    assert (run.status, run.results["rows"], run.results["failed"]) == ("partial", 2, 1)
    rows = table(run)
    assert [row["status"] for row in rows] == ["complete", "failed", "complete"]
    assert rows[1][str(read_asked(MEAN))] == ""
    (bundle,) = (run.path / "points").iterdir()
    meta = meta_of(bundle)
    assert meta["status"] == "failed"
    assert "a number of at least 0" in meta["error"]
    assert meta["traceback"].startswith("Traceback")
    assert str(Path.home()) not in meta["traceback"]
    assert f"{rows[1]['point']}-0" == bundle.name


def test_fail_fast_ends_at_the_first_failure(tmp_path: Path) -> None:
    values = [0.1, -1, *(0.2 + i / 1000 for i in range(400))]
    run = sweep(EXACT | {"set": {RATE: values}}, tmp_path, fail_fast=True)
    assert run.results["failed"] == 1
    assert run.results["rows"] < 300


def interrupted(given: dict[str, Any], out: Path, after: int) -> Run:
    """Return a sweep that was asked to stop when so many rows were done."""

    def stop(progress: Progress) -> None:
        if progress.done >= after:
            raise KeyboardInterrupt

    return sweep(given, out, progress=stop)


def test_an_interrupted_sweep_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    whole = sweep(HISTORIES, tmp_path)
    part = interrupted(HISTORIES, tmp_path, 12)
    assert (part.status, meta_of(part.path)["status"]) == ("interrupted", "interrupted")
    finished = len(table(part))
    assert 12 <= finished < 30
    rows: list[Progress] = []
    settings = Settings(progress=rows.append)
    done = go_on(open_unfinished(part.path), part.path, settings)
    assert rows[0].done == finished
    assert done.path == part.path
    assert done.status == "complete"
    for name in ("table.csv", "results.json", "content.json", "biome.yaml"):
        assert (done.path / name).read_bytes() == (whole.path / name).read_bytes()
    with pytest.raises(ArgumentError, match="is complete"):
        open_unfinished(done.path)


def test_rows_that_are_finished_are_not_run_again(tmp_path: Path) -> None:
    """A number written into the journal by hand is in the final table."""
    part = interrupted(EXACT, tmp_path, 2)
    journal = part.path / "journal.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines()
    record = json.loads(lines[0])
    record["values"][str(read_asked(MEAN))] = 42.0
    rehash(
        part.path, "journal.jsonl", "\n".join([json.dumps(record), *lines[1:]]) + "\n"
    )
    done = go_on(open_unfinished(part.path), part.path)
    assert table(done)[record["row"]][str(read_asked(MEAN))] == "42.0"


def rehash(folder: Path, name: str, text: str) -> None:
    from spacewheat_sim.jsonio import digest

    (folder / name).write_text(text, encoding="utf-8")
    meta = meta_of(folder)
    meta["files"][name] = digest(text)
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")


@pytest.mark.parametrize("cut", [1, 9, 40])
def test_a_torn_line_is_run_again_and_counts_once(cut: int, tmp_path: Path) -> None:
    whole = sweep(HISTORIES, tmp_path)
    part = interrupted(HISTORIES, tmp_path, 12)
    text = (part.path / "journal.jsonl").read_text(encoding="utf-8")
    first = text.splitlines(keepends=True)[0]
    rehash(part.path, "journal.jsonl", first + text[:-cut])  # one line twice, one torn
    done = go_on(open_unfinished(part.path), part.path)
    assert (done.path / "table.csv").read_bytes() == (
        whole.path / "table.csv"
    ).read_bytes()


def test_failed_rows_are_tried_again(tmp_path: Path) -> None:
    run = sweep(EXACT | {"set": {RATE: [0.1, -1, 0.2]}}, tmp_path)
    again = go_on(open_unfinished(run.path), run.path)
    assert again.results == run.results
    assert len(list((again.path / "points").iterdir())) == 1


def test_what_has_changed_is_refused_unless_forced(tmp_path: Path) -> None:
    part = interrupted(HISTORIES, tmp_path, 6)
    meta = meta_of(part.path)
    text = json.dumps(
        meta | {"versions": meta["versions"] | {"spacewheat_sim": "0.0.1"}}
    )
    (part.path / "meta.json").write_text(text, encoding="utf-8")
    with pytest.raises(ArgumentError, match=r"version 0\.0\.1 of this program"):
        open_unfinished(part.path)
    text = json.dumps(meta | {"content_digest": "0" * 64})
    (part.path / "meta.json").write_text(text, encoding="utf-8")
    with pytest.raises(
        ArgumentError, match="decay_chain or one of its icons has changed"
    ):
        open_unfinished(part.path)
    assert go_on(open_unfinished(part.path, force=True), part.path).status == "complete"


def test_the_folder_of_another_sweep_or_of_none_is_refused(tmp_path: Path) -> None:
    part = interrupted(HISTORIES, tmp_path, 6)
    other = open_source(read_spec(HISTORIES | {"seeds": 7}))
    with pytest.raises(ArgumentError, match=r"`seeds` 6, and .* has `seeds` 7"):
        open_unfinished(part.path, other)
    with pytest.raises(ArgumentError, match="no sweep"):
        open_unfinished(tmp_path / "nowhere")
    (part.path / "content.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ArgumentError, match=r"content.json does not match"):
        open_unfinished(part.path)
    shutil.rmtree(part.path)


def test_what_is_given_beside_resume_must_be_that_sweep(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = sweep(EXACT | {"set": {RATE: [0.1, -1, 0.3]}}, tmp_path).path
    here = ["--resume", str(folder)]
    wanted = ["decay_chain", "--set", f"{RATE}=0.1,-1,0.3", *here]
    wanted += ["--measure", json.dumps(MEAN), "--measure", json.dumps(JUMPS)]
    for words in (
        ["sweep", "decay_chain", *here],
        ["sweep", *here],
        ["sweep", *wanted],
    ):
        assert main(words) == 4
    for words, said in [
        (["sweep", "forest", *here], "of decay_chain, not of forest"),
        (["sweep", *wanted, "--seed", "9"], "its seed is"),
        (["sweep", "decay_chain", "--seed", "9", *here], "its seed is"),
        (
            ["sweep", *wanted, "--seeds", "2"],
            "it has no `seeds`, and what is given has `seeds` 2",
        ),
        (["lab", "sweep", "ising_1d", *here], "not of ising_1d"),
        (["lab", "sweep", "ising_1d", "--seeds", "2", *here], "another sweep"),
        (["sweep", *here, "--seeds", "2"], "--seeds needs a biome"),
    ]:
        capsys.readouterr()
        assert main(words) == 2
        assert said in capsys.readouterr().err


def test_a_sweep_that_is_still_running_is_left_alone(tmp_path: Path) -> None:
    said: list[str] = []

    def look(_progress: Progress) -> None:
        (running,) = tmp_path.iterdir()
        name = running.name.removeprefix(".").removesuffix(".unfinished")
        with pytest.raises(ArgumentError) as caught:
            open_unfinished(tmp_path / name)
        said.append(str(caught.value))

    assert sweep(EXACT, tmp_path, progress=look).status == "complete"
    assert all("is still running" in line for line in said)


def test_a_sweep_goes_on_with_its_pack_deleted(tmp_path: Path) -> None:
    pack = tmp_path / "snails"
    write_starting_pack(pack)
    given = {
        "biome": str(pack / "biomes" / "snails.yaml"),
        "set": {"layers.rain": [0, 0.5, 1], "rhythms.night.period": [10, 20]},
        "measure": [{"population": "🐌", "at": 5}],
        "seed": 2,
    }
    whole = sweep(given, tmp_path)
    part = interrupted(given, tmp_path, 2)
    shutil.rmtree(pack)
    done = go_on(open_unfinished(part.path), part.path)
    assert (done.path / "table.csv").read_bytes() == (
        whole.path / "table.csv"
    ).read_bytes()


@pytest.mark.parametrize("text", ["- a\n", "set\n", "7\n"])
def test_a_sweep_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rates.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ArgumentError, match="must begin with"):
        read_sweep_file(file)


def test_a_sweep_whose_metadata_have_other_parameters_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("sweep", "decay_chain", "--measure", "{population: 🥚, at: 2}")
    out = tmp_path / "runs"
    assert main([*words, "--set", "🥚.decay.rate=0.1,0.2", "--out", str(out)]) == 0
    (bundle,) = out.iterdir()
    meta = json.loads((bundle / "meta.json").read_text("utf-8"))
    (bundle / "meta.json").write_text(json.dumps({**meta, "parameters": "x"}), "utf-8")
    capsys.readouterr()
    assert main(["sweep", "--resume", str(bundle)]) == 2
    assert "`parameters` must be a mapping" in capsys.readouterr().err


def unfinished(out: Path) -> Path:
    """Return the bundle of a sweep that was stopped after its second row."""

    def watch(progress: Progress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    points = {"set": {RATE: "0.1:0.5:4"}, "measure": [MEAN], "seeds": 1, "dt": 0.5}
    sweep(EXACT | points, out, progress=watch)
    (bundle,) = out.iterdir()
    return bundle


ODD_LINES = [
    *('{"row": "1", "values": {}}', '{"row": true, "values": {}}', "[" * 9999, "[]"),
    *('{"row": 1.5, "values": {}}', '{"row": -1, "values": {}}', '{"row": 3}', "7"),
    *('{"row": 9, "values": {}}', '{"row": 3, "values": [1]}', '{"error": "x"}'),
]


@pytest.mark.parametrize("line", ODD_LINES)
def test_lines_of_a_journal_that_are_no_rows_are_done_again(
    tmp_path: Path, line: str
) -> None:
    bundle = unfinished(tmp_path / "runs")
    journal = bundle / "journal.jsonl"
    journal.write_text(journal.read_text("utf-8") + line + "\n", "utf-8")
    meta = json.loads((bundle / "meta.json").read_text("utf-8"))
    meta["files"]["journal.jsonl"] = hashlib.sha256(journal.read_bytes()).hexdigest()
    (bundle / "meta.json").write_text(json.dumps(meta), "utf-8")
    assert go_on(open_unfinished(bundle), bundle).status == "complete"
    assert len((bundle / "table.csv").read_text("utf-8").splitlines()) == 5


@pytest.mark.parametrize("name", ["journal.jsonl", "points"])
def test_a_sweep_goes_on_in_no_folder_that_leads_elsewhere(
    tmp_path: Path, name: str
) -> None:
    bundle = unfinished(tmp_path / "runs")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine", "utf-8")
    meta = json.loads((bundle / "meta.json").read_text("utf-8"))
    meta["files"].pop(name, None)
    (bundle / "meta.json").write_text(json.dumps(meta), "utf-8")
    (bundle / name).unlink(missing_ok=True)
    (bundle / name).symlink_to(elsewhere)
    with pytest.raises(ArgumentError, match="is a link"):
        open_unfinished(bundle)
    assert elsewhere.read_text("utf-8") == "mine"


def test_a_sweep_file_is_a_sweep(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rates.yaml"
    file.write_text(
        "schema: 1\nbiome: decay_chain\nset:\n  🥚.decay.rate: 0.1:0.5:5\n"
        "measure:\n  - {population: 🥚, over: [0, 4], mean: }\n"
        "  - {jumps: 🥚→🐣, over: [0, 4]}\nseed: 0\n",
        encoding="utf-8",
    )
    out = ["--out", str(tmp_path / "runs"), "--json"]
    assert main(["sweep", str(file), *out]) == 0
    bundle = Path(json.loads(capsys.readouterr().out)["bundle"])
    same = sweep(EXACT | {"seed": 0}, tmp_path)
    assert (bundle / "table.csv").read_bytes() == (same.path / "table.csv").read_bytes()
    file.write_text("schema: 1\nbiome: decay_chain\nsets: {}\n", encoding="utf-8")
    assert main(["sweep", str(file), *out]) == 2
    assert "rates.yaml:3:1: sets: a sweep has no such key" in capsys.readouterr().err


QUANTITY = ["--measure", "{population: 🥚, at: 6}"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "🥚.decay.rat=1,2", *QUANTITY], "did you mean '🥚.decay.rate'"),
        (["--set", "🥚.decay.rate", *QUANTITY], "not of the form NUMBER=VALUES"),
        (["--set", "🥚.decay.rate=1:2:0", *QUANTITY], "empty range"),
        (["--set", "🥚.decay.rate=-1:2:3", *QUANTITY], "cannot be -1.0"),
        (["--set", "🥚.decay.rate=a,b", *QUANTITY], "must be a number, but is 'a'"),
        (["--set", "🥚.decay.rate=0:1", *QUANTITY], "a range is START:STOP:COUNT"),
        (["decay_chain", *QUANTITY], "Nothing takes these words: decay_chain"),
        (
            ["--set", "*.decay.rate=1,2", "--set", "🥚.decay.rate=1,2", *QUANTITY],
            "both",
        ),
        (["--set", "🥚.decay.rate=1,2"], "needs a quantity"),
        (QUANTITY, "needs values"),
        (["--seeds", "0", *QUANTITY], "`seeds` must be 1 or more"),
        (["--seeds", "100000000", *QUANTITY], "100,000,000 rows"),
        (["--seeds", "2", "--measure", "{populatin: 🥚}"], "populatin"),
        (["--seeds", "2", "--measure", "🥚"], "is no mapping"),
        (
            ["--seeds", "2", "--measure", "{population: 🐺, at: 1}"],
            "Unknown emoji '🐺'",
        ),
        (["--seeds", "2", *QUANTITY, *QUANTITY], "measured twice"),
        (["--seeds", "2", "--keep", "recordings"], "--duration"),
        (["--seeds", "2", *QUANTITY, "--duration", "9"], "`duration` is that of"),
        (["--set", "🥚.decay.rate=1,2", *QUANTITY, "--dt", "1"], "`dt` is that of"),
        (["--seeds", "2", *QUANTITY, "--dt", "0"], "`dt` must be seconds above 0"),
        (["--seeds", "2", *QUANTITY, "--executor", "threads"], "allowed: serial"),
        (["--seeds", "2", *QUANTITY, "--executor", "processes:0"], "0 processes"),
        (["--seeds", "2", *QUANTITY, "--force"], "--force is for --resume"),
        (["--seeds", "2", *QUANTITY, "--resume", "nowhere"], "no sweep in nowhere"),
    ],
)
def test_a_mistake_exits_with_2_and_writes_nothing(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", "decay_chain", *words, "--out", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ising_1d", "--L", "0:4:3"], "--L cannot be 0"),
        (["ising_1d", "--L", "4", "5.5"], "--L cannot be 5.5"),
        (["ising_1d", "--L", "4:6:4"], "--L cannot be 4.66"),
        (["ising_1d", "--L", "4", "1:2:3"], "one range, or values alone"),
        (["ising_1d", "--T_grid", "1:2:3", "--L", "4", "5"], "a grid itself"),
        (["ising_1d", "--L", "4"], "such as --L 8 10 12 or --g 0.2:2.0:41"),
        (["ising1d", "--L", "4"], "did you mean 'ising_1d'"),
        (["ising_1d", "--method", "exact", "guess"], "--method cannot be 'guess'"),
    ],
)
def test_a_mistake_with_an_experiment_exits_with_2(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lab", "sweep", *words, "--out", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "no/such.yaml"]) == 2
    assert "no biome and no sweep in no/such.yaml" in capsys.readouterr().err


def test_no_two_columns_have_one_name(tmp_path: Path) -> None:
    swept = {"trajectories": [100, 200]}
    fixed = {"biome": "decay_chain"}
    run = sweep({"experiment": "bath_ensemble", "set": swept, "fixed": fixed}, tmp_path)
    head = (run.path / "table.csv").read_text().splitlines()[0].split(",")
    assert len(head) == len(set(head))
    assert [row["results.trajectories"] for row in table(run)] == ["100", "200"]


def test_an_experiments_flags_take_lists_ranges_and_fixed_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--L", "8", "10,12", "--g", "0.2:2.0:4", "--method", "free_fermion"]
    words += ["--g_grid", "0.5", "2", "2", "--seed", "0", "--json"]
    out = ["--out", str(tmp_path)]
    assert main(["lab", "sweep", "tfim_entanglement", *words, *out]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["results"]["points"] == 12
    meta = meta_of(Path(report["bundle"]))
    assert meta["parameters"]["set"] == {
        "L": [8, 10, 12],
        "g": {"start": 0.2, "stop": 2.0, "count": 4},
    }
    fixed = {"method": "free_fermion", "g_grid": [0.5, 2, 2]}
    assert meta["parameters"]["fixed"] == fixed
    assert "ground_energy" in report["results"]["quantities"]
