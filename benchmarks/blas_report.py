"""Print which BLAS kernels run: python blas_report.py [THREADPOOLCTL.py].

It is run by the interpreter of the environment in question, ours or the peers', as a
benchmark is run. Where ``threadpoolctl`` is not installed there, it is loaded from the
file named.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module, util
from pathlib import Path
from typing import Any

# Each brings a BLAS of its own.
LOADING = ("numpy", "scipy.linalg", "jax")


def main() -> None:
    """Load what is there, and print its BLAS libraries as JSON."""
    for name in LOADING:
        if util.find_spec(name.partition(".")[0]) is not None:
            import_module(name)
    found = [row for row in _threadpoolctl().threadpool_info() if _is_blas(row)]
    print(json.dumps({_package(row): _kernels(row) for row in found}))


def _threadpoolctl() -> Any:
    if util.find_spec("threadpoolctl") is not None:
        return import_module("threadpoolctl")
    spec = util.spec_from_file_location("threadpoolctl", sys.argv[1])
    if spec is None or spec.loader is None:
        raise SystemExit(f"{sys.argv[1]} is no module")
    module = util.module_from_spec(spec)
    sys.modules["threadpoolctl"] = module
    spec.loader.exec_module(module)
    return module


def _is_blas(row: dict[str, Any]) -> bool:
    return row.get("user_api") == "blas"


def _package(row: dict[str, Any]) -> str:
    """Return whose library it is: wheels keep theirs in ``PACKAGE.libs``."""
    folder = Path(row["filepath"]).parent.name
    return folder.removesuffix(".libs") if folder.endswith(".libs") else row["prefix"]


def _kernels(row: dict[str, Any]) -> str:
    """Return library, version and the processor that its kernels are made for."""
    kernels = row.get("architecture") or "kernels unknown"
    return f"{row['internal_api']} {row['version']} {kernels}"


if __name__ == "__main__":
    main()
