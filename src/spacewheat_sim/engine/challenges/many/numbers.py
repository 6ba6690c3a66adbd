"""The numbers of many baths' present states that goals ask for."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.running.batch import RunningBatch
from spacewheat_sim.engine.bath.step_clock import ClockReading, StepClock
from spacewheat_sim.engine.challenges.numbers import number_of


def numbers_of(
    asked: Asked, batch: RunningBatch, which: IndexArray, times: FloatArray
) -> FloatArray:
    """Return the present value of a quantity in the baths ``which``, (W,).

    Each is that of :func:`.number_of` for the bath alone, to the bit. Populations and
    what one axis says are read off all together, the others bath by bath.

    Args:
        asked: The quantity.
        batch: The baths.
        which: Of which it is asked, (W,).
        times: What the clock of each shows, in s, (W,).
    """
    kind, names = asked.kind, asked.names
    if kind == "population":
        column = batch.operators.index(names[0])
        return np.asarray(batch.populations()[which, column])
    if kind in ("coherence", "radius"):
        found = batch.project_onto_axis(names[0], names[1])
        many = found.coherence if kind == "coherence" else found.radius
        return np.asarray(many[which])
    values = []
    clock = StepClock()
    bath = QuantumBath.in_world(0, clock)
    for place, time in zip(which.tolist(), times.tolist(), strict=True):
        clock.reading = ClockReading(time, 0.0, 0)
        bath.move(batch, place)
        values.append(number_of(asked, bath))
    return np.array(values)
