"""Ensembles that are asked to stop: the trajectories that had ended are kept."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from processes import SIGNALS, meta_of, start, stopped, wait_until

from spacewheat_sim.cli import main, simulate_run

# Drawn from tables; driven, and so evolved; evolved with a look at all.
METHODS = {
    "drawn from tables": ["decay_chain"],
    "driven": ["forest_small"],
    "measured": ["decay_chain", "--measure", "1:🥚/🐣"],
}
SHORT = ["--duration", "4", "--dt", "1", "--seed", "0"]


@pytest.mark.parametrize(("method", "number"), list(zip(METHODS, SIGNALS, strict=True)))
def test_trajectories_that_had_ended_are_kept_and_counted(
    method: str, number: int, tmp_path: Path
) -> None:
    # Compiled loops are kept, so that the time below goes into trajectories: a request
    # that comes into the compiler ends the run before there are any.
    same = [*METHODS[method], *SHORT]
    few = ["--trajectories", "300", "--no-figures", "--out", str(tmp_path / "few")]
    assert main(["simulate", *same, *few]) == 0
    tmp_path /= "stopped"
    words = [*same, "--trajectories", "100000000", "--json", "--out", str(tmp_path)]
    process = start("simulate", *words)
    wait_until(lambda: list(tmp_path.glob(".*.unfinished/meta.json")), process)
    time.sleep(4.0)
    code, output, errors = stopped(process, number)

    assert code == 128 + number
    assert re.fullmatch(
        r"(\w+: [^\n]* dropped[^\n]*\n)?trajectories: dimension 100,000,000, [^\n]*\n",
        errors,
    )
    report, (bundle,) = json.loads(output), tmp_path.iterdir()
    assert report["status"] == "interrupted"
    meta = meta_of(bundle)
    assert (meta["status"], meta["stopped_in"]) == ("interrupted", "run")
    assert set(meta["files"]) == {"biome.yaml", "results.json", "table.csv"}
    assert meta["parameters"]["trajectories"] == 100_000_000
    results = report["results"]
    assert 0 < results["trajectories"] < 100_000_000
    assert results["time"] == pytest.approx(4.0)
    assert sum(results["populations"].values()) == pytest.approx(1, abs=1e-9)


def test_before_any_has_ended_there_is_no_result(tmp_path: Path) -> None:
    words = ["--trajectories", "1000", "--duration", "1e6", "--dt", "1000"]
    process = start("simulate", "forest", *words, "--out", str(tmp_path))
    wait_until(lambda: list(tmp_path.glob(".*.unfinished/meta.json")), process)
    time.sleep(1.0)
    code, output, _ = stopped(process, signal.SIGTERM)

    assert code == 143
    (bundle,) = tmp_path.iterdir()
    assert "interrupted before there was a result" in output
    assert str(bundle) in output
    assert meta_of(bundle)["files"] == {}


def test_the_summary_tells_how_many_of_how_many(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @contextmanager
    def stopping(_what: str) -> Iterator[object]:
        def tell(share: float) -> None:
            if share > 0.1:
                raise KeyboardInterrupt

        yield tell

    monkeypatch.setattr(simulate_run, "share_bar", stopping)
    words = ["decay_chain", "--trajectories", "100000", "--out", str(tmp_path)]
    assert main(["simulate", *words]) == 130
    assert " of 100,000 trajectories" in capsys.readouterr().out


@pytest.mark.parametrize("method", METHODS)
def test_a_terminal_is_told_of_every_share_up_to_the_whole(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []

    @contextmanager
    def noting(_what: str) -> Iterator[object]:
        yield told.append

    monkeypatch.setattr(simulate_run, "share_bar", noting)
    words = ["--trajectories", "300", "--duration", "4", "--no-figures"]
    assert main(["simulate", *METHODS[method], *words, "--out", str(tmp_path)]) == 0
    assert told == sorted(told)
    assert told[-1] == 1.0
