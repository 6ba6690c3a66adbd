"""What kind of content a file has, by its keys."""

from __future__ import annotations

from typing import Literal

from spacewheat_sim.content.biome import BiomeFile
from spacewheat_sim.content.challenge.files import is_challenge
from spacewheat_sim.content.icon import IconFile
from spacewheat_sim.content.yaml.document import YamlDocument

Kind = Literal["icons", "scenario", "challenge", "biome"]

_ICON_KEYS = {"schema", *IconFile.model_fields}
_BIOME_KEYS = set(BiomeFile.model_fields) - _ICON_KEYS


def kind_of(document: YamlDocument) -> Kind:
    """Return what a file is of.

    Icons have the key ``icons`` or ``rhythms`` and none that only biomes have,
    scenarios ``experiment``, challenges ``biome`` or ``goal``. All else is a biome,
    also what is no mapping.
    """
    keys = set(document.data) if isinstance(document.data, dict) else set()
    if keys & {"icons", "rhythms"} and not keys & _BIOME_KEYS:
        return "icons"
    if "experiment" in keys:
        return "scenario"
    return "challenge" if is_challenge(document) else "biome"
