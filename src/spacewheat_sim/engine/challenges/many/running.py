"""RunningEpisodes: many attempts while they run, and what a step of them is."""

from __future__ import annotations

from typing import Any

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.arrays import BoolArray, FloatArray, IndexArray, IntArray
from spacewheat_sim.content.challenge.act import Act
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.acts.gate import apply_to, compiled_gate
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.engine.challenges.attempt import ROUNDING, hidden_number
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.many.contents import Content, Contents
from spacewheat_sim.engine.challenges.many.numbers import numbers_of
from spacewheat_sim.engine.challenges.many.standings import Scores, Standings
from spacewheat_sim.engine.challenges.many.tables import NONE, MoveTable
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.streams import BatchStreams

Jumps = list[tuple[int, Jumped]]
# Keys of seeds that are kept, for each attempt: those of later ones are the same.
MOST_KEYS = 4


class RunningEpisodes:
    """B attempts at a challenge while they run.

    Where something here raises, some may have gone on: see :meth:`recall`.

    Args:
        compiled: What is played.
        count: Number of attempts, B.

    Attributes:
        compiled: What is played.
        table: What each move is.
        scores: How they are counted.
        standings: Where they stand.
        clock: Whose changes all baths share; no time passes on it.
        everyone: All of them, (B,).
    """

    def __init__(self, compiled: CompiledChallenge, count: int) -> None:
        self.compiled = compiled
        self._challenge = challenge = compiled.challenge
        self._count = count
        self.table, self.scores = MoveTable(challenge), Scores(challenge)
        self.standings = Standings.of(challenge, count)
        self.clock = StepClock()
        self._streams = BatchStreams((0, 0), np.zeros(count, dtype=np.int64))
        kept = count, self.clock, self._streams
        self._contents = Contents(compiled, self.table.looking, *kept)
        self._contents.number(())
        self.everyone = np.arange(count)
        self._keys: dict[int, tuple[int, int]] = {}

    @property
    def contents(self) -> list[tuple[Content, IndexArray]]:
        """What baths are made of, and which attempts are in each."""
        if len(self._contents.each) == 1:
            return [(self._contents[0], self.everyone)]
        own = self.standings.content
        parts = [np.flatnonzero(own == i) for i in range(len(self._contents.each))]
        return [(self._contents[i], part) for i, part in enumerate(parts) if part.size]

    # --- how they go on -----------------------------------------------------------

    def begin(self, which: IndexArray, seeds: list[int], numbers: list[int]) -> None:
        """Let the attempts ``which`` (W,) begin; see :meth:`.EpisodeBatch.begin`."""
        at = self.standings
        names = {number: self.compiled.bath_name(number) for number in set(numbers)}
        own = {number: seeding.bath_number(name) for number, name in names.items()}
        self._streams.restart(
            which,
            np.array([self._key_of(seed) for seed in seeds], dtype=np.uint64),
            np.array([own[number] for number in numbers], dtype=np.int64),
        )
        if self._challenge.hidden is not None:
            rest = zip(which.tolist(), seeds, numbers, strict=True)
            for b, seed, number in rest:
                hidden = hidden_number(self._challenge, names[number], seed)
                at.hidden[b] = np.nan if hidden is None else hidden
                at.content[b] = self._content_with(hidden)
        else:
            at.content[which] = 0
        for number in np.unique(at.content[which]).tolist():
            content, own = self._contents[number], which[at.content[which] == number]
            content.batch.place(own, BathState.repeated(content.start, own.size))
        at.restart(which)
        self._see(which, [])

    def go_on(self, moves: IntArray, which: IndexArray) -> None:
        """Do the moves (B,) of ``which`` that can be done, then let a step pass."""
        done = self._possible(moves, which)
        self._act(np.where(done, moves, 0))
        jumps = self._advance(which)
        self.standings.steps[which] += 1
        self._see(which, jumps)

    def _possible(self, moves: IntArray, which: IndexArray) -> BoolArray:
        """Return who may do its move, (B,); none of those not in ``which``."""
        at, table = self.standings, self.table
        done = np.zeros(self._count, dtype=np.bool_)
        own = moves[which]
        can = self.payable(table.costs[moves])[which]
        again = table.is_guess[own] & ~np.isnan(at.guess[which])
        done[which] = can & ~again & (own != 0)
        return done

    def payable(self, costs: FloatArray) -> BoolArray:
        """Return where ``costs`` (B,) or (…, M) can be paid, (B,) or (B, M)."""
        budget = self._challenge.budget
        spent = self.standings.spent
        spent = spent[:, None] if costs.ndim == 2 else spent
        if budget is None:
            return np.ones(np.broadcast_shapes(costs.shape, spent.shape), np.bool_)
        return np.asarray(~(costs > (budget - spent) + ROUNDING))

    def _act(self, moves: IntArray) -> None:
        """Do the moves (B,), all of which can be done, and pay for them."""
        acting = np.flatnonzero(moves)
        if not acting.size:
            return
        at, table = self.standings, self.table
        for move in table.gates:
            self._apply_gate(table.act(move), moves == move)
        for move in table.edits:
            for b in np.flatnonzero(moves == move).tolist():
                if not self._edit(b, table.act(move), float(table.values[move])):
                    moves[b] = 0
        guessing = table.is_guess[moves]
        at.guess[guessing] = table.values[moves[guessing]]
        at.spent += table.costs[moves]
        at.acts += moves != 0
        at.acts_since += moves != 0
        instrument = table.instrument[moves]
        if (instrument != NONE).any():
            for content, own in self.contents:
                self._look(content, own, instrument)

    def _look(self, content: Content, own: IndexArray, instrument: IntArray) -> None:
        """Use ``instrument`` (B,) on the baths ``own`` of a content."""
        at = self.standings
        mine = instrument
        if own.size < self._count:
            mine = np.full(self._count, NONE)
            mine[own] = instrument[own]
        found = content.batch.use(content.instruments, mine)
        came = np.flatnonzero(found != NONE)
        outcomes = found[came]
        at.harvested[came] += content.gains[outcomes]
        places = content.places[outcomes]
        somewhere = came[places != NONE]
        at.place[somewhere] = places[places != NONE]
        at.since[somewhere] = self._times()[somewhere]
        at.acts_since[somewhere] = 0

    def _apply_gate(self, act: Act, mask: BoolArray) -> None:
        for content, own in self.contents:
            which = own[mask[own]]
            if which.size and act.gate is not None:
                batch = content.batch
                given = act.gate, act.subject, act.other, act.angle
                time = batch.clock.time
                apply_to(batch, which, compiled_gate(batch.operators, time, *given))

    def _edit(self, b: int, act: Act, value: float) -> bool:
        """Edit what a bath is made of; return whether that can be."""
        at = self.standings
        edit = (act.kind, str(act.edit or act.weight), value)
        try:
            number = self._contents.edited(int(at.content[b]), edit)
        except ArgumentError:
            return False
        which = np.array([b])
        here = self._contents[int(at.content[b])].batch.checkpoint(which)
        self._contents[number].batch.place(which, here)
        at.content[b] = number
        return True

    def _advance(self, which: IndexArray) -> Jumps:
        """Let a step pass in ``which``; return the jumps, in order of attempt."""
        steps, dt = self.standings.steps, self._challenge.step
        jumps: Jumps = []
        goes = np.zeros(self._count, dtype=np.bool_)
        goes[which] = True
        for content, own in self.contents:
            now = steps[own[goes[own]]]
            for step in np.unique(now).tolist():
                chosen = np.zeros_like(goes)
                chosen[own] = goes[own] & (steps[own] == step)
                jumps += content.batch.advance(step * dt, dt, chosen)
        return jumps

    def _see(self, which: IndexArray, jumps: Jumps) -> None:
        """Count what is there in ``which``, and the ``jumps`` that led there."""
        at = self.standings
        for b, jump in jumps:
            emojis = self._contents[int(at.content[b])].batch.operators.emojis
            at.place[b], at.since[b] = emojis.index(jump.target), jump.time
            at.acts_since[b] = 0
        for q, tally in enumerate(self.scores.tallies):
            due = which[tally.is_due(at.steps[which])]
            if not due.size:
                continue
            if tally.is_of_jumps:
                for b, jump in jumps:
                    pair = canonical_emoji(jump.source), canonical_emoji(jump.target)
                    at.counts[b, q] += pair == tally.wanted.names and b in due
                continue
            for content, own in self.contents:
                some = np.intersect1d(own, due)
                if some.size:
                    times = self._times()[some]
                    values = numbers_of(tally.wanted, content.batch, some, times)
                    self.scores.see(at, q, some, values)

    def _times(self) -> FloatArray:
        """Return what the clock of each attempt shows in s, (B,)."""
        return np.asarray(self.standings.steps * self._challenge.step)

    def _key_of(self, seed: int) -> tuple[int, int]:
        """Return the key of the streams under a root seed, which is kept."""
        if seed not in self._keys:
            if len(self._keys) > MOST_KEYS * self._count:
                self._keys.clear()
            self._keys[seed] = seeding.bath_key(seed)
        return self._keys[seed]

    def _content_with(self, hidden: float | None) -> int:
        declared = self._challenge.hidden
        if hidden is None or declared is None:
            return 0
        return self._contents.number((("edit", declared.number, hidden),))

    def memory(self) -> Any:
        """Return a copy of all that a step changes."""
        baths = [content.batch.memory() for content in self._contents.each]
        streams = [part.copy() for part in self._streams.table]
        return self.standings.copy(), baths, streams

    def recall(self, memory: Any) -> None:
        """Be as one was when :meth:`memory` was called."""
        standings, baths, streams = memory
        self.standings = standings.copy()
        for content, each in zip(self._contents.each, baths, strict=False):
            content.batch.recall(each)
        for part, before in zip(self._streams.table, streams, strict=True):
            part[:] = before
