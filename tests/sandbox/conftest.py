"""Canvases that need no font, which tests in all folders share."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

# Settings and best runs of the one who runs the tests are theirs.
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="spacewheat-settings-")
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="spacewheat-data-")

# Canvases that need no font, which tests in all folders share.
sys.path.insert(0, str(Path(__file__).parent))

import pytest

from spacewheat_sim.sandbox.pace import Pace


@pytest.fixture(autouse=True)
def ticks_take_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop that is compiled for the first time takes longer than a frame may."""
    monkeypatch.setattr(Pace.__init__, "__defaults__", (lambda: 0.0,))
