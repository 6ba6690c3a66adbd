"""The table of a run: ours, the bars, and the peers beneath."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from measurement import Measurement, speed_ratio

if TYPE_CHECKING:
    from case import Outcome

COLUMNS = ("by", "size", "figure [quartiles]", "unit", "bar", "ratio", "error")
WIDTHS = (44, 14, 30, 9, 13, 7, 7)
LEGEND = """\
ratio: how many times better the first line of a problem, which is ours, is than a peer.
error: largest deviation from an exact or a more exact result.
"""


def heading(facts: Mapping[str, Any]) -> str:
    """Return where and with what the run is made, and the names of the columns."""
    packages = {"python": facts["python"], **facts["packages"]}
    where = (
        f"{facts['processor']}, {facts['cores']} cores, {facts['system']}, "
        f"load {facts['load']}; commit {facts['commit']}; {facts['date']}"
    )
    lines = [
        where,
        ", ".join(f"{name} {version}" for name, version in packages.items()),
        "peers: " + (_versions(facts["peers"]) or "not installed (make peers)"),
        kernels(facts),
        "",
        LEGEND,
        _line(COLUMNS),
        _line(["-" * width for width in WIDTHS]),
    ]
    return "\n".join(lines)


def kernels(facts: Mapping[str, Any]) -> str:
    """Return which BLAS kernels ran, here and in the peers' environment."""
    sides = facts.get("kernels") or {}
    told = [f"{side} {_versions(found)}" for side, found in sides.items() if found]
    return "BLAS: " + ("; ".join(told) or "unknown")


def section(outcome: Outcome) -> str:
    """Return the lines of one case: a title for each problem, then its rows."""
    cores = "1 core" if outcome.cores == 1 else f"{outcome.cores} cores"
    took = f"[{outcome.module}, {cores}, {outcome.seconds:.0f} s]"
    if outcome.failure:
        return f"\n{outcome.case} {took}\n  FAILED: {outcome.failure.splitlines()[-1]}"
    lines = []
    problems = dict.fromkeys(row.name for row in outcome.measurements)
    for name in problems:
        lines.append(f"\n{name} {took}")
        lines += _rows([row for row in outcome.measurements if row.name == name])
    return "\n".join(lines)


def summary(outcomes: Iterable[Outcome]) -> str:
    """Return how many bars hold, and which do not."""
    outcomes = list(outcomes)
    rows = [row for outcome in outcomes for row in outcome.measurements]
    missed = [row for row in rows if row.holds is False]
    lines = [
        f"\n{sum(row.holds is True for row in rows)} bars hold, {len(missed)} do not"
    ]
    lines += [
        f"  {', '.join(filter(None, (row.name, row.by, _size(row))))}: "
        f"{number(row.median)} {row.unit}".rstrip()
        + f", bar {_bar(row)}"
        for row in missed
    ]
    failed = [f"{o.module}/{o.case}" for o in outcomes if o.failure]
    return "\n".join(lines + [f"  failed to run: {name}" for name in failed])


def number(value: float | None) -> str:
    """Return three digits, or four of large numbers, with commas."""
    if value is None:
        return "–"
    if 0.01 <= abs(value) < 100 or value == 0:
        return f"{value:.3g}"
    return f"{float(f'{value:.4g}'):,.0f}" if abs(value) >= 100 else f"{value:.1e}"


def _rows(measurements: list[Measurement]) -> Iterable[str]:
    ours: dict[float | None, Measurement] = {}
    for row in measurements:
        first = ours.setdefault(row.size, row)
        ratio = speed_ratio(row, first) if row.is_peer else None
        yield _line(_cells(row, ratio))


def _cells(row: Measurement, ratio: float | None) -> tuple[str, ...]:
    figure = number(row.median)
    if row.q1 is not None and row.q1 != row.q3:
        figure += f" [{number(row.q1)}, {number(row.q3)}]"
    verdict = {None: "", True: " ok", False: " NO"}[row.holds]
    note = f" ({row.note})" if row.note else ""
    return (
        f"  {row.by}{note}",
        _size(row),
        figure,
        row.unit,
        _bar(row) + verdict,
        "" if ratio is None else number(ratio),
        "" if row.error is None else f"{row.error:.1e}",
    )


def _size(row: Measurement) -> str:
    return "" if row.size is None else f"{row.symbol} = {row.size:,.10g}"


def _bar(row: Measurement) -> str:
    if row.bar is None:
        return ""
    return f"{'≤' if row.sense == 'lower' else '≥'} {number(row.bar)}"


def _line(cells: Iterable[str]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    return "  ".join(padded).rstrip()


def _versions(packages: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in packages.items())
