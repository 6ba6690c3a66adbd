from __future__ import annotations

from pathlib import Path

from measurement import Measurement
from readme_table import ROWS, readme
from run_file import Run
from write_tables import (
    BEGIN,
    END,
    PAGE,
    PUBLISHED,
    RATIOS_BEGIN,
    RATIOS_END,
    README,
    markdown,
    ratios,
    replaced,
)

FACTS = {
    "processor": "p",
    "cores": 2,
    "date": "2026-01-01",
    "python": "3.11",
    "packages": {"numpy": "2"},
    "peers": {"qutip": "5"},
    "commit": "abc",
    "kernels": {"here": {"numpy": "openblas 0.3 SkylakeX"}, "peers": {}},
}


def timed(by: str, seconds: float, **rest: object) -> Measurement:
    return Measurement.timed("step", by, "ms", [seconds], symbol="N", size=22, **rest)


def table(*rows: Measurement) -> list[str]:
    text = markdown(Run(Path("run.json"), FACTS, False, list(rows)))
    return text.splitlines()[4:]


def test_a_line_names_the_best_of_the_peers_and_the_gain_over_it() -> None:
    slow, best = timed("slow", 0.09, is_peer=True), timed("best", 0.03, is_peer=True)
    missing = Measurement.missing("step", "gone", "ms", symbol="N", size=22)
    lines = table(timed("evolve", 0.01, bar=20.0), slow, best, missing)
    wanted = "| step | N = 22 | evolve | 10 ms | ≤ 20 | 30 ms (best) | 3 |"
    assert lines == [wanted]


def test_a_missed_bar_is_said() -> None:
    (line,) = table(timed("evolve", 0.01, bar=5.0))
    assert "≤ 5, missed" in line


def test_the_table_replaces_what_stood_between_the_comments() -> None:
    page = f"a\n{BEGIN}old\n{END}b\n"
    once = replaced(page, "new")
    assert once == f"a\n{BEGIN}new\n{END}b\n"
    assert replaced(once, "new") == once


def test_the_pages_have_their_comments_once() -> None:
    text = README.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    page = PAGE.read_text(encoding="utf-8")
    assert page.count(BEGIN) == page.count(END) == 1
    assert page.count(RATIOS_BEGIN) == page.count(RATIOS_END) == 1


def test_the_head_of_the_table_says_which_kernels_ran() -> None:
    head = markdown(Run(Path("run.json"), FACTS, False, [])).splitlines()[0]
    assert head.endswith("commit abc; BLAS: here numpy openblas 0.3 SkylakeX.")
    unknown = {**FACTS, "kernels": {}}
    head = markdown(Run(Path("run.json"), unknown, False, [])).splitlines()[0]
    assert head.endswith("BLAS: unknown.")


def test_ratios_to_qutip_stand_beside_those_that_others_publish() -> None:
    def row(name: str, by: str, seconds: float, **rest: object) -> Measurement:
        place = {"symbol": "N", "size": 22}
        return Measurement.timed(name, by, "ms", [seconds], **place, **rest)

    rows = [
        row("density matrix to t = 100 s", "evolve_many", 0.01),
        row("density matrix to t = 100 s", "QuTiP MESolver", 0.2, is_peer=True),
        row("density matrix to t = 100 s", "dynamiqs", 0.3, is_peer=True),
        row("trajectories, static", "ensemble", 0.01),
        row("trajectories, static", "QuTiP mcsolve", 0.5, is_peer=True),
        row("steps of a bath", "evolve", 0.01),
        row("steps of a bath", "QuTiP MCSolver", 0.5, is_peer=True),
    ]
    lines = ratios(Run(Path("run.json"), FACTS, False, rows)).splitlines()
    assert lines[2:] == [
        PUBLISHED,
        "| here, density matrix to t = 100 s, N = 22 | 20 |  |",
        "| here, trajectories, static, N = 22 |  | 50 |",
    ]


def test_the_readme_shows_the_best_peer_and_qutip_beside_it() -> None:
    rows = []
    for _, (name, size, by) in ROWS:
        place = {"symbol": "N", "size": size}
        for who, seconds in ((by, 1.0), ("numpy", 2.0), ("QuTiP", 30.0), ("slow", 99)):
            is_peer = who != by
            rows.append(
                Measurement.timed(name, who, "s", [seconds], is_peer=is_peer, **place)
            )
    lines = readme(Run(Path("run.json"), FACTS, False, rows)).splitlines()
    table = [line for line in lines if line.startswith("| ")][1:]
    assert len(table) == len(ROWS)
    assert all("| 1 s | 2 s (numpy), 30 s (QuTiP) | 2, 30 |" in line for line in table)
    assert lines[-1].endswith("BLAS: here numpy openblas 0.3 SkylakeX.")


def test_a_row_that_a_run_lacks_is_left_out_of_the_readme() -> None:
    lines = readme(Run(Path("run.json"), FACTS, False, [])).splitlines()
    assert not any(line.startswith("| N") for line in lines)
