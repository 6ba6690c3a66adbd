"""What is loaded before anything is done; how long that takes is a benchmark."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"scipy", "numba", "matplotlib", "pygame", "numpy", "pydantic", "platformdirs"}
HELP = "from spacewheat_sim.cli import main\nmain(['--help'])"


@pytest.mark.parametrize("code", ["import spacewheat_sim", HELP])
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str) -> None:
    report = "import sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert HEAVY & set(done.stderr.split()) == set()


def test_the_package_itself_loads_less_than_forty_modules() -> None:
    code = (
        "import sys; bare = len(sys.modules)\n"
        "import spacewheat_sim; print(len(sys.modules) - bare)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 40
