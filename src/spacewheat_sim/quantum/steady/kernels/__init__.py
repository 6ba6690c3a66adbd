"""Compiled loops of steady states."""
