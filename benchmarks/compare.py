"""Compare two runs: python benchmarks/compare.py BEFORE.json AFTER.json.

For every figure of ours that both runs have, how many times better the second is. A
change counts where the quartiles of the two lie apart; it is a loss where it is also
worse than ``--threshold`` allows. Pure numbers, such as exponents, are not compared.

The exit code is 0, or 3 where something was lost, or 2 for files that are no runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from measurement import Measurement, speed_ratio
from run_file import NotARunError, Run, read_run
from table import number

EXIT_USAGE, EXIT_SLOWER = 2, 3
THRESHOLD = 1.1


@dataclass(frozen=True)
class Change:
    """A figure in two runs.

    Attributes:
        before: Of the first run.
        after: Of the second run.
        gain: How many times better the second is; below 1 it is worse.
        is_clear: Whether the quartiles of the two lie apart.
    """

    before: Measurement
    after: Measurement
    gain: float
    is_clear: bool

    def is_loss(self, threshold: float) -> bool:
        """Whether the second is clearly worse, beyond the threshold."""
        return self.is_clear and self.gain * threshold < 1.0

    def verdict(self, threshold: float) -> str:
        """Return what to think of it, in a word."""
        if not self.is_clear:
            return ""
        if self.is_loss(threshold):
            return "WORSE"
        return "better" if self.gain > threshold else "clear, but small"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table and return the exit code."""
    options = _parse(argv)
    try:
        before, after = read_run(options.before), read_run(options.after)
    except NotARunError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_USAGE
    changes = compare(before, after)
    if not changes:
        print("error: the runs have no figure in common", file=sys.stderr)
        return EXIT_USAGE
    for line in _table(before, after, changes, options.threshold):
        print(line)
    lost = sum(change.is_loss(options.threshold) for change in changes)
    print(f"\n{len(changes)} figures, {lost} worse by more than {options.threshold:g}")
    return EXIT_SLOWER if lost else 0


def compare(before: Run, after: Run) -> list[Change]:
    """Return the changes of our figures that both runs have, in the first's order."""
    later = {row.key: row for row in after.measurements}
    changes = []
    for row in before.measurements:
        other = later.get(row.key)
        gain = None if row.is_peer or other is None else speed_ratio(row, other)
        if other is not None and gain is not None:
            changes.append(Change(row, other, gain, _lie_apart(row, other)))
    return changes


def _lie_apart(one: Measurement, other: Measurement) -> bool:
    if None in (one.q1, one.q3, other.q1, other.q3):
        return False
    return one.q3 < other.q1 or other.q3 < one.q1


def _table(
    before: Run, after: Run, changes: list[Change], threshold: float
) -> list[str]:
    lines = []
    for name, run in (("before", before), ("after", after)):
        facts = run.machine
        quick = ", a quick look" if run.is_quick else ""
        lines.append(
            f"{name:7}{facts['commit']}, {facts['date']}, {facts['processor']}{quick}"
        )
    lines.append("")
    cells = [("problem", "by", "before", "after", "gain", "")]
    for change in changes:
        row = change.before
        size = "" if row.size is None else f", {row.symbol} = {row.size:,.10g}"
        cells.append(
            (
                row.name + size,
                row.by,
                f"{number(row.median)} {row.unit}",
                f"{number(change.after.median)} {row.unit}",
                f"{change.gain:.2f}",
                change.verdict(threshold),
            )
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        lines.append("  ".join(padded).rstrip())
    return lines


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path, metavar="BEFORE.json")
    parser.add_argument("after", type=Path, metavar="AFTER.json")
    parser.add_argument(
        "--threshold",
        type=float,
        default=THRESHOLD,
        help=f"how many times worse is still no loss; {THRESHOLD:g} unless told",
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(main())
