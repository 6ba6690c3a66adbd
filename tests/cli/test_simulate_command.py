import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.jsonio import digest

COMMAND = [sys.executable, "-m", "spacewheat_sim"]


def run_json(capsys, *words):
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def simulate(capsys, tmp_path, *words):
    report = run_json(capsys, "simulate", *words, "--out", str(tmp_path))
    return report, Path(report["bundle"])


def read_table(bundle):
    text = (bundle / "table.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_a_run_leaves_a_whole_bundle_whose_hashes_hold(capsys, tmp_path):
    report, bundle = simulate(
        capsys, tmp_path, "biotic_flux", "--steps", "120", "--seed", "0"
    )

    meta = json.loads((bundle / "meta.json").read_text())
    assert (report["status"], meta["status"]) == ("complete", "complete")
    assert meta["schema_version"] == 1
    assert (meta["seed"], meta["parameters"]["steps"]) == (0, 120)
    assert set(meta["files"]) == {
        "results.json",
        "table.csv",
        "events.jsonl",
        "biome.yaml",
        "figures/populations.png",
        "figures/bloch.png",
        "figures/flows.png",
    }
    for name, expected in meta["files"].items():
        assert digest((bundle / name).read_bytes()) == expected
    assert [path.name for path in tmp_path.iterdir()] == [bundle.name]


def test_metadata_names_no_user_host_or_absolute_path(capsys, tmp_path):
    _, bundle = simulate(capsys, tmp_path, "two_level", "--steps", "6", "--no-figures")

    text = (bundle / "meta.json").read_text()
    assert str(Path.home()) not in text
    assert str(Path.cwd()) not in text
    assert str(tmp_path) not in text
    assert os.uname().nodename not in text


def test_the_table_has_a_row_per_record_and_probabilities_that_sum_to_one(
    capsys, tmp_path
):
    words = ("--steps", "100", "--record-every", "10", "--seed", "3", "--no-figures")
    _, bundle = simulate(capsys, tmp_path, "forest_small", *words)

    rows = read_table(bundle)
    emojis = list(rows[0])[1:11]
    assert len(rows) == 11
    assert [float(row["time"]) for row in rows] == pytest.approx(
        [step / 6 for step in range(11)], abs=1e-12
    )
    for row in rows:
        assert sum(float(row[emoji]) for emoji in emojis) == pytest.approx(1, abs=1e-12)


def test_results_are_of_the_end_even_past_the_last_row(capsys, tmp_path):
    words = ("--steps", "25", "--record-every", "10", "--dt", "0.1", "--no-figures")
    report, _ = simulate(capsys, tmp_path, "decay_chain", "--method", "master", *words)

    # The first state of the chain decays at 0.5 /s and nothing feeds it.
    populations = report["results"]["populations"]
    assert report["results"]["time"] == pytest.approx(2.5, abs=1e-12)
    assert populations["🥚"] == pytest.approx(2.718281828459045**-1.25, abs=1e-10)


def test_measurements_and_collapses_happen_when_due(capsys, tmp_path):
    words = ("--duration", "3", "--seed", "1", "--no-figures")
    actions = (
        "--measure",
        "1:🌾/💀:0.8",
        "--collapse",
        "2:🍄",
        "--measure",
        "2.5:☀/🌙",
    )
    report, bundle = simulate(capsys, tmp_path, "biotic_flux", *words, *actions)

    first, second, third = report["results"]["events"]
    assert (first["event"], first["time"], first["strength"]) == ("measured", 1.0, 0.8)
    assert first["outcome"] in ("🌾", "💀")
    assert (second["event"], second["emoji"]) == ("collapsed", "🍄")
    assert second["time"] == pytest.approx(2, abs=1e-12)
    assert third["time"] == pytest.approx(2.5, abs=1e-12)
    lines = (bundle / "events.jsonl").read_text(encoding="utf-8").splitlines()
    logged = [json.loads(line) for line in lines]
    assert [event for event in logged if event["event"] != "jumped"] == [
        first,
        second,
        third,
    ]


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_the_same_seed_gives_the_same_files_and_rows_change_no_jump(capsys, tmp_path):
    words = ("forest", "--duration", "20", "--seed", "5", "--no-figures")
    _, first = simulate(capsys, tmp_path, *words)
    _, again = simulate(capsys, tmp_path, *words)
    _, sparse = simulate(capsys, tmp_path, *words, "--record-every", "7")

    for name in ("results.json", "table.csv", "events.jsonl"):
        assert (first / name).read_bytes() == (again / name).read_bytes()
    # Steps between two rows are taken at once, so that rows move the last digits.
    seen, rarely = (
        [json.loads(line) for line in read_lines(bundle / "events.jsonl")]
        for bundle in (first, sparse)
    )
    times, other_times = ([e.pop("time") for e in events] for events in (seen, rarely))
    assert seen == rarely != []
    assert times == pytest.approx(other_times, abs=1e-8)


def test_an_ensemble_reports_means_with_standard_errors(capsys, tmp_path):
    words = ("--duration", "4", "--record-every", "60", "--seed", "2")
    report, bundle = simulate(
        capsys, tmp_path, "decay_chain", *words, "--trajectories", "400"
    )

    results = report["results"]
    exact = 2.718281828459045**-2.0
    # Five standard errors: a false alarm once in 1.7 million.
    assert (
        abs(results["populations"]["🥚"] - exact)
        < 5 * (exact * (1 - exact) / 400) ** 0.5
    )
    assert results["standard_errors"]["🥚"] == pytest.approx(
        (exact * (1 - exact) / 400) ** 0.5, rel=0.3
    )
    rows = read_table(bundle)
    assert len(rows) == 5
    assert (bundle / "figures" / "populations.png").exists()


def test_every_trajectory_of_an_ensemble_is_measured(capsys, tmp_path):
    # Half way through its swing the pair is a fair coin.
    words = ("--duration", "2", "--seed", "2", "--trajectories", "1000")
    report, _ = simulate(
        capsys, tmp_path, "two_level", *words, "--measure", "1:🌕/🌑", "--no-figures"
    )

    (measured,) = report["results"]["measurements"]
    assert measured["axis"] == "🌕/🌑"
    # Five standard deviations: a false alarm once in 1.7 million seeds.
    assert abs(measured["🌕"] - 500) < 5 * 250**0.5
    assert measured["🌕"] + measured["🌑"] == 1000
    assert measured["neither"] == 0


def test_an_interrupted_run_keeps_what_it_has(tmp_path):
    words = [
        "simulate",
        "forest",
        "--duration",
        "1e7",
        "--out",
        str(tmp_path),
        "--json",
    ]
    process = subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".*.unfinished")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)

    assert process.returncode == 130, errors
    report = json.loads(output)
    bundle = Path(report["bundle"])
    assert report["status"] == "interrupted"
    assert json.loads((bundle / "meta.json").read_text())["status"] == "interrupted"
    assert (bundle / "table.csv").read_text().count("\n") >= 2
    assert b"Traceback" not in errors


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["biotic_flx"], "did you mean 'biotic_flux'?"),
        ([], "--list"),
        (["biotic_flux", "--dt", "0"], "`--dt`"),
        (["biotic_flux", "--dt", "inf"], "`--dt`"),
        (["biotic_flux", "--dt=-1/60"], "`--dt`"),
        (["biotic_flux", "--dt", "soon"], "'soon' is not a time in seconds"),
        (["biotic_flux", "--duration", "nan"], "`--duration`"),
        (["biotic_flux", "--steps", "0"], "`--steps`"),
        (["biotic_flux", "--steps", "5", "--duration", "5"], "give one"),
        (["biotic_flux", "--method", "mster"], 'Did you mean "master"?'),
        (["biotic_flux", "--sed", "1"], "Did you mean --seed?"),
        (["biotic_flux", "--seed", "-1"], "`seed`"),
        (["biotic_flux", "--axis", "🌾"], "NORTH/SOUTH"),
        (["biotic_flux", "--axis", "🌾/🌾"], "two different emojis"),
        (["biotic_flux", "--axis", "🌾/🐺"], "Unknown emoji '🐺'"),
        (["biotic_flux", "--measure", "1:🌾/💀:11"], "[0, 10)"),
        (["biotic_flux", "--measure", "61:🌾/💀"], "from 0 to 60 s"),
        (["biotic_flux", "--measure", "🌾/💀"], "T:NORTH/SOUTH"),
        (["biotic_flux", "--collapse", "1:🐉"], "Unknown emoji '🐉'"),
        (["two_level", "--collapse", "0:🌑"], "its probability is 0"),
        (["biotic_flux", "--trajectories", "0"], "--trajectories"),
        (["biotic_flux", "--trajectories", "5", "--collapse", "1:🌾"], "ensemble"),
        (["biotic_flux", "--record-every", "0"], "--record-every"),
        (
            ["biotic_flux", "--method", "spec", "--dt", "7"],
            "largest dt allowed is 6.66",
        ),
        (["nowhere/biome.yaml"], "nowhere/biome.yaml:1:1"),
        (["tfim_critical", "--duration", "5"], "no --duration"),
    ],
)
def test_a_mistake_is_told_in_one_line_and_exits_with_2(words, said, capsys, tmp_path):
    code = main(["simulate", *words, "--out", str(tmp_path)])

    captured = capsys.readouterr()
    assert code == 2
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert said in captured.err
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_fails_on_the_way_keeps_what_it_has(capsys, tmp_path):
    words = ["two_level", "--dt", "0.5", "--seed", "1", "--out", str(tmp_path)]
    # The first collapse empties one state, so the second has nowhere to go.
    actions = ["--collapse", "2:🌑", "--collapse", "2:🌕"]
    code = main(["simulate", *words, *actions, "--duration", "10", "--no-figures"])

    (bundle,) = tmp_path.iterdir()
    errors = capsys.readouterr().err
    assert code == 2
    assert "its probability is 0" in errors
    assert str(bundle) in errors
    assert json.loads((bundle / "meta.json").read_text())["status"] == "failed"
    assert len(read_table(bundle)) == 4


def test_a_broken_biome_file_is_reported_with_every_problem(capsys, tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text(
        "schema: 1\nname: Broken\nemojis: [🌾, 💀, 🌾]\ninitial: {weights: {🐺: 1}}\n"
    )
    code = main(["simulate", str(path), "--out", str(tmp_path / "runs")])

    errors = capsys.readouterr().err
    assert code == 2
    assert f"{path}:3:" in errors
    assert f"{path}:4:" in errors
    assert not (tmp_path / "runs").exists()


def test_a_folder_that_cannot_be_written_fails_with_1(capsys, tmp_path):
    (tmp_path / "file").write_text("in the way")
    code = main(["simulate", "two_level", "--out", str(tmp_path / "file" / "runs")])

    assert code == 1
    assert "choose another folder with --out" in capsys.readouterr().err


def test_the_list_names_every_biome(capsys):
    biomes = {
        entry["key"] for entry in run_json(capsys, "simulate", "--list")["biomes"]
    }

    assert biomes >= {
        "biotic_flux",
        "decay_chain",
        "forest",
        "forest_small",
        "kitchen",
        "market",
        "two_level",
    }


def test_help_loads_no_numerics():
    code = (
        "import sys; from spacewheat_sim.cli import main; main(['simulate', '--help']);"
        "print([m for m in ('numpy','scipy','numba','matplotlib','pydantic','pygame')"
        " if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
    assert "--record-every" in done.stdout
