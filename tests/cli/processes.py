"""The command line as processes: started, watched, stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "spacewheat_sim"]
PATIENCE = 120.0


def start(*words: str, **options: Any) -> subprocess.Popen[str]:
    """Start a command with both streams caught; if it crashes, they tell where."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    options.setdefault("env", {**os.environ, "PYTHONFAULTHANDLER": "1"})
    return subprocess.Popen([*COMMAND, *words], text=True, **pipes | options)


def run(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end with both streams caught."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    settings = pipes | {"text": True, "timeout": PATIENCE} | options
    return subprocess.run([*COMMAND, *words], check=False, **settings)


def unread(*words: str) -> tuple[int, str]:
    """Run a command whose output nobody reads; return the exit code and errors."""
    with start(*words) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    return process.returncode, errors


def wait_until(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Wait until something is true of a process that runs on."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)


def stopped(process: subprocess.Popen[str], number: int) -> tuple[int, str, str]:
    """Send a signal; return the exit code, output and errors that follow."""
    os.kill(process.pid, number)
    output, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, output, errors


def meta_of(bundle: Path) -> dict[str, Any]:
    """Return what a bundle says of itself."""
    return dict(json.loads((bundle / "meta.json").read_text(encoding="utf-8")))


SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
