"""Build the wheel, install it in a fresh environment outside the checkout, use it.

    python tools/check_wheel.py

What a wheel can lack without a test in the checkout noticing is data: icons, biomes,
the emoji atlas, the report's page, licenses. So this runs the commands that need them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Build, install, and run a few commands; any failure raises."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run(sys.executable, "-m", "build", "--outdir", str(folder), str(CHECKOUT))
        (wheel,) = folder.glob("*.whl")
        venv.create(folder / "venv", with_pip=True)
        scripts = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
        _run(str(scripts / "pip"), "install", "--quiet", str(wheel), cwd=folder)
        spacewheat = str(scripts / "spacewheat")
        _run(spacewheat, "content", "check", cwd=folder)
        words = ["simulate", "biotic_flux", "--steps", "60", "--seed", "0", "--json"]
        report = json.loads(_run(spacewheat, *words, cwd=folder))
        bundle = folder / report["bundle"]
        made = sorted(path.name for path in bundle.rglob("*") if path.is_file())
        page = folder / "report.html"
        _run(spacewheat, "lab", "report", "--out", str(page), cwd=folder)
        assert "Leon Sorokin" in page.read_text(encoding="utf-8")  # noqa: S101 -- a check
    assert report["status"] == "complete", report["status"]  # noqa: S101 -- a check
    assert "populations.png" in made, made  # noqa: S101 -- a check
    print(f"{wheel.name} works outside the checkout: wrote {', '.join(made)}")


def _run(*words: str, cwd: Path = CHECKOUT) -> str:
    """Run a command and return what it printed; show it where it fails."""
    done = subprocess.run(  # noqa: S603 -- the project's own commands
        words, cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
