"""Heavy packages load where they are used, and nowhere else."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import spacewheat_sim

PACKAGE = Path(spacewheat_sim.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("scipy", "numba", "matplotlib", "pygame")


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_only_kernels_import_numba() -> None:
    users = [path for path in FILES if "numba" in imported(path)]
    for path in users:
        assert path.stem in {"kernels", "kernel_cache"} or path.parent.name == "kernels"


def test_only_the_sandbox_imports_pygame() -> None:
    users = [path.relative_to(PACKAGE) for path in FILES if "pygame" in imported(path)]
    assert all(path.parts[0] == "sandbox" for path in users)


@pytest.mark.parametrize(
    "statement",
    [
        "import spacewheat_sim",
        "import spacewheat_sim.errors",
        "import spacewheat_sim.cli",
    ],
)
def test_importing_the_package_loads_nothing_heavy(statement: str) -> None:
    code = f"{statement}\nimport sys\nprint([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    for name in spacewheat_sim.__all__:
        assert getattr(spacewheat_sim, name) is not None
    assert sorted(spacewheat_sim.__all__) == dir(spacewheat_sim)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="QuantumBth"):
        _ = spacewheat_sim.QuantumBth
