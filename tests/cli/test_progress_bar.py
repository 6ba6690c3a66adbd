import io

from rich import console

from spacewheat_sim.cli.progress_bar import share_bar


def test_a_terminal_sees_how_far_a_run_is(monkeypatch):
    shown = io.StringIO()
    real = console.Console

    def terminal(**_options):
        return real(file=shown, force_terminal=True, width=80)

    monkeypatch.setattr(console, "Console", terminal)
    with share_bar("ising_2d") as progress:
        for share in (0.25, 0.5, 1.0):
            progress(share)
    assert "ising_2d" in shown.getvalue()
    assert "100 %" in shown.getvalue()


def test_without_a_terminal_nothing_is_shown(capsys):
    with share_bar("ising_2d") as progress:
        progress(0.5)
    assert capsys.readouterr() == ("", "")
