"""What a figure was measured on: machine, versions, commit and date."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import threadpoolctl
from peer_environment import PYTHON, peer_versions
from timing import free_environment

HERE = Path(__file__).parent
PACKAGES = ("spacewheat-sim", "numpy", "scipy", "numba", "llvmlite")


def describe() -> dict[str, object]:
    """Return the facts that a run's file and its table begin with; no host name."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "peers": peer_versions(),
        "kernels": {
            "here": blas_kernels(Path(sys.executable)),
            "peers": blas_kernels(PYTHON),
        },
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def blas_kernels(python: Path) -> dict[str, str]:
    """Return, by package, the BLAS and the kernels that an environment runs.

    They are those of the processor, whatever this process was told to use, as they are
    for every case.
    """
    if not python.exists():
        return {}
    words = [str(python), str(HERE / "blas_report.py"), threadpoolctl.__file__]
    done = subprocess.run(  # noqa: S603 - a script of this folder
        words, env=free_environment(), capture_output=True, text=True, check=False
    )
    return dict(json.loads(done.stdout)) if done.returncode == 0 else {}


def file_name(machine: dict[str, object]) -> str:
    """Return DATE-MACHINE.json."""
    date = re.sub(r"\D", "", str(machine["date"]))
    words = re.findall(r"[a-z0-9]+", str(machine["processor"]).lower())
    return f"{date[:8]}T{date[8:]}-{'-'.join(words[:4])}-{machine['cores']}.json"


def processor() -> str:
    """Return the name of the processor."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def commit() -> str:
    """Return the commit measured, marked where the sources differ from it."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    here = Path(__file__).parent
    words = [git, "-C", str(here), "describe", "--always", "--dirty", "--abbrev=10"]
    done = subprocess.run(  # noqa: S603 - git itself
        words, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"
