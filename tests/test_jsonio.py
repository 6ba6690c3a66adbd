"""Files that are whole or absent, and reading that never waits."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import (
    open_regular,
    read_file,
    write_atomically,
    written_atomically,
)


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0, 0o666)])
def test_the_mode_of_a_file_follows_the_umask(
    mask: int, mode: int, tmp_path: Path
) -> None:
    before = os.umask(mask)
    try:
        write_atomically(tmp_path / "a", "text")
        write_atomically(tmp_path / "b", "text", replace=False)
    finally:
        os.umask(before)
    for name in "ab":
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode


def test_a_new_file_replaces_none_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "mine"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        write_atomically(path, "theirs", replace=False)
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]
    assert path.read_text() == "mine"


def test_a_new_file_is_written_where_there_are_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    path = tmp_path / "a"
    write_atomically(path, "first", replace=False)
    with pytest.raises(FileExistsError):
        write_atomically(path, "second", replace=False)
    assert path.read_text() == "first"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_an_error_names_the_file_that_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "a"
    with pytest.raises(FileNotFoundError) as caught:
        write_atomically(path, "text")
    assert caught.value.filename == str(path)


def test_a_name_that_is_no_unicode_can_be_written_about(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", os.fsdecode(b"\xff"))
    assert (tmp_path / "a").read_text() == "\\udcff"


def test_a_pipe_a_device_and_a_folder_are_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, why in (
        (pipe, "no regular file"),
        (Path("/dev/zero"), "no regular file"),
        (tmp_path, "is a directory"),
        (tmp_path / "nowhere", "no such file"),
        (tmp_path / ("a" * 300), "name too long"),
        (Path("a\0b"), "null byte"),
    ):
        with pytest.raises(ArgumentError, match=why):
            read_file(path, 10)
        with pytest.raises(OSError, match=r".+"):
            open_regular(path)


def test_a_file_larger_than_asked_for_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    assert read_file(path, 10) == b"0123456789"
    with pytest.raises(ArgumentError, match="larger than 9 bytes"):
        read_file(path, 9)


def test_a_file_that_is_written_piece_by_piece_is_whole_or_as_it_was(tmp_path):
    path = tmp_path / "table.csv"
    with written_atomically(path) as file:
        file.write("a\n")
        assert not path.exists()
    with pytest.raises(TypeError), written_atomically(path) as file:
        file.writelines(["b\n", None])
    assert path.read_text() == "a\n"
    assert list(tmp_path.iterdir()) == [path]
    missing = tmp_path / "nowhere" / "x"
    with pytest.raises(OSError, match="nowhere/x"), written_atomically(missing):
        pass
