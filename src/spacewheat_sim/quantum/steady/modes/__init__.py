"""Waits for a jump from the modes of the no-jump evolution."""
