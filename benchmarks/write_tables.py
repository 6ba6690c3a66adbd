"""Write a run's tables into the docs: python benchmarks/write_tables.py RUN.json.

They stand in docs/performance.md and README.md between pairs of comments, so that every
figure there comes from one run, and from nowhere else, but for those that are named as
published. ``--print`` shows them instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from measurement import Measurement, speed_ratio
from readme_table import readme
from run_file import NotARunError, Run, read_run
from table import kernels, number

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"
RATIOS_BEGIN, RATIOS_END = "<!-- ratios: begin -->\n", "<!-- ratios: end -->\n"
RATIOS_HEAD = ("| times faster than QuTiP | mesolve | mcsolve |", "|---|---|---|")
# QuantumToolbox.jl to QuTiP, as its authors publish them; their problem is no bath of
# ours, and their machine another.
PUBLISHED = (
    "| QuantumToolbox.jl, as published, a driven cavity of 50 levels | 7.9 | 7.3 |"
)
# How the problems begin that QuTiP's two solvers are given.
SOLVERS = {"mesolve": "density matrix to t", "mcsolve": "trajectories"}
HEAD = (
    "| problem | size | by | here | asked | best peer | here is better by |",
    "|---|---|---|---|---|---|---|",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Write or print the table, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, metavar="RUN.json")
    parser.add_argument("--print", action="store_true", help="leave the page alone")
    options = parser.parse_args(argv)
    try:
        run = read_run(options.run)
    except NotARunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    text, gains, few = markdown(run), ratios(run), readme(run)
    if options.print:
        print(f"{few}\n\n{gains}\n\n{text}")
        return 0
    page = replaced(PAGE.read_text(encoding="utf-8"), text)
    page = replaced(page, gains, RATIOS_BEGIN, RATIOS_END)
    PAGE.write_text(page, encoding="utf-8")
    page = replaced(README.read_text(encoding="utf-8"), few)
    README.write_text(page, encoding="utf-8")
    print(PAGE)
    print(README)
    return 0


def replaced(page: str, text: str, begin: str = BEGIN, end: str = END) -> str:
    """Return the page with another text between two of its comments."""
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}{text}\n{end}{after}"


def ratios(run: Run) -> str:
    """Return how many times faster than QuTiP ours is, beside what others publish."""
    lines = [
        "| times faster than QuTiP | mesolve | mcsolve |",
        "|---|---|---|",
        PUBLISHED,
    ]
    for row in run.measurements:
        if not (row.is_peer and row.by.startswith("QuTiP")):
            continue
        same = (r for r in run.measurements if (r.name, r.size) == (row.name, row.size))
        ours = next(r for r in same if not r.is_peer)
        gain = speed_ratio(row, ours)
        cells = [
            number(gain) if row.name.startswith(start) else ""
            for start in SOLVERS.values()
        ]
        if gain is not None and any(cells):
            name = f"here, {row.name}, {_size(row)}"
            lines.append(f"| {' | '.join((name, *cells))} |")
    return "\n".join(lines)


def markdown(run: Run) -> str:
    """Return where the run was made, and the table."""
    facts = run.machine
    versions = {**facts["packages"], **facts["peers"]}
    lines = [
        f"{facts['processor']}, {facts['cores']} cores, {facts['date']}, "
        f"Python {facts['python']}, "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + f"; commit {facts['commit']}; {kernels(facts)}.",
        "",
        *HEAD,
        *_lines(run.measurements),
    ]
    return "\n".join(lines)


def _lines(rows: Sequence[Measurement]) -> Iterator[str]:
    """Yield the lines of all problems; a cost of many sizes has a figure instead."""
    for row in rows:
        if row.is_peer or row.unit == "×" or row.by == "cost":
            continue
        same = [r for r in rows if (r.name, r.size) == (row.name, row.size)]
        first = next(r for r in same if not r.is_peer)
        peers = [r for r in same if r.is_peer] if row is first else []
        size = _size(row)
        here = f"{number(row.median)} {row.unit}".strip()
        cells = (row.name, size, row.by, here, _asked(row), *_peer(row, peers))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _size(row: Measurement) -> str:
    return "" if row.size is None else f"{row.symbol} = {row.size:,.10g}"


def _asked(row: Measurement) -> str:
    if row.bar is None:
        return ""
    sign = "≤" if row.sense == "lower" else "≥"
    return f"{sign} {number(row.bar)}" + ("" if row.holds else ", missed")


def _peer(row: Measurement, peers: Sequence[Measurement]) -> tuple[str, str]:
    ratios = {peer: speed_ratio(peer, row) for peer in peers}
    known = {peer: ratio for peer, ratio in ratios.items() if ratio is not None}
    if not known:
        return "", ""
    best = min(known, key=lambda peer: known[peer])
    return f"{number(best.median)} {best.unit} ({best.by})", number(known[best])


if __name__ == "__main__":
    raise SystemExit(main())
