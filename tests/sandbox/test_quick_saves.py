"""Quick saves, saves of their own, and sessions that are continued."""

from __future__ import annotations

from pathlib import Path

import pytest

from spacewheat_sim.cli.command import run_command
from spacewheat_sim.engine.session.listing import list_sessions
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.inputs import Key
from spacewheat_sim.sandbox.screens import Screens


class Sitting:
    """Someone at the sandbox, without a window."""

    def __init__(self, name: str = "two_level", log: str | None = "a.jsonl") -> None:
        self.log = None if log is None else SessionLog(log)
        self.screens = Screens(7, self.log)
        self.app = App(self.screens.catalog, self.screens.open, name)

    @property
    def session(self):
        return self.app.screen.session

    def press(self, key: str) -> str:
        self.app.handle(Key(key))
        return self.app.pending_notice

    def close(self) -> None:
        self.app.close()
        self.screens.close()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_was_saved_is_loaded_again_and_the_log_still_replays(folder: Path) -> None:
    sitting = Sitting("forest_small")
    sitting.app.advance(0.5)
    assert "runs/saves/forest_small.world" in sitting.press("f6")
    saved = sitting.session.world.digest()
    sitting.app.advance(1.0)
    assert sitting.session.world.digest() != saved
    assert "Loaded" in sitting.press("f9")
    assert sitting.session.world.digest() == saved
    sitting.app.advance(0.5)
    sitting.close()
    replayed = replay_session(read_session(folder / "a.jsonl"))
    assert (replayed.chapters, replayed.difference) == (2, None)
    assert not replayed.cut_short


def test_loading_without_a_save_says_so_and_changes_nothing() -> None:
    sitting = Sitting(log=None)
    before = sitting.session.world.digest()
    assert "no such file" in sitting.press("f9")
    assert sitting.session.world.digest() == before


def test_a_save_that_cannot_be_written_is_said_and_playing_goes_on() -> None:
    Path("runs").write_text("a file in the way")
    sitting = Sitting(log=None)
    assert "Cannot save" in sitting.press("f6")
    sitting.app.advance(0.1)
    assert sitting.session.world.tick_count == 6


def test_a_session_saves_itself_every_minute_until_it_ends(folder: Path) -> None:
    sitting = Sitting()
    sitting.session.clock.paused = True
    sitting.app.advance(59.0)
    assert not (folder / "a.autosave").exists()
    sitting.app.advance(1.0)
    assert (folder / "a.autosave").exists()
    sitting.screens.forget_autosave()
    assert not (folder / "a.autosave").exists()
    sitting.close()


@pytest.mark.parametrize("file", ["a.jsonl", "runs/saves/two_level.world"])
def test_a_file_is_continued_where_it_ends(file: str) -> None:
    first = Sitting()
    first.app.advance(1.0)
    first.press("f6")
    first.close()
    second = Sitting(file, "b.jsonl")
    assert second.session.world.digest() == first.session.world.digest()
    second.app.advance(1.0)
    second.close()
    assert replay_session(read_session("b.jsonl")).difference is None


def test_a_backup_is_continued_by_its_own_name() -> None:
    first = Sitting(log=None)
    first.press("f6")
    saved = first.session.world.digest()
    first.app.advance(1.0)
    first.press("f6")
    backup = "runs/saves/two_level.world.backup"
    assert Sitting(backup, log=None).session.world.digest() == saved
    assert run_command(["play", "--continue", backup, "--frames", "2"]) == 0


@pytest.mark.parametrize("name", ["a.world", "a.autosave", "a.world.backup"])
def test_names_that_tell_something_else_are_refused(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["play", "--frames", "2", "--log", name]) == 2
    assert "should end in .jsonl" in capsys.readouterr().err
    assert not Path(name).exists()


def test_a_file_that_is_neither_log_nor_save_is_not_continued(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = Sitting(log=None)
    first.press("f6")
    Path("runs/saves/two_level.world").rename("a.save")
    assert run_command(["play", "--continue", "a.save", "--frames", "2"]) == 2
    assert "ends in .jsonl" in capsys.readouterr().err


def test_a_session_that_a_crash_ended_is_offered(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with SessionLog(folder / "runs/sessions/a.jsonl") as log:
        screens = Screens(7, log)
        App(screens.catalog, screens.open, "two_level").advance(1.5)
    (left,) = list_sessions(folder / "runs/sessions")
    assert (left.state, left.ticks) == ("cut short", 60)
    offered = Screens(left=left)
    key, title = offered.catalog[-1]
    assert title == "continue TwoLevel, tick 60"
    screen = App(offered.catalog, offered.open, key).screen
    assert screen.session.world.tick_count == 60
    assert run_command(["sessions"]) == 0
    assert "cut short   TwoLevel, tick 60  runs/sessions/a.jsonl" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("my saves.jsonl", "'my saves.jsonl'"),
        ("-log.jsonl", "./-log.jsonl"),
        ("a\n2026 \u202eb.jsonl", r"'a\n2026 \u202eb.jsonl'"),
        ("🌾.jsonl", "'🌾.jsonl'"),
    ],
)
def test_names_of_logs_are_told_in_a_line_and_as_shells_read_them(
    name: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["play", "two_level", "--frames", "2", f"--log=./{name}"]) == 0
    assert f"spacewheat replay {shown})\n" in capsys.readouterr().err
    assert run_command(["sessions", "."]) == 0
    assert capsys.readouterr().out.count("\n") == 1
    assert run_command(["play", "--continue", f"./{name}", "--frames", "2"]) == 0


def test_the_command_continues_a_save_and_refuses_what_it_cannot() -> None:
    sitting = Sitting(log=None)
    sitting.press("f6")
    save = "runs/saves/two_level.world"
    assert run_command(["play", "--continue", save, "--frames", "2"]) == 0
    assert run_command(["play", "forest", "--continue", save, "--frames", "2"]) == 2
    assert run_command(["play", "--continue", "none.world", "--frames", "2"]) == 2
    Path(save).write_text("{}")
    assert run_command(["play", "--continue", save, "--frames", "2"]) == 2
