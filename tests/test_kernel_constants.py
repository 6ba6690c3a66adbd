"""Compiled kernels contain the values of constants: a changed one must be seen."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from os import environ
from pathlib import Path

import pytest

from spacewheat_sim import kernel_cache
from spacewheat_sim.kernel_cache import PACKAGE, imported, stamp

# Compiles, or finds in the cache, a function that returns a constant, for each constant
# that a kernel reads, in the module of that kernel.
READ_CONSTANTS = """
import importlib, json, numpy, sys
from numba.core.dispatcher import Dispatcher
from spacewheat_sim.kernel_cache import njit
found = {}
for name in sys.argv[1:]:
    module = importlib.import_module(name)
    for kernel in list(vars(module).values()):
        if not isinstance(kernel, Dispatcher) or kernel.py_func.__module__ != name:
            continue
        for read in kernel.py_func.__code__.co_names:
            value = vars(module).get(read)
            is_number = isinstance(value, (int, float, numpy.generic))
            if not is_number or f"{name}:{read}" in found:
                continue
            exec(f"def the_{read}(): return {read}", vars(module))
            compiled = njit()(vars(module)[f"the_{read}"])
            found[f"{name}:{read}"] = repr(float(compiled())), repr(float(value))
print(json.dumps(found))
"""


def kernel_modules(root: Path) -> list[str]:
    """Return the modules that compile kernels."""
    names = []
    for path in sorted(root.rglob("*.py")):
        if "import njit\n" in path.read_text():
            parts = path.relative_to(root).with_suffix("").parts
            names.append(".".join((PACKAGE.name, *parts)))
    return names


def all_imported(module: str) -> set[str]:
    """Return a module and what it imports of the package, however indirectly."""
    seen, waiting = {module}, [module]
    while waiting:
        waiting += (new := imported(waiting.pop()) - seen)
        seen |= new
    return seen


def file_of(module: str, root: Path) -> Path:
    path = root.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def assigned(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module gives values to."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = getattr(statement, "targets", None) or [statement.target]
            for target in targets:
                yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))


def origin_of(name: str, module: str) -> str:
    """Return the module that gives a constant of ``module`` its value."""
    origins = {
        each
        for each in all_imported(module)
        if name in assigned(ast.parse(file_of(each, PACKAGE).read_text()))
    }
    (origin,) = origins & {module} or origins
    return origin


@pytest.fixture(autouse=True)
def _forgotten_sources() -> Iterator[None]:
    yield
    for remembered in (stamp, imported, kernel_cache._source):
        remembered.cache_clear()


@pytest.mark.slow
def test_every_constant_that_a_kernel_reads_is_seen_when_it_changes(
    tmp_path: Path,
) -> None:
    root = tmp_path / "src" / PACKAGE.name
    shutil.copytree(PACKAGE, root, ignore=shutil.ignore_patterns("__pycache__"))
    modules = kernel_modules(root)

    def read() -> dict[str, list[str]]:
        variables = {
            "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
            "PYTHONPATH": str(root.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, "-c", READ_CONSTANTS, *modules]
        done = subprocess.run(
            command,
            check=False,
            env=environ | variables,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, list[str]] = json.loads(done.stdout)
        return found

    before = read()
    assert len(before) > 50
    for key in before:
        module, name = key.split(":")
        origin = origin_of(name, module)
        change = f"\n{name} = {name} * type({name})(2) + type({name})(3)\n"
        file = file_of(origin, root)
        if change not in file.read_text():
            file.write_text(file.read_text() + change)
    after = read()
    stale = [key for key, (compiled, value) in after.items() if compiled != value]
    same = [key for key in before if before[key] == after[key]]
    assert (stale, same) == ([], [])


def test_the_stamp_follows_what_a_module_imports_and_nothing_else(
    tmp_path: Path,
) -> None:
    def write(name: str, text: str) -> None:
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def stamps() -> list[bytes]:
        for remembered in (stamp, imported, kernel_cache._source):
            remembered.cache_clear()
        return [stamp(f"{PACKAGE.name}.{name}", tmp_path) for name in ("a", "d")]

    write("a", f"from {PACKAGE.name}.b import (  # words\n    other,\n    VALUE,\n)\n")
    write("b/__init__", f"def f():\n    from {PACKAGE.name} import c, d_too\n")
    write("c", "VALUE = 1\n")
    write("d", "import math\n")
    a, d = stamps()
    write("c", "VALUE = 2\n")
    a_changed, d_same = stamps()
    assert a != a_changed
    assert d == d_same
    write("d", "import math, json\n")
    assert stamps() == [a_changed, stamps()[1]]
    assert stamps()[1] != d
