"""How an attempt ended, in the place of its moves: what it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from spacewheat_sim.content.challenge.summary import goal_lines
from spacewheat_sim.engine.challenges.attempt import Attempt
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.challenge.best_runs import star_text
from spacewheat_sim.sandbox.biome.challenge.contest import Contest
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import BODY, SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.shapes import Fill, Outline
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.words.number_text import fixed, short

HEIGHT = 46.0
PAD, GAP, BUTTON = 10.0, 6.0, 24.0
STARS = 20.0  # height of letters


class Following(NamedTuple):
    """The challenge to try next.

    Attributes:
        name: Its name.
        told: How hard it is, and what it takes.
        open: Opens it.
    """

    name: str
    told: str
    open: Callable[[], object]


class Ending:
    """Stars, score, the best run and the optimum, and a button for another attempt.

    Args:
        session: The session of the attempt.
        contest: What it is compared with.
        following: Returns the challenge to try next; None knows none.
    """

    def __init__(
        self,
        session: BiomeSession,
        contest: Contest,
        following: Callable[[], Following | None] | None = None,
    ) -> None:
        self._session, self._contest = session, contest
        self._buttons = [
            Button("Again", session.restart, hint="with the same seed  (F5)"),
            Button(
                "New seed",
                lambda: session.restart(new_seed=True),
                hint="with another seed, and so other chances  (Shift F5)",
            ),
        ]
        self._following = following or (lambda: None)
        self._is_narrow = False
        self._next = Button(self._next_label, self._go_on, hint=self._next_hint)

    def draw(self, canvas: Canvas, area: Rect, attempt: Attempt) -> None:
        """Add it inside ``area``, at least ``HEIGHT`` high."""
        canvas.add(
            Fill(area, palette.PANEL, radius=6.0),
            Outline(area, palette.YELLOW, radius=6.0),
        )
        inner, right = area.inset(PAD, 0.0), area.right - PAD
        score = attempt.score(self._session.world.inventory)
        first = f"Score {fixed(score)}. {self._beside_best(score)}"
        self._next.hide()
        offered = [self._next] if self._following() is not None else []
        buttons = (*self._buttons, *offered)
        self._is_narrow = False
        needed = sum(button.width(canvas, SMALL) + GAP for button in buttons)
        stars = star_text(attempt.stars(self._session.world.inventory))
        needed += canvas.measure.width(first, BODY, bold=True) + 4 * PAD
        needed += canvas.measure.width(stars, STARS)
        self._is_narrow = needed > area.w
        for button in reversed(buttons):
            width = button.width(canvas, SMALL)
            right -= width
            y = area.center[1] - BUTTON / 2
            button.draw(canvas, Rect(right, y, width, BUTTON), SMALL)
            right -= GAP
        y = area.center[1]
        x = inner.x + canvas.text(inner.x, y, stars, size=STARS, color=palette.YELLOW)
        x += 2 * PAD
        room, line = right - x - GAP, HEIGHT / 4
        canvas.text(x, y - line + 2.0, first, size=BODY, bold=True, width=room)
        second = self._beside_optimum(score, attempt)
        canvas.text(
            x,
            y + line - 1.0,
            second,
            size=SMALL,
            color=palette.DIM,
            width=room,
        )
        canvas.tell(Rect(inner.x, area.y, max(0.0, right - inner.x), area.h), second)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for a button."""
        return dispatch(event, (*self._buttons, self._next))

    def hide(self) -> None:
        """Take no space in this frame."""
        for button in (*self._buttons, self._next):
            button.hide()

    def _next_label(self) -> str:
        found = self._following()
        if found is None:
            return ""
        return "Next" if self._is_narrow else f"Next: {found.name}"

    def _next_hint(self) -> str:
        found = self._following()
        return "" if found is None else f"{found.name}. {found.told}".rstrip()

    def _go_on(self) -> None:
        found = self._following()
        if found is not None:
            found.open()

    def _beside_best(self, score: float) -> str:
        best = self._contest.best
        if self._session.past.line.root.start.tick > 0:
            return "From a save, so not kept"
        if best is None:
            return "Your first, and best" if self._contest.is_new_best else ""
        if self._contest.is_new_best:
            return f"A new best, {fixed(best.proven.score)} before"
        if best.proven.score == score:
            return "As good as your best run"
        reached = ", with the goal reached" if best.proven.score < score else ""
        return f"Your best is {fixed(best.proven.score)}{reached}"

    def _beside_optimum(self, score: float, attempt: Attempt) -> str:
        """Return what could have been earned, as far as it is known."""
        if self._contest.is_optimum_awaited:
            return "The optimum is being worked out…"
        missed = _missed(attempt, self._session.world.inventory)
        if missed:
            return f"No star without the goal: {missed}"
        optimum = self._contest.optimum
        third = attempt.challenge.stars[2]
        if optimum is None:
            return f"Three stars from {short(third)}; the optimum is not known"
        apart = fixed(abs(optimum - score))
        which = "more" if optimum > score else "less"
        return f"The optimum earns {fixed(optimum)} on average, {apart} {which}"


def _missed(attempt: Attempt, inventory: Mapping[str, float]) -> str:
    """Return what the goal asks for and was not reached."""
    parts = zip(
        goal_lines(attempt.challenge.goal),
        attempt.parts_reached(inventory),
        strict=True,
    )
    return "; ".join(part for part, is_reached in parts if not is_reached)
