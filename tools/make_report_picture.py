"""Draw docs/figures/report.png: the report of one run, as Chromium shows it.

python tools/make_report_picture.py
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from spacewheat_sim.lab.report.report import write_report

TARGET = Path(__file__).resolve().parents[1] / "docs" / "figures" / "report.png"
RUN = ["simulate", "forest_small", "--seed", "7", "--measure", "20:🐺/🐇"]
COLORS = 256
LATER = 16  # rows after the event, while its arc still shows


def main() -> None:
    """Simulate, write the page, open it at an event, and keep what is seen."""
    with tempfile.TemporaryDirectory() as name:
        runs = Path(name) / "runs"
        subprocess.run(  # noqa: S603 -- the project's own command
            [sys.executable, "-m", "spacewheat_sim", *RUN, "--out", str(runs)],
            check=True,
            capture_output=True,
        )
        page = write_report([runs], Path(name) / "report.html", figures=1).path
        picture = Image.open(io.BytesIO(_seen(page)))
    picture.convert("RGB").quantize(COLORS).save(TARGET, optimize=True)
    print(f"wrote {TARGET.name}")


def _seen(page_file: Path) -> bytes:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        size = {"width": 1280, "height": 960}
        page = browser.new_page(color_scheme="dark", viewport=size)
        page.goto(f"{page_file.as_uri()}#run-0")
        page.locator(".player").wait_for()
        for _ in range(4):
            page.get_by_role("button", name="Next event").click()
        page.locator("#scrub").focus()
        for _ in range(LATER):
            page.keyboard.press("ArrowRight")
        page.mouse.move(0, 0)
        picture = page.screenshot()
        browser.close()
    return picture


if __name__ == "__main__":
    main()
