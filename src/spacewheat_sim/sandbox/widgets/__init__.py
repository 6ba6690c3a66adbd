"""Buttons, sliders and other controls, without pygame."""
