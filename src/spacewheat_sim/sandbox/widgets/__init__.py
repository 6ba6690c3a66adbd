"""Buttons, sliders and the like, free of pygame."""
