"""Write a run's table into the docs: python benchmarks/write_tables.py RUN.json.

The table stands in docs/performance.md between two comments, so that every figure there
comes from one run, and from nowhere else. ``--print`` shows it instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from measurement import Measurement, speed_ratio
from run_file import NotARunError, Run, read_run
from table import number

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"
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
        text = markdown(read_run(options.run))
    except NotARunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.print:
        print(text)
        return 0
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(replaced(page, text), encoding="utf-8")
    print(PAGE)
    return 0


def replaced(page: str, text: str) -> str:
    """Return the page with another text between its two comments."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{text}\n{END}{after}"


def markdown(run: Run) -> str:
    """Return where the run was made, and the table."""
    facts = run.machine
    versions = {**facts["packages"], **facts["peers"]}
    lines = [
        f"{facts['processor']}, {facts['cores']} cores, {facts['date']}, "
        f"Python {facts['python']}, "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + f"; commit {facts['commit']}.",
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
        size = "" if row.size is None else f"{row.symbol} = {row.size:,.10g}"
        here = f"{number(row.median)} {row.unit}".strip()
        cells = (row.name, size, row.by, here, _asked(row), *_peer(row, peers))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


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
