"""Figures of runs: every function returns a matplotlib figure and keeps no state.

Importing a module of this folder loads matplotlib, so callers import it late. No
figure touches pyplot, and the same input gives the same bytes.
"""
