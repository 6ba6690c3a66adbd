"""Instruments as arrays: what may be done to many baths at once, each its own.

Each Kraus operator is K = Σ_e f_e |t_e⟩⟨s_e|, with each s and each t at most once: a
measurement keeps states and weighs them, a harvest moves them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray, IntArray
from spacewheat_sim.quantum.harvest import HarvestOutcome
from spacewheat_sim.quantum.measurement import AxisMeasurement, axis_kraus


class InstrumentTable(NamedTuple):
    """Instruments as compiled loops take them.

    Attributes:
        first_outcome: Of each instrument, and how many there are, (I + 1,).
        needed: Of how many of its first outcomes one must be possible, (I,); else
            nothing is done, and nothing drawn.
        first_entry: Of each outcome, and how many there are, (O + 1,).
        sources: s_e, (E,).
        targets: t_e, (E,).
        factors: f_e, (E,).
    """

    first_outcome: IndexArray
    needed: IndexArray
    first_entry: IndexArray
    sources: IndexArray
    targets: IndexArray
    factors: FloatArray


@dataclass(frozen=True)
class Measuring:
    """A measurement as an instrument.

    Attributes:
        what: Which measurement.
        outcomes: The emoji that each outcome finds, None for neither.
        kraus: The diagonal of each, (O, N).
    """

    what: AxisMeasurement
    outcomes: tuple[int | None, ...]
    kraus: FloatArray

    @classmethod
    def of(cls, what: AxisMeasurement, dimension: int) -> Measuring:
        """Return ``what`` as an instrument on ``dimension`` states."""
        return cls(what, *axis_kraus(dimension, what))


@dataclass(frozen=True)
class Harvesting:
    """A harvest as an instrument.

    Attributes:
        outcomes: Its outcomes.
    """

    outcomes: tuple[HarvestOutcome, ...]


Instrument = Measuring | Harvesting


class Instruments:
    """Several instruments, by number; their outcomes are numbered one after the other.

    Attributes:
        each: The instruments.
        table: The same for compiled loops.
    """

    def __init__(self, each: Sequence[Instrument]) -> None:
        self.each = tuple(each)
        rows = [_rows(instrument) for instrument in self.each]
        sizes = [len(outcomes) for outcomes in rows]
        entries = [outcome for outcomes in rows for outcome in outcomes]
        columns = list(zip(*entries, strict=True)) or [(), (), ()]
        sources, targets, factors = (np.concatenate([*part, []]) for part in columns)
        lengths = [len(outcome[0]) for outcome in entries]
        needed = [2 if isinstance(i, Harvesting) else len(i.outcomes) for i in each]
        self.table = InstrumentTable(
            np.cumsum([0, *sizes]),
            np.array(needed, dtype=np.intp),
            np.cumsum([0, *lengths]),
            sources.astype(np.intp),
            targets.astype(np.intp),
            factors,
        )

    def first_outcome(self, number: int) -> int:
        """Return the number of the first outcome of an instrument."""
        return int(self.table.first_outcome[number])

    @property
    def found(self) -> IntArray:
        """The emoji that each outcome finds or takes, −1 for none, (O,)."""
        return self._emojis(lambda emoji: emoji)

    @property
    def taken(self) -> IntArray:
        """The emoji that each outcome takes, −1 for none, (O,)."""
        return self._emojis(lambda _: None)

    def _emojis(self, measured: Callable[[int | None], int | None]) -> IntArray:
        """Return the emoji of each outcome: taken, or what ``measured`` says, (O,)."""
        emojis = [
            outcome.taken if isinstance(outcome, HarvestOutcome) else measured(outcome)
            for each in self.each
            for outcome in each.outcomes
        ]
        return np.array([-1 if e is None else e for e in emojis], dtype=np.int64)


def _rows(
    instrument: Instrument,
) -> list[tuple[IndexArray, IndexArray, FloatArray]]:
    """Return sources, targets and factors of each outcome."""
    if isinstance(instrument, Harvesting):
        return [
            (sources, targets, np.ones(sources.size))
            for _, sources, targets in instrument.outcomes
        ]
    kept = [np.flatnonzero(diagonal) for diagonal in instrument.kraus]
    return [
        (states, states, diagonal[states])
        for states, diagonal in zip(kept, instrument.kraus, strict=True)
    ]
