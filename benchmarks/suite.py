"""Run the benchmarks and write their figures: python benchmarks/suite.py.

Each case runs in a process of its own, with as many threads as it says it has cores,
and is compiled before it is timed; the peers follow ours under the same conditions.
The figures go to runs/bench/DATE-MACHINE.json unless told otherwise. The exit code is 1
where a case fails to run; a bar that does not hold is a finding, not a failure.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

import machine
import table
from case import Case, Outcome
from run_file import SCHEMA, read_measurements
from timing import free_environment

HERE = Path(__file__).parent
RESULTS = HERE.parent / "runs" / "bench"
MODULES = (
    "start_up",
    "content_check",
    "bath_stepping",
    "master_intervals",
    "registers",
    "questions",
    "stiff_baths",
    "trajectories",
    "ensembles",
    "worlds",
    "agents",
    "sandbox",
    "costs",
    "floors",
    "accuracy",
    "memory",
    "sweeps",
    "tfim",
    "spin_bath",
    "ising_exact",
    "ising_monte_carlo",
    "trg",
)
LONGEST = 1200.0


def main(argv: Sequence[str] | None = None, modules: Sequence[str] = MODULES) -> int:
    """Run the cases of some modules and return the exit code."""
    options = _parse(argv)
    facts = machine.describe()
    print(table.heading(facts))
    outcomes = []
    for module, case in _chosen(modules, options):
        outcome = run_case(module, case, options.quick)
        print(table.section(outcome), flush=True)
        outcomes.append(outcome)
    print(table.summary(outcomes))
    path = options.json or RESULTS / machine.file_name(facts)
    path.parent.mkdir(parents=True, exist_ok=True)
    report = {"schema": SCHEMA, "quick": options.quick, "machine": facts}
    report |= {"cases": [outcome.as_json() for outcome in outcomes]}
    text = json.dumps(report, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    print(f"figures: {path}")
    return int(any(outcome.failure for outcome in outcomes))


def run_case(module: str, case: Case, quick: bool) -> Outcome:
    """Measure a case in a process of its own."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "measurements.json"
        words = [sys.executable, str(HERE / "one_case.py"), module, case.name]
        words += [str(file), "--cores", str(case.cores)]
        words += ["--quick"] if quick else []
        failure, rows = "", []
        try:
            done = subprocess.run(  # noqa: S603 - a script of this folder
                words,
                env=free_environment(),
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                timeout=LONGEST,
            )
            failure = done.stderr.strip() if done.returncode else ""
        except subprocess.TimeoutExpired:
            failure = f"took longer than {LONGEST:g} s"
        if not failure:
            rows = read_measurements(json.loads(file.read_text(encoding="utf-8")))
    seconds = round(time.perf_counter() - start, 2)
    return Outcome(module, case.name, case.cores, seconds, rows, failure)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures here")
    parser.add_argument(
        "--quick", action="store_true", help="fewer cases, short repeats: a look"
    )
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="cases whose MODULE/NAME has it"
    )
    return parser.parse_args(argv)


def _chosen(
    modules: Sequence[str], options: argparse.Namespace
) -> Iterator[tuple[str, Case]]:
    for module in modules:
        for case in import_module(module).CASES:
            wanted = case.is_quick or not options.quick
            if wanted and options.only in f"{module}/{case.name}":
                yield module, case


if __name__ == "__main__":
    raise SystemExit(main())
