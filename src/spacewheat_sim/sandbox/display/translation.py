"""Translates pygame's events to the sandbox's inputs, in logical pixels.

Only data of the events is used, never polled state, so that posted events have the same
effect as real ones.
"""

from __future__ import annotations

import pygame

from spacewheat_sim.sandbox.inputs import (
    Alt,
    Button,
    Input,
    Key,
    Moved,
    Pressed,
    Released,
    Wheeled,
)

_BUTTONS: dict[int, Button] = {1: "left", 2: "middle", 3: "right"}

_NAMES = {
    pygame.K_SPACE: "space",
    pygame.K_RETURN: "return",
    pygame.K_KP_ENTER: "return",
    pygame.K_ESCAPE: "escape",
    pygame.K_TAB: "tab",
    pygame.K_BACKSPACE: "backspace",
    pygame.K_DELETE: "delete",
    pygame.K_LEFT: "left",
    pygame.K_RIGHT: "right",
    pygame.K_UP: "up",
    pygame.K_DOWN: "down",
    pygame.K_PAGEUP: "page up",
    pygame.K_PAGEDOWN: "page down",
    pygame.K_HOME: "home",
    pygame.K_END: "end",
    **{getattr(pygame, f"K_F{n}"): f"f{n}" for n in range(1, 13)},
}
_KEYPAD = {
    pygame.K_KP_PLUS: "+",
    pygame.K_KP_MINUS: "-",
    pygame.K_KP_PERIOD: ".",
    pygame.K_KP_EQUALS: "=",
    **{getattr(pygame, f"K_KP{n}"): str(n) for n in range(10)},
}
_ALT = (pygame.K_LALT, pygame.K_RALT)
# Key codes above this type no character.
_LARGEST_CHARACTER = 0x10FFFF

NOWHERE = (-1.0, -1.0)


class Translator:
    """Translates events; it remembers the pointer, which wheel events lack."""

    def __init__(self) -> None:
        self._pointer = NOWHERE
        self._held: set[int] = set()

    def translate(self, event: pygame.event.Event, scale: float) -> Input | None:
        """Return the input of ``event`` at ``scale`` pixels per logical pixel, or None.

        pygame also reports a turn of the wheel as button presses, which are ignored.
        """
        if event.type == pygame.MOUSEMOTION:
            return Moved(*self._point(event, scale))
        if event.type == pygame.MOUSEBUTTONDOWN and event.button in _BUTTONS:
            self._held.add(event.button)
            return Pressed(*self._point(event, scale), _BUTTONS[event.button])
        if event.type == pygame.MOUSEBUTTONUP and event.button in _BUTTONS:
            self._held.discard(event.button)
            return Released(*self._point(event, scale), _BUTTONS[event.button])
        if event.type == pygame.MOUSEWHEEL:
            return Wheeled(*self._pointer, float(getattr(event, "precise_y", event.y)))
        if event.type == pygame.WINDOWLEAVE and not self._held:
            self._pointer = NOWHERE
            return Moved(*NOWHERE)
        if event.type in (pygame.KEYDOWN, pygame.KEYUP) and event.key in _ALT:
            return Alt(event.type == pygame.KEYDOWN)
        if event.type == pygame.WINDOWFOCUSLOST:
            return Alt(False)  # it is let go elsewhere
        if event.type == pygame.KEYDOWN:
            return _key(event)
        return None

    def _point(self, event: pygame.event.Event, scale: float) -> tuple[float, float]:
        x, y = event.pos
        self._pointer = (x / scale, y / scale)
        return self._pointer


def _key(event: pygame.event.Event) -> Key | None:
    modifiers = getattr(event, "mod", 0)
    # Alt Gr, which types characters, is reported as Ctrl with Alt by some systems.
    commands = modifiers & (pygame.KMOD_CTRL | pygame.KMOD_META)
    ctrl = bool(commands) and not modifiers & pygame.KMOD_ALT
    typed = getattr(event, "unicode", "")
    name = _NAMES.get(event.key) or _KEYPAD.get(event.key)
    if name is None and typed.isprintable() and not ctrl:
        name = typed
    if not name and 0 < event.key <= _LARGEST_CHARACTER:
        name = chr(event.key)
    if not name:
        return None
    return Key(name.lower(), shift=bool(modifiers & pygame.KMOD_SHIFT), ctrl=ctrl)
