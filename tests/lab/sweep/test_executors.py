"""The same bytes from every executor, whatever dies on the way."""

from __future__ import annotations

import gc
import json
import multiprocessing
import resource
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from dask_cluster import Cluster
from deadly import DEADLY, DeadlyPool

from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.executors.pool import Pool, check_pool, open_pool
from spacewheat_sim.executors.runner import Runner
from spacewheat_sim.executors.schedule import Call, Schedule
from spacewheat_sim.lab.run_experiment import Run
from spacewheat_sim.lab.sweep.resume import open_unfinished
from spacewheat_sim.lab.sweep.rows import Row, deadly_row, run_rows
from spacewheat_sim.lab.sweep.source import Source, open_source
from spacewheat_sim.lab.sweep.spec import read_spec
from spacewheat_sim.lab.sweep.sweep import (
    Progress,
    Settings,
    go_on,
    run_sweep,
)

SPEC = {
    "biome": "decay_chain",
    "set": {"🥚.decay.rate": "0.1:0.5:40"},
    "seeds": 5,
    "dt": 0.02,
    "seed": 1,
    "measure": [
        {"population": "🥚", "over": [0, 4], "mean": None},
        {"jumps": "🥚→🐣", "over": [0, 4]},
    ],
}


def source() -> Source:
    return open_source(read_spec(SPEC))


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The table of one process."""
    return table(run_sweep(source(), tmp_path_factory.mktemp("serial")))


def table(run: Run) -> bytes:
    return (run.path / "table.csv").read_bytes()


def once(when: int, action: Callable[[], object]) -> Callable[[Progress], None]:
    """Return what does something once, when so many rows are done."""
    left = [action]

    def progress(now: Progress) -> None:
        if left and when <= now.done < now.rows:
            left.pop()()

    return progress


def check_whole(run: Run, serial: bytes) -> None:
    assert run.status == "complete"
    assert (run.results["rows"], run.results["failed"]) == (200, 0)
    assert table(run) == serial


@pytest.fixture(autouse=True)
def sockets_that_are_left_are_none_of_other_tests() -> Iterator[None]:
    """A cluster that was killed leaves connections, which are found open later."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.slow
def test_two_processes_give_the_bytes_of_one_though_one_is_killed(
    serial: bytes, tmp_path: Path
) -> None:
    def kill() -> None:
        multiprocessing.active_children()[0].kill()

    told: list[str] = []
    settings = Settings("processes:2", tell=told.append, progress=once(40, kill))
    check_whole(run_sweep(source(), tmp_path, settings), serial)
    assert any("lost" in line for line in told)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.close()


@pytest.mark.slow
def test_workers_are_waited_for_and_that_is_told(serial: bytes, tmp_path: Path) -> None:
    """The first worker lacks the package, and ends; the second one does all."""
    lacking = tmp_path / "lacking" / "spacewheat_sim"
    lacking.mkdir(parents=True)
    (lacking / "__init__.py").write_text("raise ModuleNotFoundError\n")
    cluster, told = Cluster(tmp_path, workers=0), list[str]()

    def tell(line: str) -> None:
        told.append(line)
        if "has no worker" in line and not cluster.workers:
            cluster.join(lacking.parent)
            cluster.workers[0].wait(60.0)
            cluster.join()

    try:
        settings = Settings(cluster.executor, tell=tell)
        check_whole(run_sweep(source(), tmp_path / "runs", settings), serial)
    finally:
        cluster.close()
    assert "has no worker" in told[0]


@pytest.mark.slow
def test_a_worker_of_dask_is_killed_in_mid_sweep(
    cluster: Cluster, serial: bytes, tmp_path: Path
) -> None:
    progress = once(40, cluster.workers[0].kill)
    settings = Settings(cluster.executor, progress=progress)
    check_whole(run_sweep(source(), tmp_path / "runs", settings), serial)
    assert cluster.workers[0].wait(1.0) == -9


@pytest.mark.slow
def test_the_scheduler_of_dask_is_restarted_in_mid_sweep(
    cluster: Cluster, serial: bytes, tmp_path: Path
) -> None:
    told: list[str] = []
    progress = once(40, cluster.restart)
    settings = Settings(cluster.executor, tell=told.append, progress=progress)
    check_whole(run_sweep(source(), tmp_path / "runs", settings), serial)
    assert any("lost" in line for line in told)


@pytest.mark.slow
def test_a_cluster_that_is_gone_leaves_a_sweep_that_goes_on(
    cluster: Cluster, serial: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spacewheat_sim.errors import RunStoppedError
    from spacewheat_sim.executors import dask

    monkeypatch.setattr(dask, "RETURN", 3.0)
    settings = Settings(cluster.executor, progress=once(40, cluster.close))
    began = time.monotonic()
    with pytest.raises(RunStoppedError, match="Nobody answers"):
        run_sweep(source(), tmp_path / "runs", settings)
    assert time.monotonic() - began < 120.0
    (folder,) = (tmp_path / "runs").iterdir()
    assert json.loads((folder / "meta.json").read_text())["status"] == "failed"
    assert len((folder / "journal.jsonl").read_text().splitlines()) >= 40
    check_whole(go_on(open_unfinished(folder), folder), serial)


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGINT"])
@pytest.mark.slow
def test_a_sweep_that_is_killed_goes_on(
    signal: str, serial: bytes, tmp_path: Path
) -> None:
    import signal as signals

    command = [sys.executable, "-m", "spacewheat_sim", "sweep", "decay_chain"]
    words = ["--set", "🥚.decay.rate=0.1:0.5:40", "--seeds", "5", "--dt", "0.02"]
    words += ["--seed", "1", "--measure", "{population: 🥚, over: [0, 4], mean: }"]
    words += ["--measure", "{jumps: 🥚→🐣, over: [0, 4]}", "--out", str(tmp_path)]
    words += ["--executor", "processes:2"]
    process = subprocess.Popen([*command, *words], stdout=subprocess.PIPE)
    deadline = time.monotonic() + 120.0
    while not any(path.stat().st_size for path in tmp_path.glob(".*/journal.jsonl")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    workers = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(getattr(signals, signal))
    process.communicate(timeout=60.0)
    assert len(workers) >= 2
    assert psutil.wait_procs(workers, timeout=60.0)[1] == []
    assert process.returncode == {"SIGKILL": -9, "SIGINT": 130}[signal]
    (folder,) = tmp_path.iterdir()
    final = folder.with_name(folder.name.removeprefix(".").removesuffix(".unfinished"))
    check_whole(go_on(open_unfinished(final), final), serial)


@pytest.mark.slow
def test_a_disk_that_fills_up_loses_nothing_that_was_finished(
    serial: bytes, tmp_path: Path
) -> None:
    """A limit of the size of files stands for the disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000))

    def words(*more: str) -> list[str]:
        return [sys.executable, "-m", "spacewheat_sim", "sweep", *more]

    spec = tmp_path / "spec.yaml"
    spec.write_text(json.dumps({"schema": 1, **SPEC}, ensure_ascii=False), "utf-8")
    out = tmp_path / "runs"
    full = subprocess.run(
        words(str(spec), "--out", str(out)),
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert full.returncode == 1, full.stderr
    assert "journal.jsonl: file too large" in full.stderr
    (folder,) = out.iterdir()
    lines = (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)
    assert 0 < len(lines) < 200
    assert all(line.endswith(b"}\n") for line in lines)
    check_whole(go_on(open_unfinished(folder), folder), serial)


def all_rows(pool: Pool, together: int = 1) -> list[Row]:
    schedule = Schedule([range(200)], 200, together)
    runner = Runner(pool, partial(run_rows, source().job), schedule, deadly_row)
    return [row for batch in runner.run() for row in batch.rows]


@pytest.mark.slow
def test_a_row_that_kills_its_workers_fails_and_no_other_does() -> None:
    pool = DeadlyPool(2)
    try:
        rows = all_rows(pool, together=16)
    finally:
        pool.close(wait=False)
    assert sorted(row.number for row in rows) == list(range(200))
    (failed,) = (row for row in rows if row.values is None)
    assert failed.number == DEADLY
    assert failed.error == "its worker died, 3 times"


def test_calls_cover_all_rows_once_and_groups_stay_together() -> None:
    schedule = Schedule([range(3, 40), range(60, 100)], 77, 8)
    calls: list[Call] = []
    while call := schedule.next(2):
        calls.append(call)
        schedule.learn(call.stop - call.start, 0.01 * (call.stop - call.start))
    rows = [row for call in calls for row in range(call.start, call.stop)]
    assert rows == [*range(3, 40), *range(60, 100)]
    assert all(call.stop % 8 == 0 or call.stop in (40, 100) for call in calls)
    assert max(call.stop - call.start for call in calls) <= 32


def test_long_rows_go_one_by_one_and_the_last_ones_in_small_calls() -> None:
    schedule = Schedule([range(1000)], 1000, 1)
    sizes: list[int] = []
    while call := schedule.next(2):
        sizes.append(call.stop - call.start)
        schedule.learn(sizes[-1], 0.001 * sizes[-1])
    assert 100 < max(sizes) <= 258
    assert sizes[-1] == 1
    slow = Schedule([range(20)], 20, 1)
    while call := slow.next(2):
        slow.learn(1, 2.0)
        assert call.stop - call.start == 1


def test_a_serial_pool_is_an_executor() -> None:
    pool = open_pool("serial")
    future = pool.executor.submit(divmod, 7, 2)
    assert future.result() == (3, 1)
    assert isinstance(pool.executor.submit(divmod, 7, 0).exception(), ZeroDivisionError)
    assert list(pool.executor.map(abs, [-1, 2])) == [1, 2]


def test_an_address_where_nobody_answers_is_told_in_bounded_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from spacewheat_sim.cli import main
    from spacewheat_sim.executors import dask

    monkeypatch.setattr(dask, "PATIENCE", 1.0)
    words: list[Any] = ["--seeds", "2", "--measure", "{population: 🥚, at: 6}"]
    words += ["--executor", "dask://127.0.0.1:9", "--out", str(tmp_path)]
    assert main(["sweep", "decay_chain", *words]) == 1
    assert "Nobody answers at dask://127.0.0.1:9" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("greeting", "said"),
    [
        (b"", "Nobody answers at dask://127.0.0.1:{}, not within 1 s"),
        (b"HTTP/1.1 400 Bad Request", "answers at dask://127.0.0.1:{} is no Dask"),
    ],
    ids=["silence", "web server"],
)
def test_an_address_where_something_else_listens_is_told_in_bounded_time(
    greeting: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spacewheat_sim.executors import dask

    monkeypatch.setattr(dask, "PATIENCE", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            there, _ = server.accept()
            with there, suppress(OSError):
                there.sendall(greeting)
                there.recv(1)  # until the other side leaves

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(RunError, match=said.format(port)):
            open_pool(f"dask://127.0.0.1:{port}")
        thread.join(10.0)
        assert not thread.is_alive()


def test_a_port_that_no_address_has_is_refused() -> None:
    for port in (0, 65_536, 99_999):
        with pytest.raises(ArgumentError, match="allowed: 1 to 65,535"):
            check_pool(f"dask://here:{port}")
