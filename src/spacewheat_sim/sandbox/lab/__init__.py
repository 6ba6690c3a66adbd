"""Screens of the physics lab."""
