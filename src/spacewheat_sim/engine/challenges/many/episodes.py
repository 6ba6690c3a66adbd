"""EpisodeBatch: many attempts at one challenge, played side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.arrays import BoolArray, FloatArray, IndexArray, IntArray
from spacewheat_sim.content.challenge.act import Act
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.acts.gate import apply_to, compiled_gate
from spacewheat_sim.engine.bath.arguments import checked_count
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.engine.challenges.attempt import ROUNDING, hidden_number
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.many.contents import Content, Contents, beginning
from spacewheat_sim.engine.challenges.many.numbers import numbers_of
from spacewheat_sim.engine.challenges.many.standings import Scores, Standings
from spacewheat_sim.engine.challenges.many.tables import NONE, MoveTable
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.streams import BatchStreams

Jumps = list[tuple[int, Jumped]]
# Keys of seeds that are kept, for each attempt: those of later ones are the same.
MOST_KEYS = 4


class EpisodeBatch:
    """B attempts at a challenge, each at its own step, played by numbers of moves.

    Attempt i of seed s and number n has the history and the scores of
    ``Episode(compiled, s, n)`` under the same moves, to the bit. All are over until
    they :meth:`begin`. A call that raises leaves all as they were.

    Args:
        compiled: What is played.
        count: Number of attempts, B.

    Attributes:
        compiled: What is played.
        table: What each move is.
        standings: Where the attempts stand; to be looked at only.

    Example:
        >>> import numpy as np
        >>> from spacewheat_sim.engine.challenges.compiled import load_challenge
        >>> many = EpisodeBatch(load_challenge("first_harvest"), 3)
        >>> many.begin(np.arange(3), seeds=[0, 1, 2], numbers=[0, 0, 0])
        >>> many.step(np.array([1, 0, 1]))
        >>> many.scores().tolist()
        [0.9, 0.0, 0.9]
    """

    def __init__(self, compiled: CompiledChallenge, count: int) -> None:
        self.compiled = compiled
        self._challenge = challenge = compiled.challenge
        self._count = checked_count(count, "count", at_least=1)
        self.table = MoveTable(challenge)
        self._scores = Scores(challenge)
        self.standings = Standings.of(challenge, self._count)
        self._clock = StepClock()
        self._changes = self._clock.changes
        nowhere = np.zeros(self._count, dtype=np.int64)
        self._streams = BatchStreams((0, 0), nowhere)
        self._contents = Contents(
            challenge,
            compiled.biome,
            self.table.looking,
            self._count,
            self._clock,
            self._streams,
        )
        self._contents.number(())
        self._everyone = np.arange(self._count)
        self._keys: dict[int, tuple[int, int]] = {}

    def __len__(self) -> int:
        return self._count

    @property
    def contents(self) -> list[tuple[Content, IndexArray]]:
        """What baths are made of, and which attempts are in each."""
        if len(self._contents.each) == 1:
            return [(self._contents[0], self._everyone)]
        own = self.standings.content
        parts = [np.flatnonzero(own == i) for i in range(len(self._contents.each))]
        return [(self._contents[i], part) for i, part in enumerate(parts) if part.size]

    # --- how they are played ------------------------------------------------------

    def begin(self, which: IndexArray, seeds: list[int], numbers: list[int]) -> None:
        """Let the attempts ``which`` (W,) begin.

        Args:
            which: Which of them, each once.
            seeds: The root seed of each, W.
            numbers: Which of the attempts under its seed each is, W.
        """
        args = which, seeds, numbers
        self._changes.make(self._memory, self._recall, self._begin, *args)

    def step(self, moves: IntArray, chosen: BoolArray | None = None) -> None:
        """Do a move of each attempt that is ``chosen`` (B,), then let a step pass.

        A move that the mask does not hold is refused: the step passes all the same.

        Args:
            moves: The number of the move of each, (B,); of those not chosen it is not
                looked at.
            chosen: Which attempts go on; all by default.

        Raises:
            ArgumentError: there is no such move, or an attempt is over.
        """
        which = self._everyone if chosen is None else np.flatnonzero(chosen)
        given = self._checked(moves, which)
        self._changes.make(self._memory, self._recall, self._go_on, given, which)

    # --- how they are looked at ---------------------------------------------------

    @property
    def are_over(self) -> BoolArray:
        """Which have done all of their steps, (B,)."""
        return np.asarray(self.standings.steps >= self._challenge.steps)

    def masks(self) -> BoolArray:
        """Return which moves can be done now, (B, M): of one that is over, none."""
        found = self._payable(self.table.costs[None])
        found[:, self.table.is_guess] &= np.isnan(self.standings.guess)[:, None]
        found[self.are_over] = False
        return found

    def scores(self) -> FloatArray:
        """Return the scores so far, (B,)."""
        return self._scores.scores(self.standings)

    def are_reached(self) -> BoolArray:
        """Return in which all that the goal asks for is so, as it stands, (B,)."""
        return self._scores.are_reached(self.standings)

    def values(self) -> FloatArray:
        """Return what each quantity of the goal is so far, 0 before it is, (B, Q)."""
        found = np.zeros((self._count, len(self._scores.tallies)))
        for q in range(found.shape[1]):
            value, counts = self._scores.value(self.standings, q)
            found[:, q] = np.where(counts, value, 0.0)
        return found

    # --- inside: what a step is ---------------------------------------------------

    def _begin(self, which: IndexArray, seeds: list[int], numbers: list[int]) -> None:
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
            content.batch.put_rows(own, beginning(content, own.size))
        at.restart(which)
        self._see(which, [])

    def _go_on(self, moves: IntArray, which: IndexArray) -> None:
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
        can = self._payable(table.costs[moves])[which]
        again = table.is_guess[own] & ~np.isnan(at.guess[which])
        done[which] = can & ~again & (own != 0)
        return done

    def _payable(self, costs: FloatArray) -> BoolArray:
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
        rows = self._contents[int(at.content[b])].batch.rows(which)
        self._contents[number].batch.put_rows(which, rows)
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
            emojis = self._contents[int(at.content[b])].batch.emojis
            at.place[b], at.since[b] = emojis.index(jump.target), jump.time
            at.acts_since[b] = 0
        for q, tally in enumerate(self._scores.tallies):
            due = self._scores.due(at, q, which)
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
                    self._scores.see(at, q, some, values)

    # --- inside: the rest ---------------------------------------------------------

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

    def _checked(self, moves: IntArray, which: IndexArray) -> IntArray:
        """Return ``moves`` (B,), 0 for those not in ``which``, which can all go on."""
        own, most = moves[which], len(self.table.moves) - 1
        wrong = (own < 0) | (own > most)
        if wrong.any():
            first = which[wrong][0]
            raise ArgumentError(
                f"A move must be 0 to {most}, but that of attempt {first} is "
                f"{moves[first]}"
            )
        over = self.are_over[which]
        if over.any():
            raise ArgumentError(
                f"Attempt {which[over][0]} is over: all of its "
                f"{self._challenge.steps} steps are done"
            )
        if which.size == self._count:
            return moves
        given = np.zeros_like(moves)
        given[which] = own
        return given

    def _memory(self) -> Any:
        """Return a copy of all that a step changes."""
        baths = [content.batch.memory() for content in self._contents.each]
        streams = [part.copy() for part in self._streams.table]
        return self.standings.copy(), baths, streams

    def _recall(self, memory: Any) -> None:
        """Be as one was when :meth:`_memory` was called."""
        standings, baths, streams = memory
        self.standings = standings.copy()
        for content, each in zip(self._contents.each, baths, strict=False):
            content.batch.recall(each)
        for part, before in zip(self._streams.table, streams, strict=True):
            part[:] = before
