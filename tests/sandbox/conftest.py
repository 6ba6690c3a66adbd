"""Canvases that need no font, which tests in all folders share."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

# Settings of the one who runs the tests are theirs.
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="spacewheat-settings-")

# Canvases that need no font, which tests in all folders share.
sys.path.insert(0, str(Path(__file__).parent))
