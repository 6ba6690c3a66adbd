"""What the baths of many attempts are made of: edits and hidden numbers differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IntArray
from spacewheat_sim.content.challenge.act import Act
from spacewheat_sim.engine.bath.arguments import check_room
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.bath.running.batch import RunningBatch
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.many.tables import NONE, instruments_of, yields
from spacewheat_sim.engine.compile import CompiledBiome, compile_biome
from spacewheat_sim.quantum.instruments.instruments import Harvesting, Instruments
from spacewheat_sim.quantum.streams import BatchStreams

# The numbers and weights that were changed, in the order in which they were first.
Edits = tuple[tuple[str, str, float], ...]
STATE_BYTES = 32.0


@dataclass(frozen=True)
class Content:
    """Baths of the same operators; each of them is in use, or its place is empty.

    Attributes:
        compiled: What they are made of.
        batch: The baths.
        instruments: What may be done to them.
        start: The state in which they begin, (D,) or (D, D).
        gains: What each outcome yields of each emoji of the goal, (O, H).
        places: The emoji in which each outcome leaves the bath, −1 for none, (O,).
    """

    compiled: CompiledBiome
    batch: RunningBatch
    instruments: Instruments
    start: ComplexArray
    gains: FloatArray
    places: IntArray


class Contents:
    """What the baths of many attempts are made of, each kept once.

    Args:
        compiled: What is played, with its biome.
        acts: The acts that use an instrument.
        count: Number of attempts, B.
        clock: Whose changes all baths share.
        streams: What the baths draw from.
    """

    def __init__(
        self,
        compiled: CompiledChallenge,
        acts: tuple[Act, ...],
        count: int,
        clock: StepClock,
        streams: BatchStreams,
    ) -> None:
        self._challenge, self._biome = compiled.challenge, compiled.biome
        self._acts = acts
        self._count, self._clock, self._streams = count, clock, streams
        self._numbers: dict[Edits, int] = {}
        self._edits: list[Edits] = []
        self.each: list[Content] = []

    def __getitem__(self, number: int) -> Content:
        return self.each[number]

    def number(self, edits: Edits) -> int:
        """Return the number of the content with these edits, which is made if needed.

        Raises:
            ArgumentError: an edit under which the next step could not be taken, or more
                contents than the machine's memory holds.
        """
        if edits not in self._numbers:
            content = self._made(edits)
            self._numbers[edits] = len(self.each)
            self._edits.append(edits)
            self.each.append(content)
        return self._numbers[edits]

    def edited(self, number: int, edit: tuple[str, str, float]) -> int:
        """Return the number of the content that one becomes by an edit."""
        kind, name, _ = edit
        kept = [e for e in self._edits[number] if e[:2] != (kind, name)]
        return self.number((*kept, edit))

    def _made(self, edits: Edits) -> Content:
        biome = self._biome
        for kind, name, value in edits:
            if kind == "weight":
                layers = {**biome.biome.layers, name: value}
                changed = biome.biome.with_fields(layers=layers)
                biome = compile_biome(changed, biome.registry)
            else:
                biome = biome.with_(name, value)
        operators, options = biome.operators, biome.options()
        check_step(operators, options, self._challenge.step)
        start = biome.bath(0).state
        check_room(
            STATE_BYTES * start.size * self._count * (1 + len(self.each)),
            f"{self._count:,} attempts with {len(self.each) + 1} sets of edits",
        )
        states = BathState.repeated(start, self._count)
        batch = RunningBatch(operators, options, self._streams, self._clock, states)
        instruments = instruments_of(self._acts, operators)
        return Content(
            biome,
            batch,
            instruments,
            start,
            yields(self._challenge, biome, instruments),
            self._places(biome, instruments),
        )

    def _places(self, biome: CompiledBiome, instruments: Instruments) -> IntArray:
        found = []
        for act, instrument in zip(self._acts, instruments.each, strict=True):
            if isinstance(instrument, Harvesting):
                north, _ = axis_poles(biome.operators, *act.subject)
                ground = biome.operators.ground(north)
                taken = [outcome.taken for outcome in instrument.outcomes]
                found += [NONE if o is None else ground for o in taken]
            elif instrument.what.kind == "projective":
                found += [NONE if o is None else o for o in instrument.outcomes]
            else:
                found += [NONE] * len(instrument.outcomes)
        return np.array(found, dtype=np.int64)
