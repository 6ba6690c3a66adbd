"""Exact questions to a biome, and answers that print and draw themselves.

Each function takes operators, a biome of :func:`spacewheat_sim.load_biome`, or a bath.
Most need a static level biome, and say what else there is where they do not apply.
"""

from __future__ import annotations

from spacewheat_sim.engine.analysis.counting import CountingStatistics, counting
from spacewheat_sim.engine.analysis.cycle import LimitCycle, limit_cycle
from spacewheat_sim.engine.analysis.forecast import forecast
from spacewheat_sim.engine.analysis.likelihood import log_likelihood
from spacewheat_sim.engine.analysis.modes import Modes, modes
from spacewheat_sim.engine.analysis.next_jump import Forecast
from spacewheat_sim.engine.analysis.passage import (
    FirstPassage,
    committor,
    first_passage,
)
from spacewheat_sim.engine.analysis.sensitivities import (
    SensitivityTable,
    sensitivities,
)
from spacewheat_sim.engine.analysis.spectra import correlation, response, spectrum
from spacewheat_sim.engine.analysis.twin import ClassicalTwin, twin

__all__ = [
    "ClassicalTwin",
    "CountingStatistics",
    "FirstPassage",
    "Forecast",
    "LimitCycle",
    "Modes",
    "SensitivityTable",
    "committor",
    "correlation",
    "counting",
    "first_passage",
    "forecast",
    "limit_cycle",
    "log_likelihood",
    "modes",
    "response",
    "sensitivities",
    "spectrum",
    "twin",
]
