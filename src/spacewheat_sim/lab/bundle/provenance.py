"""The environment of a run: versions, platform, BLAS, revision; no private names."""

from __future__ import annotations

import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_info

import spacewheat_sim

PACKAGES = ("numpy", "scipy", "numba", "pydantic", "PyYAML", "matplotlib")


def environment() -> dict[str, Any]:
    """Return versions, platform, BLAS libraries with threads, and git revision."""
    return {
        "versions": {
            "python": platform.python_version(),
            "spacewheat_sim": spacewheat_sim.__version__,
            **{name: metadata.version(name) for name in PACKAGES},
        },
        "platform": {
            "system": platform.system(),
            "machine": platform.machine(),
            "implementation": platform.python_implementation(),
        },
        "blas": [
            {
                "library": library.get("internal_api"),
                "version": library.get("version"),
                "threads": library.get("num_threads"),
            }
            for library in threadpool_info()
            if library.get("user_api") == "blas"
        ],
        "git_revision": git_revision(),
    }


def git_revision() -> str | None:
    """Return the commit of the sources, or None outside a checkout."""
    root = Path(spacewheat_sim.__file__).resolve().parents[2]
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    try:
        answer = subprocess.run(  # noqa: S603 -- fixed arguments, found on the PATH
            [git, "rev-parse", "HEAD"],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # Ctrl-C is for this program, not for git
        )
    except OSError:
        return None
    return answer.stdout.strip() or None
