"""What the player's commands do to a world."""

from __future__ import annotations

from spacewheat_sim.engine.world.baths import WorldBaths
from spacewheat_sim.engine.world.commands import (
    ApplyGate,
    Collapse,
    Command,
    EditBiome,
    EditIcon,
    EditNumber,
    EditRhythm,
    Guess,
    Harvest,
    Look,
    Measure,
    Plant,
    PlotId,
    Remove,
    SetStep,
    SetWeight,
)
from spacewheat_sim.engine.world.edits import (
    edit_biome,
    edit_icon,
    edit_number,
    edit_rhythm,
    set_weight,
)
from spacewheat_sim.engine.world.events import (
    BiomeEdited,
    Edited,
    Event,
    NumberEdited,
    RhythmEdited,
    StepSet,
    WeightSet,
)
from spacewheat_sim.engine.world.plots import Garden
from spacewheat_sim.errors import ArgumentError

# What was done, and where: a bath's name and a plot, or None for the world.
Done = tuple[Event, str | None, PlotId | None]


def carry_out(command: Command, garden: Garden, baths: WorldBaths) -> Done:
    """Do what ``command`` says, or raise before anything is changed.

    Raises:
        ArgumentError: an unknown biome, plot, emoji or gate, a plot that is taken, no
            axis of the biome, an unknown kind of measurement, a strength out of its
            range, or an edit under which the next step could not be taken.
    """
    match command:
        case EditIcon(icon):
            return Edited(baths.time, icon.emoji, edit_icon(baths, icon)), None, None
        case EditRhythm(name, rhythm):
            affected = edit_rhythm(baths, name, rhythm)
            return RhythmEdited(baths.time, name, affected), None, None
        case SetStep(dt):
            return StepSet(baths.time, baths.set_step(dt)), None, None
        case EditBiome(biome, content):
            garden.check_kept(biome, content.emoji_keys)
            method = edit_biome(baths, biome, content)
            return BiomeEdited(baths.time, method), biome, None
        case EditNumber(biome, path, value):
            garden.bath(biome)
            affected = edit_number(baths, biome, path, value)
            event = NumberEdited(baths.time, path, float(value), affected)
            return event, biome, None
        case Guess():
            raise ArgumentError("There is nothing to guess: the world is no challenge")
        case SetWeight(biome, layer, weight):
            garden.bath(biome)
            set_weight(baths, biome, layer, weight)
            return WeightSet(baths.time, layer, weight), biome, None
        case Collapse(biome, emoji, strength):
            bath = garden.bath(biome)
            if strength is None:
                return bath.full_collapse(emoji), biome, None
            return bath.partial_collapse(emoji, strength), biome, None
        case ApplyGate(biome, gate, axis, other, angle):
            bath = garden.bath(biome)
            return bath.apply_gate(gate, axis, other, angle=angle), biome, None
        case Plant(biome, plot, north, south):
            return garden.plant(biome, plot, north, south), biome, plot
        case _:
            biome = garden.plot(command.plot).biome
            return _through_plot(command, garden, baths), biome, command.plot


def _through_plot(
    command: Look | Measure | Harvest | Remove, garden: Garden, baths: WorldBaths
) -> Event:
    match command:
        case Look(plot):
            return garden.look(plot)
        case Measure(plot, kind, strength):
            return garden.measure(plot, kind, strength)
        case Harvest(plot):
            return garden.harvest(plot, baths.value_of)
        case Remove(plot):
            return garden.remove(plot)
