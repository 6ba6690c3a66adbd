"""Saves a biome with all changes as a new file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.resolved_icons import ResolvedIcon
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.content.yaml.writer import biome_yaml
from spacewheat_sim.jsonio import write_atomically

_EDITED = re.compile(r"-edited(-\d+)?$")


def save_biome(
    biome: Biome,
    icons: Iterable[ResolvedIcon],
    rhythms: Mapping[str, Rhythm],
    folder: Path,
) -> Path:
    """Write ``KEY-edited.yaml``, numbered if that exists, and return its path.

    Raises:
        OSError: The file cannot be written; no partial file is left.
    """
    text = biome_yaml(biome, icons, rhythms)
    key = _EDITED.sub("", biome.key or biome.name)
    stem = re.sub(r"[^\w-]+", "_", key).strip("_") or "biome"
    number = 1
    while True:
        path = folder / f"{stem}-edited{f'-{number}' if number > 1 else ''}.yaml"
        try:
            write_atomically(path, text, replace=False)
        except FileExistsError:
            number += 1
        else:
            return path
