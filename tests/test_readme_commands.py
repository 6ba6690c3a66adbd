import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from spacewheat_sim.cli import main

CHECKOUT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
RUN = {
    "spacewheat": [sys.executable, "-m", "spacewheat_sim"],
    "python": [sys.executable],
}


def commands():
    """Yield the README's shell lines that run the project itself."""
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            if line.split(" ")[0] in RUN:
                yield line


@pytest.mark.parametrize("line", list(commands()))
def test_a_command_of_the_readme_works_as_written(line, tmp_path):
    program, *words = shlex.split(line)
    words = [str(CHECKOUT / w) if w.startswith("tools/") else w for w in words]
    done = subprocess.run(
        [*RUN[program], *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_mistake_that_the_readme_shows_is_answered_so(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["content", "new", "biome", "pond"]) == 0
    text = Path("pond.yaml").read_text(encoding="utf-8")
    Path("pond.yaml").write_text(text.replace("\naxes:", "\naxis:"), encoding="utf-8")
    capsys.readouterr()
    assert main(["content", "check", "pond.yaml"]) == 2
    assert capsys.readouterr().out in (CHECKOUT / "README.md").read_text("utf-8")


def test_the_readme_gives_the_two_commands_that_ci_uses():
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    ci = (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8")
    assert "\nmake simulate\nmake test\n" in readme
    assert re.search(r"^make test\b", ci, re.MULTILINE)
