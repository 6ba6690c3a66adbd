"""How long a browser takes to open the report of many runs.

    python benchmarks/report_page.py --runs 1000

Simulates a few biomes, copies their bundles to as many runs as asked for, writes the
report and opens it three times in Chromium. Open means: the gallery has a row for each
run, and the browser has painted it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from spacewheat_sim.lab.report.report import write_report

BIOMES = ("biotic_flux", "forest_small", "qubit_farm", "kitchen")
SECONDS = 60
PAINTED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"


def main() -> None:
    """Measure, and print a line for each figure."""
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    flags.add_argument("--runs", type=int, default=1000)
    flags.add_argument("--figures", type=int, default=100)
    flags.add_argument("--browser", default=shutil.which("chromium"))
    given = flags.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many = _many_runs(folder, given.runs)
        start = time.perf_counter()
        report = write_report([many], folder / "page.html", figures=given.figures)
        spent = time.perf_counter() - start
        print(f"written in {spent:.1f} s: {report.runs:,} runs, {report.bytes:,} bytes")
        for _ in range(3):
            print(f"opened in {_opened(report.path, report.runs, given.browser):.2f} s")


def _many_runs(folder: Path, count: int) -> Path:
    """Return a folder with ``count`` bundles, of biomes in turn."""
    made = folder / "made"
    for seed, biome in enumerate(BIOMES):
        words = ["simulate", biome, "--duration", str(SECONDS), "--seed", str(seed)]
        words += ["--out", str(made)]
        subprocess.run(  # noqa: S603 -- the project's own command
            [sys.executable, "-m", "spacewheat_sim", *words],
            check=True,
            capture_output=True,
        )
    examples = sorted(made.iterdir())
    many = folder / "many"
    for number in range(count):
        source = examples[number % len(examples)]
        copy = many / f"{source.name[:17]}{number:08d}-{source.name[17:]}"
        shutil.copytree(source, copy, copy_function=_link)
        meta = json.loads((source / "meta.json").read_text(encoding="utf-8"))
        meta["seed"] = number
        (copy / "meta.json").unlink()
        (copy / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    return many


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def _opened(page_file: Path, runs: int, browser: str | None) -> float:
    """Return the seconds from asking for the page until all its rows are painted."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox"]
        )
        page = chromium.new_page()
        start = time.perf_counter()
        page.goto(page_file.as_uri(), wait_until="load")
        rows = page.locator("table.runs tbody tr").count()
        page.evaluate(PAINTED)
        spent = time.perf_counter() - start
        chromium.close()
    if rows != runs:
        raise SystemExit(f"the gallery has {rows:,} rows of {runs:,}")
    return spent


if __name__ == "__main__":
    main()
