from __future__ import annotations

from pathlib import Path

from measurement import Measurement
from run_file import Run
from write_tables import BEGIN, END, PAGE, markdown, replaced

FACTS = {
    "processor": "p",
    "cores": 2,
    "date": "2026-01-01",
    "python": "3.11",
    "packages": {"numpy": "2"},
    "peers": {"qutip": "5"},
    "commit": "abc",
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


def test_the_page_has_the_two_comments_once() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count(BEGIN) == page.count(END) == 1
