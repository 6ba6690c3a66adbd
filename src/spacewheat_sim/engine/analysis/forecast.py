"""What happens next, from any state."""

from __future__ import annotations

from typing import Any

from spacewheat_sim.engine.analysis.next_jump import Forecast, forecast_of
from spacewheat_sim.engine.analysis.subject import Subject, operators_of, start_state
from spacewheat_sim.engine.bath.arguments import checked_time
from spacewheat_sim.engine.bath.bath import QuantumBath


def forecast(
    subject: Subject, start: Any = None, time: float | None = None
) -> Forecast:
    """Return what the next jump will be and when, from any state.

    Args:
        subject: Operators, a biome or a bath; driven ones too.
        start: As in :func:`spacewheat_sim.analysis.first_passage`.
        time: When, in s, which matters to a driven biome: by default the present time
            of a bath, and 0 of others.

    Raises:
        ArgumentError: the biome is a register.
        RunError: its energies cannot be followed.
    """
    now = subject.time if isinstance(subject, QuantumBath) else 0.0
    begin = now if time is None else checked_time(time)
    return forecast_of(operators_of(subject), start_state(subject, start), begin)
