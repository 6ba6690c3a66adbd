"""The window: everything that touches pygame, and the only place that imports it."""

import os

# pygame greets on stdout, where only data belongs.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
