"""The first three things to do in a biome, told until they were done once."""

from __future__ import annotations

from typing import NamedTuple

from spacewheat_sim.engine.bath.events import Harvested, Measured
from spacewheat_sim.engine.world.events import Event, Planted
from spacewheat_sim.sandbox.settings import Settings


class Step(NamedTuple):
    """A step: its name in the settings, what to do, and the event of having done it."""

    name: str
    text: str
    done_by: type[Event]


STEPS = (
    Step("plant", "click one bubble, then another: that plants an axis", Planted),
    Step("measure", "press M: that measures the axis", Measured),
    Step("harvest", "press H: that takes what is on the axis", Harvested),
)


class FirstSteps:
    """Which of the first steps is next.

    Args:
        settings: Knows which ones were taken.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def next(self) -> Step | None:
        """The first step that was not taken yet, or None."""
        taken = self._settings.steps
        return next((step for step in STEPS if step.name not in taken), None)

    @property
    def text(self) -> str:
        """What to do next, with its number, or ""."""
        step = self.next
        if step is None:
            return ""
        return f"{STEPS.index(step) + 1} of {len(STEPS)}: {step.text}"

    @property
    def plants(self) -> bool:
        """Whether planting is the next step."""
        return self.next is STEPS[0]

    def note(self, event: Event) -> None:
        """Note what the player did: a step that is done is not told again.

        A harvest that took nothing is not one.
        """
        if isinstance(event, Harvested) and event.outcome is None:
            return
        for step in STEPS:
            if isinstance(event, step.done_by):
                self._settings.take_step(step.name)
