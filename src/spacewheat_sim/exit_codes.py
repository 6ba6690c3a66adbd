"""Exit codes of the command line."""

from __future__ import annotations

DONE = 0
FAILED = 1  # the run failed
UNUSABLE = 2  # usage, or invalid content
DIFFERENT = 3  # results differ from those that they are compared with
FAILED_POINTS = 4  # a sweep finished, but some of its points failed
SIGNALED = 128  # plus the number of the signal that stopped it, as shells count it
