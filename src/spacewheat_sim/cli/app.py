"""The commands; each calls a plain function."""

from __future__ import annotations

from cyclopts import App, Parameter

from spacewheat_sim import __version__
from spacewheat_sim.cli.ask import ask, learn, tune
from spacewheat_sim.cli.authoring.content import app as content_app
from spacewheat_sim.cli.challenge import app as challenge_app
from spacewheat_sim.cli.completion import installing
from spacewheat_sim.cli.help_panel import HelpPanel, show_default
from spacewheat_sim.cli.lab import app as lab_app
from spacewheat_sim.cli.play import play
from spacewheat_sim.cli.replay import replay
from spacewheat_sim.cli.runs.compare import compare
from spacewheat_sim.cli.runs.report import report
from spacewheat_sim.cli.runs.rerun import rerun
from spacewheat_sim.cli.sessions import sessions
from spacewheat_sim.cli.simulate import simulate
from spacewheat_sim.cli.sweeps.biome import sweep

app = App(
    name="spacewheat",
    help="Emoji ecosystems that run on real quantum mechanics.",
    version=__version__,
    help_format="plaintext",
    help_formatter=HelpPanel(),
    default_parameter=Parameter(show_default=show_default),
    help_epilogue=(
        "Every command takes --pack DIR (repeatable): a folder with icons/ and biomes/ "
        "of your own, used before the built-in ones. SPACEWHEAT_PACKS names packs, too."
    ),
    # A command's return value is the exit code; the caller reports errors itself.
    result_action="return_value",
    exit_on_error=False,
    print_error=False,
    suppress_keyboard_interrupt=False,
)
app.command(simulate)
app.command(sweep)
app.command(compare)
app.command(rerun)
app.command(report)
app.command(play)
app.command(replay)
app.command(sessions)
app.command(ask)
app.command(tune)
app.command(learn)
app.command(challenge_app)
app.command(content_app)
app.command(lab_app)
app.command(installing(app), name="--install-completion")
