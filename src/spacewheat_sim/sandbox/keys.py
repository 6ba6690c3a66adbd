"""The keys of the sandbox, as the help page and the README list them."""

from __future__ import annotations

EVERYWHERE: tuple[tuple[str, str], ...] = (
    ("Space", "pause, go on"),
    (". (period)", "pause, and take a single step"),
    ("− and +", "slower, faster: 1/8 to 64 times"),
    ("F5", "restart with the same seed"),
    ("Shift F5", "restart with a new seed"),
    ("Page Up, Page Down", "previous, next biome or lab scene"),
    ("S", "save a screenshot"),
    ("R", "begin or end recording a GIF"),
    ("F11", "full screen"),
    ("Ctrl + and Ctrl −", "larger, smaller"),
    ("F1", "this page"),
    ("Ctrl Q", "quit"),
)

BIOME: tuple[tuple[str, str], ...] = (
    ("click two bubbles", "plant an axis: first north, then south"),
    ("right click on a bubble", "collapse the biome onto it"),
    ("1, 2, 3", "method: trajectory, master, spec"),
    ("D, Shift D", "next, previous length of a tick"),
    ("K", "next kind of measurement"),
    ("[ and ]", "weaker, stronger measurement"),
    ("← → ↑ ↓", "choose among the axes"),
    ("M", "measure the chosen axis"),
    ("H", "harvest it"),
    ("X or Delete", "remove it"),
    ("A, I", "show the axes, or the icon of the last bubble"),
    ("Esc", "let go of what is chosen"),
    ("right click on a slider", "back to the authored value"),
)

LAB: tuple[tuple[str, str], ...] = (("drag, or turn the wheel", "move a slider"),)
