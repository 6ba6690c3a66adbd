"""``spacewheat compare`` and ``spacewheat lab compare``: runs beside each other."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from spacewheat_sim.cli.arguments import Flag, PathWord, WholeNumber, checked_number
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.exit_codes import DIFFERENT, DONE

if TYPE_CHECKING:
    from spacewheat_sim.lab.compare.differences import Comparison

Bound = Annotated[float | None, Parameter(show_default=False)]


def compare(
    *runs: PathWord,
    relative: Bound = None,
    absolute: Bound = None,
    most: WholeNumber = 20,
    json: Flag = False,
) -> int:
    """Say where runs differ from the first one; exit 3 where they do.

    Args:
        runs: Bundles of one experiment, one biome, or sweeps of one.
        relative: |a − b| ≤ absolute + relative · |b| is equal; as the run's own
            tolerance without it.
        absolute: Likewise.
        most: How many differences of each run to show, the largest first.
        json: Print one JSON document.
    """
    from spacewheat_sim.lab.compare.differences import compare_runs
    from spacewheat_sim.lab.compare.runs import read_run

    checked_number(most, "--most")
    found = compare_runs([read_run(path) for path in runs], relative, absolute)
    if json:
        records = [_record(each, most) for each in found]
        write_json({"reference": str(runs[0]), "runs": records})
    else:
        for each in found:
            _write(each, str(runs[0]), most)
    return DONE if all(each.is_equal for each in found) else DIFFERENT


def _record(comparison: Comparison, most: int) -> dict[str, Any]:
    return {
        "run": str(comparison.run.folder),
        "is_equal": comparison.is_equal,
        "parameters": {
            name: {"value": value, "reference": reference}
            for name, (value, reference) in comparison.parameters.items()
        },
        "compared": comparison.compared,
        "different": len(comparison.differences),
        "columns": {name: vars(own) for name, own in comparison.columns.items()},
        "only_here": comparison.only_here[:most],
        "only_there": comparison.only_there[:most],
        "differences": [
            {
                "place": each.place,
                "value": each.value,
                "reference": each.reference,
                "excess": each.excess if math.isfinite(each.excess) else None,
            }
            for each in comparison.differences[:most]
        ],
    }


def _write(comparison: Comparison, reference: str, most: int) -> None:
    write = sys.stdout.write
    write(f"{comparison.run.folder} beside {reference}\n")
    for name, (value, first) in comparison.parameters.items():
        said = ["nothing" if each is None else each for each in (value, first)]
        write(f"  {name}: {said[0]} instead of {said[1]}\n")
    for each in comparison.differences[:most]:
        write(f"  {each}\n")
    if (left := len(comparison.differences) - most) > 0:
        write(f"  … and {left:,} more (--most)\n")
    for name, own in list(comparison.columns.items())[:most]:
        by = (
            ""
            if own.mean is None
            else (f", by {own.mean:.3g} on average and {own.largest:.3g} at most")
        )
        write(f"  {name}: {own.different:,} of {own.compared:,} differ{by}\n")
    for where, keys in (
        ("only here", comparison.only_here),
        ("only in the first", comparison.only_there),
    ):
        for key in keys[:most]:
            write(f"  {where}: {key}\n")
        if (left := len(keys) - most) > 0:
            write(f"  {where}: {left:,} more\n")
    numbers = f"{len(comparison.differences):,} of {comparison.compared:,} numbers"
    verdict = "equal" if comparison.is_equal else "different"
    alone = len(comparison.only_here) + len(comparison.only_there)
    rows = "row is" if alone == 1 else "rows are"
    rest = f"; {alone:,} {rows} in one of the two alone" if alone else ""
    write(f"{verdict}: {numbers} differ by more than the tolerance{rest}\n")
