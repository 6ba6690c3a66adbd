"""The challenge that is played: its goal, what is left, its moves, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.challenge.summary import goal_lines
from spacewheat_sim.engine.challenges.attempt import Attempt
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.challenge.contest import Contest
from spacewheat_sim.sandbox.biome.challenge.ending import HEIGHT, Ending, Following
from spacewheat_sim.sandbox.biome.challenge.moves import Moves, label_of
from spacewheat_sim.sandbox.biome.challenge.score_bar import draw_score_bar
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Key
from spacewheat_sim.sandbox.shapes import Fill, Outline
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.words.number_text import fixed, short

LINE, TWO_LINES = 26.0, 44.0
ROW = 26.0
GAP = 6.0
PAD = 10.0
NARROWEST = 172.0  # of a move's button
CLOCK = 3.0
BAR = 16.0
STANDING = 470.0  # room of the longest that is said of score, time and budget


class ChallengePanel:
    """A line for goal and standing, and a button for every move.

    Args:
        session: The session, in whose world a challenge may be played.
        contest: What the attempt is compared with.
        moves: What can be done in it.
        following: Returns the challenge to try next; None knows none.
    """

    def __init__(
        self,
        session: BiomeSession,
        contest: Contest,
        moves: Moves,
        following: Callable[[], Following | None] | None = None,
    ) -> None:
        self._session = session
        self._contest = contest
        self._moves = moves
        self._ending = Ending(session, contest, following)
        self._of: Challenge | None = None
        self._buttons: list[Button] = []

    @property
    def is_shown(self) -> bool:
        """Whether a challenge is played."""
        return self._session.world.attempt is not None

    def height(self, canvas: Canvas, width: float) -> float:
        """Return the height that it needs at a width."""
        attempt = self._session.world.attempt
        moves = 0 if attempt is None else len(attempt.challenge.moves) - 1
        rows = -(-moves // self._columns(width)) if moves else 0
        moved = max(rows * (ROW + GAP), HEIGHT + GAP)
        return self._line_height(canvas, width) + BAR + GAP + moved

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the line, with a bar for the time gone by, and the buttons below it."""
        attempt = self._session.world.attempt
        if attempt is None:
            return
        self._follow(attempt.challenge)
        line, rest = area.cut_top(self._line_height(canvas, area.w), GAP)
        bar, rest = rest.cut_top(BAR, GAP)
        self._draw_line(canvas, line, attempt)
        self._draw_bar(canvas, bar, attempt)
        columns = self._columns(area.w)
        rows = -(-len(self._buttons) // columns)
        buttons, _ = rest.cut_top(max(rows * (ROW + GAP) - GAP, HEIGHT))
        if self._contest.is_over:
            for button in self._buttons:
                button.hide()
            self._ending.draw(canvas, buttons, attempt)
            return
        self._ending.hide()
        cells = buttons.grid(columns, rows, GAP)
        for button, cell in zip(self._buttons, cells, strict=False):
            button.draw(canvas, cell, SMALL)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for a move."""
        if not self.is_shown:
            return False
        move = self._moves.of_key(event) if isinstance(event, Key) else None
        if move is not None:
            self._moves.do(move)
            return True
        return dispatch(event, self._buttons) or self._ending.handle(event)

    def _draw_bar(self, canvas: Canvas, bar: Rect, attempt: Attempt) -> None:
        """Add the score beside that of the best run at the same step."""
        world, course = self._session.world, self._contest.course
        is_over = world.tick_count >= attempt.challenge.steps
        draw_score_bar(
            canvas,
            bar,
            attempt.challenge,
            attempt.prospect(world.inventory, self._session.bath),
            None if course is None else course.score_at(world.tick_count),
            is_final=is_over or not attempt.challenge.goal.quantities,
        )

    def _draw_line(self, canvas: Canvas, line: Rect, attempt: Attempt) -> None:
        world, challenge = self._session.world, attempt.challenge
        is_over = world.tick_count >= challenge.steps
        color = palette.ORANGE if is_over else palette.ACCENT
        canvas.add(
            Fill(line, palette.PANEL, radius=6.0),
            Outline(line, palette.PANEL_EDGE, radius=6.0),
        )
        gone = min(1.0, world.tick_count / challenge.steps)
        foot = Rect(line.x, line.bottom - CLOCK, line.w * gone, CLOCK)
        canvas.add(Fill(foot, color, radius=CLOCK / 2))
        rows = line._replace(h=line.h - CLOCK)
        first = last = rows.center[1]
        if line.h > LINE:
            first, last = (row.center[1] for row in rows.grid(1, 2, 0.0))
        canvas.tell(line, "\n".join(goal_lines(challenge.goal)))
        taken = canvas.text(
            line.right - PAD,
            last,
            self._standing(attempt),
            size=SMALL,
            color=palette.ORANGE if is_over else palette.TEXT,
            align="right",
            bold=True,
            width=line.w - 2 * PAD,
        )
        room = line.w - 2 * PAD - (taken + PAD if first == last else 0.0)
        if room > 0.0:
            x, goal = line.x + PAD, _goal(challenge)
            canvas.text(x, first, goal, size=SMALL, color=palette.DIM, width=room)

    def _line_height(self, canvas: Canvas, width: float) -> float:
        """Return the height of goal and standing, side by side or one above another."""
        attempt = self._session.world.attempt
        if attempt is None:
            return LINE
        goal = canvas.measure.width(_goal(attempt.challenge), SMALL)
        return LINE if goal <= width - STANDING else TWO_LINES

    def _standing(self, attempt: Attempt) -> str:
        """Return score, and what is left; or how it ended."""
        world, challenge = self._session.world, attempt.challenge
        score = attempt.prospect(world.inventory, self._session.bath)
        said = [f"score {fixed(score)}"]
        if world.tick_count >= challenge.steps:
            count = attempt.stars(world.inventory)
            said.insert(0, f"The end: {count} star{'' if count == 1 else 's'}")
            said.append(
                "goal reached"
                if attempt.is_reached(world.inventory)
                else "goal not reached"
            )
            return ", ".join(said)
        if challenge.goal.quantities:
            said[0] += " as it is now"
            said.append(
                "stars at " + ", ".join(short(star) for star in challenge.stars)
            )
        elif following := [star for star in challenge.stars if star > score]:
            said.append(f"next star at {short(following[0])}")
        said.append(f"{challenge.seconds - world.time:.1f} s left")
        if attempt.left is not None:
            said.append(f"budget {max(attempt.left, 0.0):.2f}")
        return ", ".join(said)

    def _columns(self, width: float) -> int:
        attempt = self._session.world.attempt
        moves = 1 if attempt is None else max(1, len(attempt.challenge.moves) - 1)
        most = max(1, int((width + GAP) / (NARROWEST + GAP)))
        return min(moves, most)

    def _follow(self, challenge: Challenge) -> None:
        """Make new buttons where the challenge is another."""
        if challenge is self._of:
            return
        self._of, moves = challenge, self._moves
        self._buttons = [
            Button(
                label_of(move),
                partial(moves.do, move),
                hint=partial(moves.hint, move),
                enabled=partial(moves.can, move),
                refuse=partial(moves.do, move),
            )
            for move in moves.all()
        ]


def _goal(challenge: Challenge) -> str:
    return "; ".join(goal_lines(challenge.goal))
