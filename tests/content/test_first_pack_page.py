"""The page on a first pack, typed command by command."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spacewheat_sim.content.folders import CHECKOUT

PAGE = CHECKOUT / "docs" / "first-pack.md"
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
# A command, with what is typed into it, and the lines that are shown of its answer.
COMMAND = re.compile(r"^\$ (.*?<< 'END'\n.*?\nEND\n|.*?\n)", re.MULTILINE | re.DOTALL)


def transcript() -> list[tuple[str, list[str]]]:
    found = []
    for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
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


@pytest.mark.slow  # ten processes
def test_the_page_is_what_happens_in_twelve_commands_or_fewer(tmp_path: Path) -> None:
    typed = transcript()
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
        left = (done.stdout + done.stderr).splitlines()
        for line in shown:
            if line == "…":
                continue
            places = [k for k, own in enumerate(left) if is_shown(line, own)]
            assert places, (command, line, left)
            left = left[places[0] + 1 :]

    assert len(typed) <= 12
    assert [code for code in codes if code] == [3]
    figures = {path.stem for path in tmp_path.glob("runs/*/figures/*.png")}
    assert figures == {"populations", "bloch", "flows"}
    with Image.open(tmp_path / "butterflies.png") as window:
        assert np.asarray(window.convert("RGB")).std() > 5.0
