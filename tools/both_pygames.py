"""Run the sandbox's tests on the other of the two packages imported as ``pygame``.

    python tools/both_pygames.py [TESTS OR PYTEST FLAGS]

The project installs pygame, or pygame-ce where pygame has no wheels; someone may have
either, and both cannot be installed at once. So this makes a fresh environment with the
one that is not installed here, and whatever else the project needs.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
TESTS = CHECKOUT / "tests" / "sandbox"
TEST_TOOLS = ["pytest", "hypothesis"]


def main() -> int:
    """Install, run the tests, and return pytest's exit code."""
    other = "pygame-ce" if _is_installed("pygame") else "pygame"
    with tempfile.TemporaryDirectory() as name:
        venv.create(name, with_pip=True)
        scripts = Path(name) / ("Scripts" if sys.platform == "win32" else "bin")
        python = str(scripts / "python")
        install = [python, "-m", "pip", "install", "--quiet"]
        _run(*install, *_dependencies(other), *TEST_TOOLS)
        _run(*install, "--no-deps", "--editable", str(CHECKOUT))
        _run(python, "-c", "import pygame; print(pygame.version.ver, pygame.__file__)")
        tests = [python, "-m", "pytest", "-q", *(sys.argv[1:] or [str(TESTS)])]
        return subprocess.run(tests, cwd=CHECKOUT, check=False).returncode  # noqa: S603


def _dependencies(package: str) -> list[str]:
    """Return what the project needs, with ``package`` as its only pygame."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = project["project"]["dependencies"]
    others = [line for line in needed if not re.match(r"pygame\b", line)]
    (line,) = (line for line in needed if re.match(rf"{package}[><=]", line))
    return [*others, line.partition(";")[0].strip()]


def _is_installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _run(*words: str) -> None:
    subprocess.run(words, cwd=CHECKOUT, check=True)  # noqa: S603 -- our own commands


if __name__ == "__main__":
    sys.exit(main())
