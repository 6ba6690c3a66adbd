"""Makes every run of the tests the same: BLAS threads, examples, signals heeded."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before numpy is first imported

# Windows and sounds of pygame go into the void, before it is first imported.
os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"

# Who starts the tests in the background may have them ignore requests to stop, which
# every process they start would inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Problems with known answers, which tests in all folders share.
sys.path.insert(0, str(Path(__file__).parent / "systems"))

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("fixed")


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> Any:
    """Let workers begin in different folders and steal from each other.

    A kernel is then compiled, and a fixture of a module made, by one of them.
    """
    if config.getoption("dist") != "load":  # asked for by whoever runs the tests
        return None
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)
