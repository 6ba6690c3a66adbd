"""Compare many random baths with a reference: python tests/fuzz/run_bath_fuzzer.py.

``--only INDEX`` runs all checks of one bath and shows its numbers.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before numpy is first imported
sys.path.insert(0, str(Path(__file__).parents[1] / "systems"))

from checks import CHECKS  # noqa: E402
from generated_bath import generated_bath  # noqa: E402
from report import Report  # noqa: E402
from workers import Outcome, run_baths  # noqa: E402


def arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baths", type=int, default=1000, help="how many baths")
    parser.add_argument("--seed", type=int, default=0, help="seed of them all")
    parser.add_argument("--first", type=int, default=0, help="index of the first")
    parser.add_argument("--only", type=int, help="run this bath alone")
    parser.add_argument(
        "--check", action="append", default=[], choices=CHECKS, help="only this check"
    )
    parser.add_argument(
        "--alarm", type=float, default=60.0, help="seconds a check may take"
    )
    return parser.parse_args()


def show(outcome: Outcome, *, wrong_only: bool) -> None:
    """Print what one check found."""
    for v in outcome.verdicts:
        if wrong_only and v.status != "WRONG":
            continue
        numbers = f" {v.error:.3g} ({v.allowed:.3g})" if v.error == v.error else ""
        what = f"{v.check}: {v.status} {v.kind}{numbers} {v.detail}"
        sys.stdout.write(f"bath {outcome.index}  {what}\n")
        sys.stdout.flush()


def main() -> int:
    """Run; return 1 where anything failed."""
    options = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    indices = list(range(options.first, options.first + options.baths))
    if options.only is not None:
        indices = [options.only]
        sys.stdout.write(f"{generated_bath(options.seed, options.only)}\n")
    report, begun = Report(), time.monotonic()
    try:
        for outcome in run_baths(options.seed, indices, options.alarm, options.check):
            report.take(outcome)
            show(outcome, wrong_only=options.only is None)
            if options.only is None and len(report.seconds) % 200 == 0:
                failed, spent = len(report.failed), time.monotonic() - begun
                sys.stderr.write(
                    f"bath {outcome.index}: {failed} failed, {spent:.0f} s\n"
                )
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; this is what there is\n")
    sys.stdout.write(report.text(options.seed) + "\n")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
