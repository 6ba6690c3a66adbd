"""Heavy packages load where they are used, and nowhere else."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import spacewheat_sim

PACKAGE = Path(spacewheat_sim.__file__).parent
ROOT = Path(__file__).parents[2]
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


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path, known: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                found = inside if inside in known else node.module
                if found in known:
                    yield found


@pytest.mark.parametrize("root", [PACKAGE.parent, ROOT / "benchmarks"], ids=str)
def test_no_modules_import_each_other_in_a_circle(root: Path) -> None:
    files = {module_name(path, root): path for path in root.rglob("*.py")}
    graph = {
        name: set(imported_modules(path, set(files))) - {name}
        for name, path in files.items()
    }
    assert len(graph) > 30
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_no_folder_has_more_than_twenty_modules() -> None:
    folders = {path.parent for path in FILES}
    for folder in folders:
        names = [path for path in folder.glob("*.py") if path.stem != "__init__"]
        assert len(names) <= 20, folder


def functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield path, node


def test_functions_are_short_and_take_few_parameters() -> None:
    for path, node in functions():
        given = node.args
        count = len([*given.posonlyargs, *given.args, *given.kwonlyargs])
        where = f"{path}:{node.lineno} {node.name}"
        assert count <= 12, where
        assert (node.end_lineno or 0) - node.lineno < 60, where


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
