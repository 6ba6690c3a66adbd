"""Steps per second of a bath, beside its peers: python benchmarks/bath_stepping.py."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from timing import FULL, QUICK, Effort, pin_threads

if TYPE_CHECKING:
    from memory import MemoryUse
    from stepping_cases import Measured, PeerTiming

PACKAGES = ("spacewheat-sim", "numpy", "scipy", "numba", "qutip")
ACCURACY_BAR = 1e-9
COLUMNS = ("case", "ours [quartiles]", "unit", "bar", "met", "peer", "peer's", "ratio")
NOTES = """\
ratio: how many times faster than the peer ours is.
evolve_many reads the recorded rows off one power series that spans several steps
(dense output); evolve takes each step by itself. Both end at the bath's tolerance.
Ours, and QuTiP's MCSolver, draw quantum jumps; the numpy and scipy peers do not, and
none of the peers records populations. A density matrix starts anew every 5 s, ours
and QuTiP's, since once it has settled there is little left to compute.
QuTiP: start and step, CSR operators, atol = rtol = 1e-9; the fastest of its methods
for the case, found by trying them, is named. Driven energies are either set anew by
step(args=...) before each step, which makes its integrators start afresh, or given as
functions of time, which lets them interpolate over many steps as evolve_many does."""


def main(argv: list[str] | None = None) -> int:
    options = _parse(argv)
    pin_threads()
    # numpy reads the number of threads when it is first imported: not before here.
    import qutip_peer
    from stepping_cases import CASES, run_case

    effort: Effort = QUICK if options.quick else FULL
    environment = _environment()
    print("; ".join(f"{key} {value}" for key, value in environment.items()))
    if not qutip_peer.is_available():
        print("QuTiP is missing, so is its column: pip install -e '.[oracle]'")
    measured = []
    for number, case in enumerate(CASES, start=1):
        if sys.stderr.isatty():
            print(f"[{number}/{len(CASES)}] {case.name}", file=sys.stderr)
        measured.append(run_case(case, effort))
    print(_table(measured))
    print(NOTES)
    report = {
        "schema": 1,
        "environment": environment,
        "quick": options.quick,
        "cases": [_record(entry) for entry in measured],
        "deviations": _report_accuracy(),
        "memory": _report_memory(options.quick),
    }
    if options.json:
        text = json.dumps(report, ensure_ascii=False, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures here")
    parser.add_argument(
        "--quick", action="store_true", help="short repeats: a look, not a measurement"
    )
    return parser.parse_args(argv)


def _environment() -> dict[str, str]:
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "missing"
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **versions,
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def _table(measured: list[Measured]) -> str:
    rows = [COLUMNS]
    for entry in measured:
        ours = _our_cells(entry)
        peers = [_peer_cells(entry, peer) for peer in entry.peers] or [("", "", "")]
        rows.append(ours + peers[0])
        rows += [("",) * len(ours) + peer for peer in peers[1:]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def _our_cells(entry: Measured) -> tuple[str, ...]:
    case = entry.case
    low, middle, high = _figures(entry, entry.ours)
    sign = "≥" if case.unit == "steps/s" else "≤"
    return (
        case.name,
        f"{_number(middle)} [{_number(low)}, {_number(high)}]",
        case.unit,
        "" if case.bar is None else f"{sign} {case.bar:,.0f}",
        {None: "", True: "yes", False: "NO"}[entry.is_met],
    )


def _peer_cells(entry: Measured, peer: PeerTiming) -> tuple[str, ...]:
    ratio = peer.timing.median / entry.ours.median
    figure = _number(_figures(entry, peer.timing)[1])
    return peer.name, figure, f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def _figures(entry: Measured, timing: Any) -> tuple[float, float, float]:
    """Return first quartile, median and third quartile in the case's unit."""
    from stepping_cases import in_unit

    first, third = timing.quartiles
    figures = [in_unit(s, entry.case.unit) for s in (first, timing.median, third)]
    low, middle, high = sorted(figures)
    return low, middle, high


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _record(entry: Measured) -> dict[str, Any]:
    return {
        "case": entry.case.name,
        "unit": entry.case.unit,
        "bar": entry.case.bar,
        "met": entry.is_met,
        "ours": _statistics(entry, entry.ours),
        "peers": {peer.name: _statistics(entry, peer.timing) for peer in entry.peers},
    }


def _statistics(entry: Measured, timing: Any) -> dict[str, float]:
    first, median, third = _figures(entry, timing)
    return {"first_quartile": first, "median": median, "third_quartile": third}


def _report_accuracy() -> dict[str, float]:
    import qutip_peer
    from accuracy import deviations, peer_deviations

    found = deviations()
    print(f"\nlargest deviation in populations, N = 22, t ≤ 10 s (≤ {ACCURACY_BAR:g})")
    for name, value in found.items():
        verdict = "" if value <= ACCURACY_BAR else "  NOT MET"
        print(f"  {name}: {value:.1e}{verdict}")
    peers = peer_deviations() if qutip_peer.is_available() else {}
    for name, value in peers.items():
        print(f"  {name}: {value:.1e}")
    return found | peers


def _report_memory(quick: bool) -> dict[str, Any]:
    from memory import SIZES, SIZES_QUICK, fitted_exponent, memory_use

    uses = [memory_use(n, couplings=10) for n in (SIZES_QUICK if quick else SIZES)]
    exponent = fitted_exponent(uses)
    print("\nbytes held by operators and bath (ket, ten couplings a state)")
    for use in uses:
        print(f"  {_memory_line(use)}")
    print(f"  bytes held grow as nonzeros^{exponent:.3f}")
    return {"exponent": exponent, "uses": [vars(use) for use in uses]}


def _memory_line(use: MemoryUse) -> str:
    return (
        f"N = {use.states:,}: {use.nonzeros:,} nonzeros, {use.held / 1e6:.1f} MB held, "
        f"{use.held / use.nonzeros:.0f} bytes per nonzero "
        f"(peak {use.peak / use.nonzeros:.0f})"
    )


if __name__ == "__main__":
    sys.exit(main())
