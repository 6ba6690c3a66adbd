"""The original game's files as a pack: a register a biome, a layer a faction."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import BASE_LAYER, Icon
from spacewheat_sim.content.importing.axes import AxesOfBiomes, axes_of
from spacewheat_sim.content.importing.icons import Drafts
from spacewheat_sim.content.importing.source import Losses, Lost, Part, read_source
from spacewheat_sim.content.resolved_icons import ResolvedIcon
from spacewheat_sim.content.schema_errors import problem_text
from spacewheat_sim.content.starting_files import write_folder
from spacewheat_sim.content.yaml.writer import biome_yaml, icons_yaml
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.errors import ArgumentError

MOST_TOLD = 20  # of what was lost, in an error

OWN_LAYER = "biome"
"""The layer of what a biome of the original says itself."""

BIOME_KEYS = ("name", "description", "emojis", "icon_components")
COMPONENT_KEYS = (
    *("self_energy", "hamiltonian", "lindblad_outgoing", "lindblad_incoming"),
    *("decay", "driver", "gated_lindblad_source", "alignment_couplings"),
)
FACTION_KEYS = {
    "self_energies": "self_energy",
    "hamiltonian": "hamiltonian",
    "lindblad_outgoing": "lindblad_outgoing",
    "lindblad_incoming": "lindblad_incoming",
    "decay": "decay",
    "drivers": "driver",
    "gated_lindblad": "gated_lindblad_source",
    "alignment_couplings": "alignment_couplings",
}
"""The component that each key of a faction has for every emoji."""


@dataclass(frozen=True)
class Imported:
    """A pack that was written, and what it does not have.

    Attributes:
        files: Its files.
        lost: What the sources say and the pack does not.
    """

    files: tuple[Path, ...]
    lost: tuple[Lost, ...]


def import_pack(sources: Sequence[Path], folder: Path) -> Imported:
    """Write the biomes and factions of JSON files as a pack in ``folder``.

    A biome becomes a register whose axes are its emojis, two by two, with icons of its
    own in the layer ``biome``. A faction becomes a file of icons in a layer of its own.
    The layers of factions weigh 0 in biomes that say themselves what their emojis do,
    and 1 in others.

    Raises:
        ArgumentError: A file is no JSON, or has neither; nothing of them can be used;
            or ``folder`` exists.
        RunError: The pack cannot be written.
    """
    losses = Losses()
    if os.path.lexists(folder):
        raise ArgumentError(f"{folder} already exists; choose another folder")
    biomes: list[Part] = []
    factions: list[Part] = []
    for path in sources:
        _sort(read_source(path, losses), biomes, factions)
    if not biomes and not factions:
        raise ArgumentError("There is no biome and no faction to import")
    texts = _texts(biomes, factions)
    if not texts:
        lost = "\n".join(f"lost: {each}" for each in losses.found[:MOST_TOLD])
        raise ArgumentError(f"Nothing of it can be imported\n{lost}".rstrip())
    write_folder(folder, texts)
    return Imported(tuple(folder / path for path in texts), tuple(losses.found))


def _sort(source: Part, biomes: list[Part], factions: list[Part]) -> None:
    """Add what a file holds to ``biomes`` and ``factions``."""
    if isinstance(source.value, list):
        for part in source.entries():
            is_biome = isinstance(part.value, dict) and (
                "emojis" in part.value or "icon_components" in part.value
            )
            (biomes if is_biome else factions).append(part)
        return
    for kind, found in source.keys(("biomes", "factions")).items():
        into = biomes if kind == "biomes" else factions
        if isinstance(found.value, dict):
            into.extend(part for _, part in found.items())
        else:
            into.extend(found.entries())


def _texts(biomes: list[Part], factions: list[Part]) -> dict[Path, str]:
    """Return the files of the pack, from the most general on."""
    axes = AxesOfBiomes([axes_of(part) for part in biomes])
    texts: dict[Path, str] = {}
    layers: list[str] = []
    for part in factions:
        known = part.keys(("name", "description", *FACTION_KEYS))
        layer = _new_name(_name_of(known, "faction"), [BASE_LAYER, OWN_LAYER, *layers])
        icons = list(_faction_icons(known, axes, layer))
        if icons:
            layers.append(layer)
            texts[Path("icons") / f"{layer}.yaml"] = icons_yaml(icons, layer)
        else:
            part.lose("has no icon that can be used")
    stems: list[str] = []
    for position, part in enumerate(biomes):
        known = part.keys(BIOME_KEYS)
        stem = _new_name(_name_of(known, "biome"), stems)
        text = _biome_text(part, known, axes.only(position), layers)
        if text is not None:
            stems.append(stem)
            texts[Path("biomes") / f"{stem}.yaml"] = text
    return texts


def _faction_icons(
    known: dict[str, Part], axes: AxesOfBiomes, layer: str
) -> Iterator[Icon]:
    drafts = Drafts(axes)
    for key, component in FACTION_KEYS.items():
        if key in known:
            for emoji, part in known[key].items():
                drafts.add(emoji, component, part)
    yield from _icons(drafts, {"layer": layer})


def _biome_text(
    part: Part, known: dict[str, Part], axes: AxesOfBiomes, layers: list[str]
) -> str | None:
    drafts = Drafts(axes)
    components = known.get("icon_components")
    for emoji, entry in components.items() if components is not None else ():
        for component, inner in entry.keys(COMPONENT_KEYS).items():
            drafts.add(emoji, component, inner)
    icons = list(_icons(drafts, {"layer": OWN_LAYER, "extends": True}))
    weight = 0.0 if icons else 1.0
    own = {OWN_LAYER: 1.0} if icons else {}
    data: dict[str, Any] = {
        "name": _name_of(known, "biome"),
        "register": axes.pairs,
        "layers": {BASE_LAYER: 0.0, **own, **dict.fromkeys(layers, weight)},
        "icons": icons,
    }
    if "description" in known:
        data["description"] = str(known["description"].value)
    try:
        biome = Biome.model_validate(data)
    except ValidationError as error:
        part.lose(f"is no register: {problem_text(Biome, error)}")
        return None
    members = set(biome.emoji_keys)
    for icon in icons:
        if icon.key not in members:
            part.lose(f"the icon of {icon.emoji} is of no emoji of the biome")
    kept = [icon for icon in icons if icon.key in members]
    resolved = [ResolvedIcon(icon.emoji, ((icon, 1.0),)) for icon in kept]
    return biome_yaml(biome, resolved, {})


def _icons(drafts: Drafts, more: dict[str, Any]) -> Iterator[Icon]:
    for draft in drafts.found():
        name = {"emoji": draft.emoji, "name": draft.emoji}
        try:
            yield Icon.model_validate({**name, **draft.fields, **more})
        except ValidationError as error:
            told = problem_text(Icon, error)
            draft.first.lose(f"the icon of {draft.emoji} cannot be: {told}")


def _name_of(known: dict[str, Part], kind: str) -> str:
    name = known["name"].value if "name" in known else None
    return name if isinstance(name, str) and name else kind


def _new_name(name: str, taken: Sequence[str]) -> str:
    """Return ``name`` as one word that is not ``taken``."""
    plain = re.sub(r"\W+", "_", canonical_emoji(name)).strip("_").lower() or "unnamed"
    word = plain if plain[0].isalpha() else f"n_{plain}"
    number, found = 1, word
    while found in taken:
        number += 1
        found = f"{word}_{number}"
    return found
