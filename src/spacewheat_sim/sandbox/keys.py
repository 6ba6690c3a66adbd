"""The keys of the sandbox, as the help page and the README list them."""

from __future__ import annotations

EVERYWHERE: tuple[tuple[str, str], ...] = (
    ("Space", "pause, go on"),
    (". (period)", "pause, and take a single step"),
    ("− and +", "slower, faster: 1/8 to 64 times"),
    ("F5", "restart with the same seed"),
    ("Shift F5", "restart with a new seed"),
    ("Page Up, Page Down", "previous, next biome or scene"),
    ("S", "save a screenshot"),
    ("R", "begin or end recording a GIF"),
    ("F11", "full screen"),
    ("Ctrl +, −, 0", "larger, smaller, as at first"),
    ("F1", "this page"),
    ("Ctrl Q", "quit"),
)

BIOME: tuple[tuple[str, str], ...] = (
    ("click two bubbles", "plant an axis: north, then south"),
    ("right click a bubble", "collapse the biome onto it"),
    ("1, 2, 3", "method: trajectory, master, spec"),
    ("D, Shift D", "next, previous length of a tick"),
    ("K", "next kind of measurement"),
    ("[ and ]", "weaker, stronger measurement"),
    ("click, or ← → ↑ ↓", "choose among the axes"),
    ("M", "measure the chosen axis"),
    ("H", "harvest it"),
    ("X or Delete", "remove it"),
    ("A, I", "the axes, or the last bubble's icon"),
    ("Esc", "let go of what is chosen"),
    ("right click a slider", "back to the authored value"),
)

LAB: tuple[tuple[str, str], ...] = (("drag or wheel", "move a slider"),)
