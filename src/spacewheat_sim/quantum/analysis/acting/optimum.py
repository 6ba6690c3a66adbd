"""The best that can be done with a bath whose jumps are seen, by value iteration.

With n steps left, from the ket ψ and the account a,

    V_n(a, ψ) = max over acts Σ_o [ r_o(a) ‖K_oψ‖² + E V_{n−1}(a_o, what follows) ],

where what follows is known from :class:`Wait`, and V_0 is what the account is worth at
the end; what is seen at the beginning of a step, tr Sρ, is added. As a function of
ρ = |ψ⟩⟨ψ|, V_n is the largest of functionals tr Fρ, one for each plan of what to do
until the next jump. So it is enclosed:

    from below by the plans that are best for some kept ket, which can be followed;
    from above by what follows kets, where that is known, and by one functional tr Ḡρ
    that no act improves, Ḡ_n ≥ T_a Ḡ_{n−1} in the order of Hermitian matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.quantum.analysis.acting.acts import Act, expectations
from spacewheat_sim.quantum.analysis.acting.beliefs import (
    Beliefs,
    find_beliefs,
    moved_by,
)
from spacewheat_sim.quantum.analysis.acting.wait import Wait


class Choice(NamedTuple):
    """What is best in one state.

    Attributes:
        act: Number of the best act.
        value: What is to be expected in all, by then keeping to the best plan.
        of_acts: The same for each act first, −∞ where it is not allowed, (acts,).
    """

    act: int
    value: float
    of_acts: FloatArray


class Stage(NamedTuple):
    """What is known with so many steps left.

    Attributes:
        plans: Functionals of plans for each account, each (P, N, N).
        bound: One functional for each account that none exceeds, (A, N, N).
        landed: What landings at each node are worth, by these plans, (A, R).
    """

    plans: tuple[ComplexArray, ...]
    bound: ComplexArray
    landed: FloatArray


class Optimum:
    """The best plans with 0, 1, … steps left.

    Attributes:
        lower: The value that is reached from the start, in each account, (A,).
        upper: A bound on what can be, (A,).
        kets: How many kets were kept.
    """

    def __init__(
        self,
        start: ComplexArray,
        wait: Wait,
        acts: Sequence[Act],
        seen: ComplexArray,
        accounts: int,
        most_kets: int,
    ) -> None:
        """Iterate as many times as there are steps.

        Args:
            start: The ket that one begins with, (N,).
            wait: What becomes of a ket in a step.
            acts: What may be done at the beginning of each step.
            seen: S, what is earned by what is there before each step and after the
                last, (steps + 1, N, N).
            accounts: How many accounts there are, A.
            most_kets: How many kets to keep.
        """
        self._instruments = _Instruments(wait, acts)
        given = np.concatenate((start[None] / np.linalg.norm(start), wait.landed))
        depth = np.minimum(np.arange(len(given)), 1)
        steps = len(seen) - 1
        beliefs = find_beliefs(
            given, depth, self._instruments.operators, steps, most_kets
        )
        self.kets = len(beliefs.kets)
        ends = np.repeat(seen[-1:], accounts, axis=0)
        upper = lower = expectations(ends, beliefs.kets).T
        plans = tuple(each[None] for each in ends)
        self._aged, self._weights = wait.aged, wait.weights
        self._ahead: dict[int, ComplexArray] = {}
        self._stages = [Stage(plans, ends, self._landings(plans))]
        for now in seen[-2::-1]:
            stage, lower, upper = self._back_up(beliefs, upper, now)
            self._stages.append(stage)
        self.lower, self.upper = lower[:, 0].copy(), upper[:, 0].copy()

    def choose(self, ket: ComplexArray, account: int, left: int) -> Choice:
        """Return the best act on ``ket`` (N,) with ``left`` steps to go, at least 1."""
        stage, tools = self._stages[left - 1], self._instruments
        kets = ket[None] / np.linalg.norm(ket)
        moved, chance = moved_by(tools.operators, kets)
        values, _ = _best_plans(stage.plans, moved[0])
        if left not in self._ahead:
            self._ahead[left] = tools.without_followers(stage.landed)
        found = tools.of_acts(values[:, None] * chance, self._ahead[left], kets)
        own = found[:, account, 0]
        best = int(np.argmax(own))
        return Choice(best, float(own[best]), own)

    def _back_up(
        self, beliefs: Beliefs, upper: FloatArray, now: ComplexArray
    ) -> tuple[Stage, FloatArray, FloatArray]:
        """Return the next stage, and the values of all kets from below and above."""
        last, tools = self._stages[-1], self._instruments
        kets, where = beliefs.kets, np.flatnonzero(beliefs.followed & ~beliefs.ends)
        chance, place = beliefs.chance[where], beliefs.place[where]
        reached, plans = _best_plans(last.plans, kets)
        here = tools.without_followers(last.landed)
        below = tools.of_acts(reached[:, place] * chance, here, kets[where])
        more = tools.without_followers(last.landed + self._gap(reached, upper))
        above = tools.of_acts(upper[:, place] * chance, more, kets[where])
        found = [
            now + tools.plans(account, acts, plans[:, place], last, here)
            for account, acts in enumerate(below.argmax(axis=0))
        ]
        bound = now + tools.bound(last.bound, more)
        lower, best = _best_plans(found, kets)
        kept = tuple(
            each[np.unique(own)] for each, own in zip(found, best, strict=True)
        )
        upper = expectations(bound, kets).T
        known = above.max(axis=0) + expectations(now[None], kets[where])[:, 0]
        upper[:, where] = np.minimum(upper[:, where], known)
        return Stage(kept, bound, self._landings(kept)), lower, upper

    def _landings(self, plans: Sequence[ComplexArray]) -> FloatArray:
        """Return what landings are worth by the best of plans, (A, R)."""
        values, _ = _best_plans(plans, self._aged)
        return np.asarray(values @ self._weights.T)

    def _gap(self, lower: FloatArray, upper: FloatArray) -> FloatArray:
        """Return by how much landings may be worth more than by plans, (A, R).

        Between the nodes of a landing it is taken to be the most that it is at one.
        """
        count = len(self._weights)
        if not count:
            return np.zeros((len(lower), 0))
        apart = (upper - lower)[:, 1 : 1 + count]
        return np.asarray(
            apart.max(axis=1, keepdims=True) * np.abs(self._weights).sum(axis=1)
        )


class _Instruments:
    """All acts with a step of waiting after each, as arrays over their outcomes O.

    Attributes:
        operators: UK of each outcome, (O, N, N).
    """

    def __init__(self, wait: Wait, acts: Sequence[Act]) -> None:
        outcomes = [each for act in acts for each in act.outcomes]
        self._kraus = np.array([each.kraus for each in outcomes])
        self._earned = np.array([each.earned for each in outcomes])  # (O, A)
        self._account = np.array([each.account for each in outcomes])  # (O, A)
        self._allowed = np.array([act.allowed for act in acts])  # (acts, A)
        sizes = [len(act.outcomes) for act in acts]
        self._first = np.cumsum([0, *sizes])
        self.operators = wait.propagator @ self._kraus
        back = self._kraus.conj().transpose(0, 2, 1)
        self._looks = back @ self._kraus  # (O, N, N)
        self._jumps = back[:, None] @ wait.densities[None] @ self._kraus[:, None]

    def of_acts(
        self, followed: FloatArray, here: ComplexArray, kets: ComplexArray
    ) -> FloatArray:
        """Return what each act is worth, (acts, A, M), −∞ where it is not allowed.

        Args:
            followed: Value of what follows each outcome without a jump, times its
                probability, in each account, (A, M, O).
            here: What outcomes earn besides, (O, A, N, N).
            kets: The kets, (M, N).
        """
        outcomes, accounts, n, _ = here.shape
        worth = expectations(here.reshape(-1, n, n), kets).T
        worth = worth.reshape(outcomes, accounts, -1)
        for o, account in enumerate(self._account):
            worth[o] += followed[account, :, o]
        found = np.add.reduceat(worth, self._first[:-1], axis=0)
        found[~self._allowed] = -np.inf
        return np.asarray(found)

    def plans(
        self,
        account: int,
        acts: IndexArray,
        follow: IndexArray,
        last: Stage,
        here: ComplexArray,
    ) -> ComplexArray:
        """Return the functionals of plans, each once, (P, N, N).

        Args:
            account: The account one is in.
            acts: The act that each plan begins with, (M,).
            follow: The plan that follows without a jump, by account after, ket and
                outcome, (A, M, O).
            last: The stage of the plans that follow.
            here: What outcomes earn besides, (O, A, N, N).
        """
        found = []
        for act in np.unique(acts).tolist():
            span = range(self._first[act], self._first[act + 1])
            after = [int(self._account[o, account]) for o in span]
            chosen = np.flatnonzero(acts == act)
            which = np.stack(
                [follow[a, chosen, o] for a, o in zip(after, span, strict=True)], axis=1
            )
            for row in np.unique(which, axis=0).tolist():
                whole = sum(here[o, account] for o in span)
                for o, a, plan in zip(span, after, row, strict=True):
                    way = self.operators[o]
                    whole = whole + way.conj().T @ last.plans[a][plan] @ way
                found.append(whole)
        return np.array(found)

    def bound(self, last: ComplexArray, here: ComplexArray) -> ComplexArray:
        """Return functionals (A, N, N) that none of one step more exceeds.

        ``here`` is what outcomes earn besides, (O, A, N, N).
        """
        back = self.operators.conj().transpose(0, 2, 1)
        here = here.copy()
        for o, account in enumerate(self._account):
            here[o] += back[o] @ last[account] @ self.operators[o]
        of_acts = np.add.reduceat(here, self._first[:-1], axis=0)
        found: ComplexArray = of_acts[0].copy()  # waiting, which is always allowed
        for each, allowed in zip(of_acts[1:], self._allowed[1:], strict=True):
            for account in np.flatnonzero(allowed).tolist():
                found[account] += _positive_part(each[account] - found[account])
        return found

    def without_followers(self, landed: FloatArray) -> ComplexArray:
        """Return what outcomes earn, and landings after them, (O, A, N, N)."""
        earned = self._earned[:, :, None, None] * self._looks[:, None]
        return np.asarray(
            earned + np.einsum("oar,orij->oaij", landed[self._account], self._jumps)
        )


def _best_plans(
    plans: Sequence[ComplexArray], kets: ComplexArray
) -> tuple[FloatArray, IndexArray]:
    """Return the best value of each ket in each account, and by which plan, (A, M)."""
    values = np.empty((len(plans), len(kets)))
    places = np.empty(values.shape, dtype=np.intp)
    for account, own in enumerate(plans):
        found = expectations(own, kets)
        places[account] = found.argmax(axis=1)
        values[account] = found.max(axis=1)
    return values, places


def _positive_part(matrix: ComplexArray) -> ComplexArray:
    """Return the positive part of a Hermitian matrix (N, N)."""
    values, vectors = np.linalg.eigh((matrix + matrix.conj().T) / 2)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.conj().T)
