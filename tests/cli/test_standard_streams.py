"""Every command, whatever is at the other end of its standard streams."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TextIO, cast

import pytest
from processes import run, unread

from spacewheat_sim.cli import main
from spacewheat_sim.emoji import known_emojis
from spacewheat_sim.jsonio import pretty_json

Captured = pytest.CaptureFixture[str]

RUN = ["--seed", "1", "--no-figures", "--out", "runs"]
COMMANDS = [
    ["--help"],
    ["--version"],
    ["simulate", "--help"],
    ["simulate", "--list"],
    ["simulate", "two_level", "--steps", "5", *RUN],
    ["simulate", "two_level", "--steps", "5", "--trajectories", "5", *RUN],
    ["simulate", "two_level", "--steps", "5", "--json", *RUN],
    ["content", "check"],
    ["content", "check", "--json"],
    ["content", "show", "forest"],
    ["content", "show", "🐺"],
    ["content", "show", "forest", "--json"],
    ["content", "schema"],
    ["content", "graph", "forest"],
    ["content", "new", "biome", "swamp"],
    ["lab", "list"],
    ["lab", "list", "--json"],
    ["lab", "run", "ising_1d", "--help"],
    ["lab", "run", "ising_1d", "--L", "8", "--T", "1", *RUN],
    ["replay", "session.jsonl"],
    ["replay", "session.jsonl", "--json"],
    ["play", "--help"],
    ["play", "two_level", "--frames", "1", "--screenshot", "a.png"],
]
SOURCE = Path(__file__).parents[2]
every_command = pytest.mark.parametrize(
    "words", COMMANDS, ids=[" ".join(words) for words in COMMANDS]
)
# What a process does at its very end needs a process to be seen.
as_process = pytest.mark.parametrize(
    "words", [["--help"], ["content", "show", "forest"], ["lab", "list"]], ids=str
)
FULL = "error: Cannot write to standard output: no space left on device\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the commands name, which they are run in."""
    log = SOURCE / "tests" / "playthroughs" / "neighbors.jsonl"
    head = log.read_bytes().split(b"\n")[0]
    (tmp_path / "session.jsonl").write_bytes(head + b"\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def output_to(stream: IO[str]) -> Iterator[None]:
    """Let standard output be ``stream``."""
    before, sys.stdout = sys.stdout, cast("TextIO", stream)
    try:
        yield
    finally:
        sys.stdout = before
        with suppress(OSError):
            stream.close()


@every_command
@pytest.mark.usefixtures("here")
def test_a_full_disk_under_the_output_is_told(
    words: list[str], capsys: Captured
) -> None:
    with output_to(open("/dev/full", "w")):  # noqa: PTH123 -- closed there
        assert main(words) == 1
    assert capsys.readouterr().err.endswith(FULL)


@every_command
@pytest.mark.usefixtures("here")
def test_a_reader_that_goes_away_changes_nothing(
    words: list[str], capsys: Captured
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with output_to(os.fdopen(writer, "w")):
        assert main(words) == 0
    assert "rror: " not in capsys.readouterr().err


@every_command
@pytest.mark.usefixtures("here")
def test_an_output_without_emojis_gets_what_it_can_carry(words: list[str]) -> None:
    kept = io.BytesIO()
    stream = io.TextIOWrapper(kept, encoding="ascii", write_through=True)
    with output_to(stream):
        assert main(words) == 0
        text = kept.getvalue().decode("ascii")
    assert text
    if "--json" in words or words == ["content", "schema"]:
        json.loads(text)


@every_command
@pytest.mark.usefixtures("here")
def test_a_process_without_an_output_says_so(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(words) == 1
    told = "Cannot write to standard output: it is closed\n"
    assert capsys.readouterr().err.endswith(told)


@as_process
def test_a_full_disk_under_the_output_of_a_process_is_told(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(*words, stdout=full)
    assert done.returncode == 1
    assert done.stderr.endswith(FULL)


@as_process
def test_a_process_that_nobody_reads_ends_well(words: list[str]) -> None:
    code, errors = unread(*words)
    assert code == 0
    assert "rror: " not in errors


@as_process
def test_a_process_with_an_ascii_output_ends_well(words: list[str]) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = run(*words, env=environment, encoding="ascii")
    assert done.returncode == 0
    assert done.stdout


def test_the_c_locale_without_its_coercion_gives_names_for_emojis() -> None:
    """Python's streams then have another way with characters that they lack."""
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONIOENCODING"}
    done = run(
        *("content", "show", "biotic_flux"),
        env={**environment, **plain},
        encoding="ascii",
    )
    assert done.returncode == 0
    assert ":crescent moon:" in done.stdout
    asked = run("content", "show", "🐺", env={**environment, **plain}, encoding="ascii")
    assert asked.returncode == 2
    assert "reads arguments as ascii, which has no emojis" in asked.stderr


@as_process
def test_a_process_without_streams_ends_without_a_word(words: list[str]) -> None:
    done = run(*words, stdout=None, stderr=None, preexec_fn=close_both)
    assert done.returncode == 1


def close_both() -> None:
    os.close(1)
    os.close(2)


def test_an_error_stands_though_nobody_reads_it() -> None:
    with Path("/dev/full").open("w") as full:
        assert run("simulate", "no such biome", stderr=full).returncode == 2


def test_the_code_of_a_check_survives_a_reader_that_goes_away(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("schema: 1\n")
    assert unread("content", "check", str(path))[0] == 2


def test_escapes_of_json_are_those_of_json() -> None:
    text = pretty_json({"🐺": "🌾"}, ascii_only=True)
    assert text.isascii()
    assert json.loads(text) == {"🐺": "🌾"}


def test_signs_of_ours_have_plain_ones_in_ascii() -> None:
    kept = io.BytesIO()
    plain = io.TextIOWrapper(kept, encoding="ascii", errors="spacewheat")
    plain.write("🌾 █ ≤ … é")
    plain.flush()
    assert kept.getvalue() == rb":sheaf of rice: # <= ... \xe9"


def test_every_emoji_has_a_name_where_the_encoding_lacks_it() -> None:
    kept = io.BytesIO()
    plain = io.TextIOWrapper(kept, encoding="ascii", errors="spacewheat")
    keycaps = {emoji for emoji in known_emojis() if emoji[0].isascii()}
    plain.write("\n".join(sorted(known_emojis() - keycaps)))
    plain.flush()
    said = kept.getvalue().decode("ascii")
    assert "U0001" not in said
    assert all(line.startswith(":") and line.endswith(":") for line in said.split("\n"))


def test_what_a_file_says_does_not_steer_the_terminal(
    capsys: Captured,
) -> None:
    assert main(["simulate", "a\x1b[31m\u202eb"]) == 2
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "\u202e" not in said
