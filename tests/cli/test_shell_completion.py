"""Completion of commands and flags by shells."""

import subprocess

import pytest

from spacewheat_sim.cli import main

ASK = """
source {script}
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
COMP_LINE="${{COMP_WORDS[*]}}"; COMP_POINT=${{#COMP_LINE}}
$(complete -p spacewheat | sed 's/.*-F \\([^ ]*\\).*/\\1/') spacewheat
echo "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("spacewheat si", {"simulate"}),
        ("spacewheat content re", {"report"}),
        ("spacewheat simulate --traj", {"--trajectories"}),
    ],
)
def test_bash_completes_commands_and_flags(words, offered, tmp_path, capsys):
    script = tmp_path / "spacewheat.bash"
    installing = ["--install-completion", "--shell", "bash", "--out", str(script)]
    assert main(installing) == 0
    assert capsys.readouterr().out == f"{script}\n"
    asked = ["bash", "-c", ASK.format(script=script, words=words)]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert set(answer.stdout.split()) == offered


def test_a_shell_starts_with_it_and_its_file_is_changed_once(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("HOME", str(tmp_path))
    start = tmp_path / ".bashrc"
    start.write_text("alias ll='ls -l'\n", encoding="utf-8")
    for _ in range(2):
        assert main(["--install-completion", "--shell", "bash"]) == 0
    path = capsys.readouterr().out.splitlines()[-1]
    lines = start.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "alias ll='ls -l'"
    assert sum(path in line for line in lines) == 1


def test_with_a_file_of_ones_own_nothing_else_is_touched(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    out = tmp_path / "spacewheat.fish"
    assert main(["--install-completion", "--shell", "fish", "--out", str(out)]) == 0
    assert "simulate" in out.read_text(encoding="utf-8")
    assert not (tmp_path / "home").exists()


def test_an_unknown_shell_is_refused(capsys):
    assert main(["--install-completion", "--shell", "tcsh"]) == 2
    assert "zsh" in capsys.readouterr().err
