"""The window: everything that uses pygame, which is imported only here."""

import os

# pygame would print a greeting to stdout, which is for data.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
