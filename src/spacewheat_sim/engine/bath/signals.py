"""Signals of a bath; receivers get the bath and, by keyword, the ``event``.

Example:
    >>> from spacewheat_sim import bath_jumped
    >>> @bath_jumped.connect
    ... def tell(bath, event):
    ...     print(f"{event.time:.2f} s: {event}")
"""

from __future__ import annotations

from blinker import Signal

bath_initialized = Signal("A bath was given a new state")
bath_evolved = Signal("A bath has evolved, by one step or by many at once")
bath_jumped = Signal("A bath made a quantum jump")
bath_measured = Signal("An axis of a bath was measured")
bath_collapsed = Signal("A bath was collapsed by hand")
bath_gated = Signal("A gate was applied to axes of a bath")
