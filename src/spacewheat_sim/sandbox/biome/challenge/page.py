"""The page of a challenge: what it is about, what counts, and what was earned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from spacewheat_sim.content.challenge.act import Act
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.challenge.goal import Wanted
from spacewheat_sim.content.challenge.summary import goal_lines
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.challenges.attempt import Attempt
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.challenge.best_runs import FULL, star_text
from spacewheat_sim.sandbox.biome.challenge.contest import Contest
from spacewheat_sim.sandbox.biome.empty_hint import draw_empty_hint
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, TITLE, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Moved, Pressed, Released, Wheeled
from spacewheat_sim.sandbox.shapes import Color
from spacewheat_sim.sandbox.widgets.scroll import Scroll
from spacewheat_sim.sandbox.words.number_text import fixed, short

MARGIN, LINE, BREAK = 10.0, 17.0, 8.0
INDENT = 12.0
NONE = "No challenge is played."
HARVESTED = "amount times value of each {}, beyond the goal too"
KEYS = "Space runs and pauses, . takes a step, 1 to 9 make the moves, F5 restarts."


class Paragraph(NamedTuple):
    """A text of the page, and the room before it.

    Attributes:
        text: The text.
        color: Color of its letters.
        size: Height of its letters.
        bold: Whether it is bold.
        indent: Room at its left.
        above: Room above its first line.
    """

    text: str
    color: Color = palette.TEXT
    size: float = SMALL
    bold: bool = False
    indent: float = INDENT
    above: float = 0.0


class GoalPage:
    """Goal, moves and score of the challenge, in words, and the best run.

    Args:
        session: The session, in whose world a challenge may be played.
        contest: What the attempt is compared with.
    """

    def __init__(self, session: BiomeSession, contest: Contest) -> None:
        self._session, self._contest = session, contest
        self._scroll = Scroll()

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:  # noqa: ARG002 - as pages have it
        """Add the texts; if they do not fit, they scroll."""
        canvas.panel(area)
        view = area.inset(MARGIN)
        attempt = self._session.world.attempt
        if attempt is None:
            draw_empty_hint(canvas, view, NONE)
            return
        world = self._session.world
        points = _points(attempt, world.inventory, self._session.bath)
        told = _told(attempt.challenge, points, self._earned(attempt))
        lines = list(_lines(canvas, told, view.w - 12.0))
        height = sum(LINE + line.above for line in lines)
        content = self._scroll.place(canvas, view, height)
        y = content.y
        for line in lines:
            y += line.above + LINE
            canvas.text(
                content.x + line.indent,
                y - LINE / 2,
                line.text,
                size=line.size,
                color=line.color,
                bold=line.bold,
            )
        self._scroll.finish(canvas)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the page."""
        return isinstance(event, Moved | Pressed | Released | Wheeled) and (
            self._scroll.handle(event)
        )

    def _earned(self, attempt: Attempt) -> str:
        """Return stars and score of the best finished run."""
        best = self._contest.best
        if self._contest.is_new_best:
            inventory = self._session.world.inventory
            score, stars = attempt.score(inventory), attempt.stars(inventory)
        elif best is not None:
            score, stars = best.proven.score, best.proven.stars
        else:
            return "no run was finished yet"
        return f"{star_text(stars)}, {fixed(score)}"


def _told(challenge: Challenge, points: list[str], earned: str) -> list[Paragraph]:
    """Return all that the page says."""
    budget = "" if challenge.budget is None else f"; the budget is {challenge.budget:g}"
    stars = zip((1, 2, 3), challenge.stars, strict=True)
    said = challenge.hardness
    hardness = [Paragraph(said, indent=0.0, above=BREAK / 2)] if said else []
    return [
        Paragraph(challenge.name, size=TITLE, bold=True, indent=0.0),
        Paragraph(challenge.description, palette.DIM, indent=0.0, above=BREAK / 2),
        *hardness,
        _heading("Goal"),
        *map(Paragraph, goal_lines(challenge.goal)),
        _heading(f"Score, as it is now; it counts at {challenge.seconds:g} s"),
        *map(Paragraph, points),
        _heading("Stars"),
        Paragraph(
            ", ".join(f"{FULL * n} from {short(score)}" for n, score in stars)
            + ", once the goal is reached"
        ),
        Paragraph(f"your best: {earned}"),
        _heading(f"Moves, one in {challenge.step:g} s{budget}"),
        *(Paragraph(_act(act)) for act in challenge.acts),
        Paragraph(KEYS, palette.DIM, indent=0.0, above=BREAK),
    ]


def _heading(text: str) -> Paragraph:
    return Paragraph(text, bold=True, indent=0.0, above=BREAK)


def _act(act: Act) -> str:
    bounds = ""
    if act.between is not None:
        low, high = act.between
        bounds = f", from {low:g} to {high:g}"
    return f"{act}{bounds}: costs {act.cost:g}"


def _points(
    attempt: Attempt, inventory: Mapping[str, float], bath: QuantumBath
) -> list[str]:
    """Return what is counted for and against, each with what it comes to now."""
    goal, found = attempt.challenge.goal, []
    if goal.harvested:
        taken = sum(inventory.get(emoji, 0.0) for emoji in goal.harvested)
        found.append(_part(taken, HARVESTED.format(" and ".join(goal.harvested))))
    for wanted, worth in zip(goal.quantities, attempt.prospects(bath), strict=True):
        found.append(_part(worth, _quantity(wanted)))
    if goal.guessed is not None:
        guessed = goal.guessed if attempt.is_right else 0.0
        found.append(_part(guessed, f"{goal.guessed:g} for a right guess"))
    found.append(_part(-attempt.standing.spent, "what the moves cost"))
    return found


def _quantity(wanted: Wanted) -> str:
    """Return how a quantity counts."""
    worth = "" if wanted.worth == 1.0 else f"{wanted.worth:g} times "
    bound = wanted.bound
    if bound is not None and bound.near is not None:
        return f"minus {worth}the distance of {wanted} from {bound.near:g}"
    sign = "minus " if bound is not None and bound.at_least is None else ""
    return f"{sign}{worth}{wanted}"


def _part(points: float, text: str) -> str:
    return f"{fixed(points, signed=True)}: {text}"


def _lines(canvas: Canvas, told: list[Paragraph], width: float) -> Iterator[Paragraph]:
    """Yield the paragraphs line by line."""
    for paragraph in told:
        room = width - paragraph.indent
        for n, line in enumerate(canvas.wrapped(paragraph.text, paragraph.size, room)):
            yield paragraph._replace(text=line, above=0.0 if n else paragraph.above)
