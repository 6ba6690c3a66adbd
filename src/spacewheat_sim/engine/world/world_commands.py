"""What the player's commands do to a world."""

from __future__ import annotations

from typing import NamedTuple

from spacewheat_sim.engine.bath.events import Collapsed
from spacewheat_sim.engine.world.baths import WorldBaths
from spacewheat_sim.engine.world.commands import (
    Collapse,
    Command,
    EditBiome,
    EditIcon,
    Plant,
    PlotId,
    SetStep,
)
from spacewheat_sim.engine.world.events import (
    BiomeEdited,
    Edited,
    Event,
    StepSet,
)
from spacewheat_sim.engine.world.plots import Garden


class Done(NamedTuple):
    """What was done, and where: a bath's name and a plot, or None for the world."""

    event: Event
    biome: str | None = None
    plot: PlotId | None = None


def carry_out(command: Command, garden: Garden, baths: WorldBaths) -> Done:
    """Do what ``command`` says, or raise before anything is changed.

    Raises:
        ArgumentError: an unknown biome, plot or emoji, a strength out of its range, or
            an edit under which the next step could not be taken.
    """
    match command:
        case EditIcon(icon):
            names = baths.edit_icon(icon)
            return Done(Edited(baths.time, icon.emoji, names))
        case EditBiome(biome, content):
            garden.bath(biome)  # refuses a name that is none
            method = baths.edit_biome(biome, content)
            return Done(BiomeEdited(baths.time, method), biome)
        case SetStep(dt):
            return Done(StepSet(baths.time, baths.set_step(dt)))
        case Collapse(biome):
            return Done(_collapse(command, garden), biome)
        case Plant(biome, plot):
            return Done(garden.obey(command), biome, plot)
        case _:
            biome = garden.plot(command.plot).biome
            return Done(garden.obey(command), biome, command.plot)


def _collapse(command: Collapse, garden: Garden) -> Collapsed:
    bath = garden.bath(command.biome)
    if command.strength is None:
        return bath.full_collapse(command.emoji)
    return bath.partial_collapse(command.emoji, command.strength)
