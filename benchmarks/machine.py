"""What a figure was measured on: machine, versions, commit and date."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from peer_environment import peer_versions

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
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


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
