"""The time river: the past of a session and its branches, to look at and act in."""
