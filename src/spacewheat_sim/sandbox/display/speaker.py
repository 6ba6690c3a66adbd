"""Plays sounds; a computer without a speaker stays silent."""

from __future__ import annotations

from collections.abc import Callable

import pygame

from spacewheat_sim.sandbox.sounds import RATE, Sound, wave


class Speaker:
    """Plays sounds, once the first one is asked for.

    Args:
        notice: Shows the player a line of text: there is no sound.
    """

    def __init__(self, notice: Callable[[str], object]) -> None:
        self._notice = notice
        self._made: dict[Sound, pygame.mixer.Sound] = {}
        self._broken = False

    def play(self, sound: Sound) -> None:
        """Play a sound; several are heard together."""
        if self._broken:
            return
        try:
            if not pygame.mixer.get_init():
                pygame.mixer.init(frequency=RATE, size=-16, channels=1, buffer=512)
            if sound not in self._made:
                self._made[sound] = pygame.mixer.Sound(buffer=wave(sound).tobytes())
            self._made[sound].play()
        except pygame.error as error:
            self._broken = True
            self._notice(f"There is no sound: {error}")

    def close(self) -> None:
        """Let go of the speaker."""
        if pygame.mixer.get_init():
            pygame.mixer.quit()
        self._made.clear()
