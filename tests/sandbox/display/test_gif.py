from __future__ import annotations

import io

import numpy as np
import pygame
import pytest
from PIL import Image

from spacewheat_sim.sandbox.display.saved.gif import INTERVAL, LONGEST, Recording


def surface_of(color: tuple[int, int, int]) -> pygame.Surface:
    surface = pygame.Surface((64, 40), 0, 32)
    surface.fill(color)
    surface.fill((0, 158, 115), (0, 0, 32, 40))
    return surface


def test_frames_come_back_in_order_in_their_colors_and_time() -> None:
    recording = Recording()
    colors = [(15, 18, 28), (228, 232, 241), (213, 94, 0)]
    for n, color in enumerate(colors):
        recording.note(surface_of(color), n * INTERVAL)
    with Image.open(io.BytesIO(recording.content())) as gif:
        assert gif.size == (32, 20)
        assert gif.n_frames == 3
        for n, color in enumerate(colors):
            gif.seek(n)
            assert gif.info["duration"] == 60
            frame = np.asarray(gif.convert("RGB")).astype(int)
            assert np.abs(frame[10, 24] - color).max() <= 8
            assert np.abs(frame[10, 4] - (0, 158, 115)).max() <= 8


def test_a_frame_is_taken_when_it_is_time() -> None:
    recording = Recording()
    for n in range(121):
        recording.note(surface_of((n, 0, 0)), n / 60)
    assert recording.seconds == pytest.approx(2.0, abs=2 * INTERVAL)


def test_a_recording_ends_by_itself() -> None:
    recording = Recording()
    frames = 0
    while not recording.full:
        recording.note(surface_of((0, 0, 0)), frames * INTERVAL)
        frames += 1
    recording.note(surface_of((0, 0, 0)), 1e6)
    assert recording.seconds == pytest.approx(LONGEST, abs=INTERVAL)


def test_large_windows_are_reduced_further() -> None:
    recording = Recording()
    recording.note(pygame.Surface((3840, 2160), 0, 32), 0.0)
    assert recording.size == (960, 540)


def test_a_window_resized_while_recording_keeps_the_frame_size() -> None:
    recording = Recording()
    recording.note(surface_of((0, 0, 0)), 0.0)
    recording.note(pygame.Surface((100, 100), 0, 32), 1.0)
    with Image.open(io.BytesIO(recording.content())) as gif:
        gif.seek(1)
        assert gif.size == (32, 20)
