"""The first rows of a sweep's table, and what failed first, for a look at once."""

from __future__ import annotations

import csv
import json
from itertools import islice
from pathlib import Path

from spacewheat_sim.engine.analysis.table import plain_lines, shown_number
from spacewheat_sim.lab.bundle.files import META, POINT, POINTS, TABLE

ROWS, COLUMNS = 8, 8
# Columns that say where a row is kept, and not what it found.
KEEPING = (POINT, "seed", "status")


def first_rows(table: Path) -> list[str]:
    """Return the first rows of a table as aligned lines; numbers have six digits."""
    with table.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        head = next(reader)
        rows = list(islice(reader, ROWS))
        more = sum(1 for _ in reader)
    kept = [place for place, name in enumerate(head) if name not in KEEPING]
    if not any(row[head.index("replicate")].strip("0") for row in rows):
        kept.remove(head.index("replicate"))
    kept, left_out = kept[:COLUMNS], len(kept[COLUMNS:])
    shown = [[_shown(row[place]) for place in kept] for row in rows]
    lines = plain_lines([[head[place] for place in kept], *shown])
    rest = [f"{more:,} more rows"] * bool(more)
    rest += [f"{left_out} more columns"] * bool(left_out)
    if rest:
        lines.append(f"{' and '.join(rest)} in {table.name}")
    return lines


def first_failure(bundle: Path) -> str:
    """Return why the first row of a sweep's table that failed did so."""
    with (bundle / TABLE).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        row = next(row for row in rows if row["status"] == "failed")
    place = f"{POINTS}/{row[POINT]}-{row['replicate']}"
    record = json.loads((bundle / place / META).read_text(encoding="utf-8"))
    return f"{record['error']} (its traceback is in {place})"


def _shown(cell: str) -> str:
    try:
        return shown_number(float(cell))
    except ValueError:
        return cell
