"""Steady states of static baths, and how many there are."""

from __future__ import annotations

from spacewheat_sim.quantum.steady.state import steady_state

__all__ = ["steady_state"]
