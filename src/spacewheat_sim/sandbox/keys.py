"""The keys of the sandbox, as the help page and the README list them."""

from __future__ import annotations

from spacewheat_sim.sandbox.inputs import Key

EVERYWHERE: tuple[tuple[str, str], ...] = (
    ("Space", "pause, resume"),
    (". (period)", "pause, and take one tick"),
    ("− and +", "slower, faster: 1/8 to 64 times"),
    ("F5", "restart with the same seed"),
    ("Shift F5", "restart with a new seed"),
    ("Page Up, Page Down", "previous, next biome or scene"),
    ("Ctrl K", "find anything by its name"),
    ("S", "save a screenshot"),
    ("P", "save the oval alone, larger"),
    ("R", "start or stop recording a GIF"),
    ("F11", "full screen"),
    ("Ctrl +, −, 0", "zoom in, zoom out, reset"),
    ("F1", "this page"),
    ("Ctrl Q", "quit"),
)

BIOME: tuple[tuple[str, str], ...] = (
    ("click two bubbles", "plant an axis: north, then south"),
    ("right click a bubble", "collapse onto it, or its moves"),
    ("click a sphere", "choose an axis for gates"),
    ("click a gate", "apply it to that axis"),
    ("1, 2, 3", "method: trajectory, master, spec"),
    ("1 to 9", "make a move of a challenge"),
    ("D, Shift D", "next, previous length of a tick"),
    ("K", "next kind of measurement"),
    ("[ and ]", "weaker, stronger measurement"),
    ("click, or ← → ↑ ↓", "select an axis (↑ ↓ while paused)"),
    ("M", "measure the selected axis"),
    ("H", "harvest it"),
    ("X or Delete", "remove it"),
    ("F6, F9", "save, load what was saved"),
    ("A, I, V, N, C", "axes, icon, state, next, A and B"),
    ("G", "the goal of a challenge"),
    ("drag in the river", "go back in time"),
    ("← →, Shift ← →", "while paused: a tick, a second"),
    ("Home, End", "the beginning, the end"),
    ("Ctrl Z, Ctrl Shift Z", "undo, redo"),
    ("B, Tab", "branch from here, next branch"),
    ("hold Alt on M, H …", "see what may come of it"),
    ("Esc", "cancel the selection"),
    ("right click a slider", "reset to the authored value"),
)

LAB: tuple[tuple[str, str], ...] = (("drag or wheel", "move a slider"),)


def shown_key(key: Key) -> str:
    """Return a key as the help page writes it.

    Example:
        >>> shown_key(Key("page up")), shown_key(Key("z", shift=True, ctrl=True))
        ('Page Up', 'Ctrl Shift Z')
    """
    parts = [part for part, held in (("Ctrl", key.ctrl), ("Shift", key.shift)) if held]
    return " ".join((*parts, key.name.title()))
