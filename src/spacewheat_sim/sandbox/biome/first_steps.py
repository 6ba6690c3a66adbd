"""The first three things to do in a biome, told until they were done once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from spacewheat_sim.engine.bath.events import Gated, Harvested, Measured
from spacewheat_sim.engine.world.events import Event, Planted
from spacewheat_sim.sandbox.settings import Settings


class Step(NamedTuple):
    """A step: its name in the settings, what to do, and the event of having done it.

    A step without an event is done by looking: see :meth:`FirstSteps.take`.
    """

    name: str
    text: str
    done_by: type[Event] | None


PLANT = Step("plant", "click one bubble, then another: that plants an axis", Planted)
MEASURE = Step("measure", "press M: that measures the axis", Measured)
HARVEST = Step("harvest", "press H: that takes what is on the axis", Harvested)
NOTHING = "nothing was on this axis: plant one on large bubbles, and press H there"
CHOOSE = Step("choose", "click a sphere: gates act on the axis that it shows", None)
GATE = Step(
    "gate", "click the gate H below: the axis is then north and south at once", Gated
)
LEVEL_STEPS = (PLANT, MEASURE, HARVEST)
REGISTER_STEPS = (CHOOSE, GATE, MEASURE)


class FirstSteps:
    """Which of the first steps is next.

    Args:
        settings: Knows which ones were taken.
        steps: Returns those of what is played: a register has steps of its own;
            a challenge and a replay have none.
    """

    def __init__(
        self,
        settings: Settings,
        steps: Callable[[], Sequence[Step]] = lambda: LEVEL_STEPS,
    ) -> None:
        self._settings = settings
        self._steps = steps
        self._took_nothing = False

    @property
    def next(self) -> Step | None:
        """The first step that was not taken yet, or None."""
        taken = self._settings.steps
        return next((step for step in self._steps() if step.name not in taken), None)

    @property
    def text(self) -> str:
        """What to do next, with its number, or ""."""
        step = self.next
        if step is None:
            return ""
        steps = self._steps()
        text = NOTHING if step is HARVEST and self._took_nothing else step.text
        return f"{steps.index(step) + 1} of {len(steps)}: {text}"

    def take(self, step: Step) -> None:
        """Note that a step was taken: it is not told again."""
        self._settings.take_step(step.name)

    def note(self, event: Event) -> None:
        """Note what the player did.

        A harvest that took nothing is not one, which is said.
        """
        if isinstance(event, Harvested) and event.outcome is None:
            self._took_nothing = True
            return
        if isinstance(event, Planted):
            self._took_nothing = False
        for step in self._steps():
            if step.done_by is not None and isinstance(event, step.done_by):
                self.take(step)
