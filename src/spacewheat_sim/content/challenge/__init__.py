"""Challenges as authored: what may be done, at what cost, and to what end."""
