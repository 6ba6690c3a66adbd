"""What a player changes of a biome: its method, its numbers, its content."""

from __future__ import annotations

from spacewheat_sim.choices import Method
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.engine.world.commands import (
    EditBiome,
    EditIcon,
    SetStep,
    SetWeight,
)
from spacewheat_sim.engine.world.events import BiomeEdited
from spacewheat_sim.sandbox.biome.session.session import BiomeSession


def set_method(session: BiomeSession, method: Method) -> None:
    """Continue under another method, from the present state."""
    evolution = session.biome.evolution.model_copy(update={"method": method})
    edit_biome(session, session.biome.model_copy(update={"evolution": evolution}))


def set_weight(session: BiomeSession, layer: str, weight: float) -> None:
    """Give the icons of a layer another weight."""
    if session.biome.weight_of(layer) != weight:
        session.do(SetWeight(session.name, layer, weight))


def set_dt(session: BiomeSession, dt: float) -> None:
    """Set the length of a tick to ``dt`` seconds."""
    session.do(SetStep(dt))


def edit_icon(session: BiomeSession, icon: Icon) -> None:
    """Replace an icon: the biome's own if it has one, else the shared one."""
    session.do(edit_of(session, icon))


def edit_of(session: BiomeSession, icon: Icon) -> EditBiome | EditIcon:
    """Return the command that replaces an icon; see :func:`edit_icon`."""
    same = icon.key, icon.layer, icon.extends
    own = [
        i
        for i, mine in enumerate(session.biome.icons)
        if (mine.key, mine.layer, mine.extends) == same
    ]
    if not own:
        return EditIcon(icon)
    icons = list(session.biome.icons)
    icons[own[0]] = icon
    content = session.biome.model_copy(update={"icons": tuple(icons)})
    return EditBiome(session.name, content)


def edit_biome(session: BiomeSession, content: Biome) -> bool:
    """Replace the biome by ``content``; return whether the world did it.

    It refuses to leave out an emoji that is still there, or that a plot is on.
    """
    events = session.do(EditBiome(session.name, content))
    return any(isinstance(event.event, BiomeEdited) for event in events)
