"""What pages show of commands and their answers, typed command by command."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spacewheat_sim.cli import main
from spacewheat_sim.content.folders import CHECKOUT

FIRST_PACK = CHECKOUT / "docs" / "first-pack.md"
PAGES = (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md")))
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
# A command, with what is typed into it, and the lines that are shown of its answer.
COMMAND = re.compile(r"^\$ (.*?<< 'END'\n.*?\nEND\n|.*?\n)", re.MULTILINE | re.DOTALL)


# Those that need no file: of the built-in biomes.
ABOUT_BUILT_IN = re.compile(r"spacewheat (ask|tune|content (report|show)) (?!.*--pack)")


def transcript(page: Path) -> list[tuple[str, list[str]]]:
    found = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        _, *parts = COMMAND.split(block)
        pairs = zip(parts[::2], parts[1::2], strict=True)
        found += [(typed, shown.splitlines()) for typed, shown in pairs]
    return found


def words_and_numbers(line: str) -> tuple[list[str], list[float]]:
    return NUMBER.sub("#", line).split(), [float(n) for n in NUMBER.findall(line)]


def is_shown(line: str, answered: str) -> bool:
    """Return whether a line is as shown, with numbers to a thousandth."""
    (words, numbers), (own, values) = map(words_and_numbers, (line, answered))
    return words == own and values == pytest.approx(numbers, rel=1e-3)


def assert_shown(command: str, shown: list[str], answer: str) -> None:
    """Every line that is shown is in the answer, in this order."""
    left = answer.splitlines()
    for line in shown:
        if line == "…":
            continue
        places = [k for k, own in enumerate(left) if is_shown(line, own)]
        assert places, (command, line, left)
        left = left[places[0] + 1 :]


def about_built_in() -> list[tuple[str, list[str]]]:
    return [
        (command.rstrip("\n"), shown)
        for page in PAGES
        for command, shown in transcript(page)
        if shown and ABOUT_BUILT_IN.match(command) and ".yaml" not in command
    ]


@pytest.mark.parametrize(("command", "shown"), about_built_in())
def test_a_page_shows_what_a_command_answers(command, shown, capsys) -> None:
    assert main(shlex.split(command)[1:]) == 0
    assert_shown(command, shown, capsys.readouterr().out)


@pytest.mark.slow  # ten processes
def test_a_first_pack_takes_twelve_commands_or_fewer(
    tmp_path: Path,
) -> None:
    typed = transcript(FIRST_PACK)
    run = f'spacewheat() {{ "{sys.executable}" -m spacewheat_sim "$@"; }}\n'
    codes = []
    for command, shown in typed:
        done = subprocess.run(
            ["/bin/bash", "-c", run + command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        codes.append(done.returncode)
        assert_shown(command, shown, done.stdout + done.stderr)

    assert len(typed) <= 12
    assert [code for code in codes if code] == [3]
    figures = {path.stem for path in tmp_path.glob("runs/*/figures/*.png")}
    assert figures == {"populations", "bloch", "flows"}
    with Image.open(tmp_path / "butterflies.png") as window:
        assert np.asarray(window.convert("RGB")).std() > 5.0
