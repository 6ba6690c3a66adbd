from __future__ import annotations

import sys
from pathlib import Path

import pygame
import pytest
from PIL import Image

from spacewheat_sim.cli import main
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.sandbox.display.pygame_package import (
    PACKAGES,
    PygameError,
    require_pygame,
)

BIOME = "two_level"


def error_of(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Return exit code and what was said of ``spacewheat play``."""
    code = main(["play", *words])
    return code, capsys.readouterr().err


# --- pictures without a window --------------------------------------------------------


def test_frames_are_drawn_without_a_display(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pygame.display.quit()
    monkeypatch.setenv("SDL_VIDEODRIVER", "no such driver")
    path = tmp_path / "biome.png"
    words = ["--seed", "3", "--frames", "3", "--screenshot", str(path)]
    assert main(["play", BIOME, *words, "--size", "1000x640"]) == 0
    with Image.open(path) as image:
        assert image.size == (1000, 640)
        assert len(image.getcolors(1 << 24) or []) > 20


def test_the_same_seed_draws_the_same_picture(tmp_path: Path) -> None:
    pictures = []
    for number in (1, 2):
        path = tmp_path / f"{number}.png"
        main(["play", BIOME, "--seed", "3", "--screenshot", str(path)])
        pictures.append(path.read_bytes())
    assert pictures[0] == pictures[1]


def test_scale_makes_the_picture_larger(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    assert main(["play", BIOME, "--scale", "2", "--screenshot", str(path)]) == 0
    with Image.open(path) as image:
        assert image.size == (2560, 1440)


def test_each_frame_is_one_tick_and_the_log_replays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "session.jsonl"
    code, said = error_of(capsys, BIOME, "--frames", "7", "--log", str(log))
    assert code == 0
    assert f"spacewheat replay {log}" in said
    replayed = replay_session(read_session(log))
    assert (replayed.ticks, replayed.difference) == (7, None)


def test_a_window_plays_until_it_is_closed_and_its_session_replays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    pygame.display.init()
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    code, said = error_of(capsys, BIOME, "--seed", "1")
    assert code == 0
    (log,) = (tmp_path / "runs" / "sessions").iterdir()
    assert log.name in said
    assert replay_session(read_session(log)).difference is None
    pygame.display.init()
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert main(["replay", str(log), "--play"]) == 0


# --- what cannot be done --------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["no_such_biome"], "no_such_biome"),
        (["frist_harvest"], "did you mean 'first_harvest'"),
        (["--frames", "0"], "--frames"),
        (["--scale", "9"], "--scale must be 1 to 3"),
        (["--size", "big"], "WIDTHxHEIGHT"),
        (["--size", "0x50"], "--size"),
        (["--size", "10x10"], "must be 120x75 to 8192x8192 pixels"),
        (["--frames", "1000001"], "at most 1,000,000"),
        (["--screenshot", "picture.jpg"], ".png"),
        (["--screenshot", "absent/picture.png"], "absent"),
    ],
)
def test_what_makes_no_sense_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    code, said = error_of(capsys, *words)
    assert code == 2
    assert told in said


def test_a_log_that_exists_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "session.jsonl"
    log.write_text("mine")
    code, said = error_of(capsys, BIOME, "--frames", "1", "--log", str(log))
    assert code == 2
    assert "already exists" in said
    assert log.read_text() == "mine"


def test_a_screenshot_in_the_place_of_a_folder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder.png"
    folder.mkdir()
    code, said = error_of(capsys, BIOME, "--screenshot", str(folder))
    assert code == 2
    assert f"{folder}: this is a folder" in said


def test_without_a_display_one_line_names_the_headless_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    pygame.display.quit()
    monkeypatch.setenv("SDL_VIDEODRIVER", "no such driver")
    code, said = error_of(capsys, BIOME)
    assert code == 1
    assert "spacewheat simulate" in said
    assert "Traceback" not in said


# --- pygame itself --------------------------------------------------------------------


def test_the_package_here_is_fit() -> None:
    require_pygame()


def test_both_packages_at_once_are_refused_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in PACKAGES:
        info = tmp_path / f"{name.replace('-', '_')}-9.9.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: {name}\nVersion: 9.9\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PygameError, match="pip uninstall pygame pygame-ce") as caught:
        require_pygame()
    assert caught.value.exit_code == 1
    assert "\n" not in str(caught.value)


def test_without_pygame_the_message_tells_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setitem(sys.modules, "pygame", None)
    with pytest.raises(PygameError, match="pip install pygame"):
        require_pygame()


def test_what_is_left_of_two_packages_is_no_pygame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pygame").mkdir()
    monkeypatch.delitem(sys.modules, "pygame")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(PygameError, match="installed incompletely"):
        require_pygame()
