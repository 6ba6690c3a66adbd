import io

from rich import console

from spacewheat_sim.cli.progress_bar import Estimate, share_bar


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


def test_a_long_run_says_once_how_long_the_rest_takes(capsys):
    # The first share is told after ten seconds, which the compiler took.
    now = iter([10.0, 11.0, 20.0, 30.0])
    estimate = Estimate("steps", lambda: next(now))
    for share in (0.1, 0.101, 0.11, 0.12):
        estimate(share)
    assert capsys.readouterr() == ("", "steps: about 15 minutes to go\n")


def test_of_the_end_of_a_run_and_of_one_that_stands_still_nothing_is_said(capsys):
    for shares in ((0.0, 0.9), (0.0, 0.0)):
        now = iter([0.0, 30.0])
        estimate = Estimate("steps", lambda now=now: next(now))
        for share in shares:
            estimate(share)
    assert capsys.readouterr() == ("", "")
