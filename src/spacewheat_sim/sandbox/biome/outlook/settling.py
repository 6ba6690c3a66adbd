"""How long a biome takes to settle."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.engine.analysis.modes import modes
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import SpacewheatError
from spacewheat_sim.quantum.analysis.limit_cycle import common_period, limit_cycle
from spacewheat_sim.sandbox.biome.outlook.desk import Desk, Question
from spacewheat_sim.sandbox.biome.session.session import BiomeSession

# Seconds for which operators must have been the same, as they are not during a drag.
PATIENCE = 0.4
# Emojis beyond which a limit cycle takes seconds, and modes minutes.
MOST_DRIVEN, MOST_STATIC = 12, 24
# A multiplier that is not told from 1.
LASTING = 1.0 - 1e-9


def settling_time(operators: BathOperators) -> float | None:
    """Return the seconds in which the slowest deviation shrinks to 1/e, or None.

    Of a static biome that is 1/|Re λ| of its slowest mode, ∞ where it swings forever;
    of one that repeats every T, T/|ln |μ|| with the largest multiplier of its limit
    cycle. None is where it is not known, or would take too long to find out.
    """
    count = len(operators.emojis)
    if operators.qubits:
        return None
    try:
        if operators.drive.is_static:
            return _of_modes(operators) if count <= MOST_STATIC else None
        return _of_cycle(operators) if count <= MOST_DRIVEN else None
    except (SpacewheatError, np.linalg.LinAlgError):
        return None


class Settling:
    """Keeps the settling time of the present operators.

    Args:
        session: The session of the biome.
        desk: Where it is worked out.
    """

    def __init__(self, session: BiomeSession, desk: Desk) -> None:
        self._session = session
        self._question = Question[float | None](desk, patience=PATIENCE)

    def time(self) -> float | None:
        """Return it in s; None where it is not known, or not yet, or a secret."""
        operators = self._session.bath.operators
        if self._session.keeps_secret:
            return None
        self._question.want(operators, lambda: lambda: settling_time(operators))
        return self._question.answer if self._question.is_fresh else None


def _of_modes(operators: BathOperators) -> float | None:
    found = modes(operators, 1).settling_time
    return None if math.isnan(found) else found


def _of_cycle(operators: BathOperators) -> float | None:
    period = common_period(operators.whole_drive.drivers)
    found = limit_cycle(operators.generator, operators.drive, period, 2, 2)
    left = float(np.abs(found.multipliers[1:]).max(initial=0.0))
    return -period / math.log(left) if 0.0 < left < LASTING else None
