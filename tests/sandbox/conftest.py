"""Puts pygame's windows and sounds into the void, before it is first imported."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"

# Settings of the one who runs the tests are theirs.
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="spacewheat-settings-")

# Canvases that need no font, which tests in all folders share.
sys.path.insert(0, str(Path(__file__).parent))
