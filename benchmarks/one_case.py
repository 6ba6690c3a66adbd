"""Run one case in this process: python benchmarks/one_case.py MODULE CASE FILE.

The suite starts this for each case, so that no case sees another's memory, caches or
threads. The measurements go to FILE as JSON.
"""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path

from timing import FULL, QUICK, pin_threads


def main() -> None:
    """Pin the threads, run the case, write its measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module")
    parser.add_argument("case")
    parser.add_argument("file", type=Path)
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    pin_threads(options.cores)  # before the module imports numpy
    cases = {case.name: case for case in import_module(options.module).CASES}
    rows = cases[options.case].run(QUICK if options.quick else FULL)
    text = json.dumps([row.as_json() for row in rows], ensure_ascii=False)
    options.file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
