"""Compares runs with each other: what they share, and where their numbers differ."""
