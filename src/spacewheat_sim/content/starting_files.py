"""Commented files for authors to start from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from spacewheat_sim.content.folders import is_yaml
from spacewheat_sim.errors import ArgumentError, RunError, os_reason
from spacewheat_sim.jsonio import write_atomically

FileKind = Literal["icon", "biome"]

_ICON = """\
# A family of icons. `spacewheat content check {file}` tells what is wrong with it;
# `spacewheat content schema icon` lists everything that an icon can say.
schema: 1
icons:
  - emoji: 🐌
    name: {name}
    description: One sentence that tells a player what it does.
    tags: [fauna, herbivore]
    trophic_level: 2                    # 0 abiotic, 1 producer, 2 herbivore, 3 predator
    self_energy: 0.01                   # rad/s
    # driver: {{shape: cosine, frequency: 0.05}}   # Hz; multiplies self_energy
    couplings: {{🌿: 0.3}}                # rad/s; probability swings to and fro
    transfers_from: {{🌿: 0.05}}          # 1/s; jumps from another emoji to this one
    # transfers_to: {{🐦: 0.02}}          # 1/s; jumps from this emoji to another
    decay: {{rate: 0.02, target: 🍂}}     # 1/s; 🍂 is the default target
    # dephasing: 0.01                   # 1/s; washes out the phase, moves nothing
"""

_BIOME = """\
# A biome. `spacewheat content check {file}` tells what is wrong with it, and
# `spacewheat content show {file}` what its icons do and which terms were dropped.
schema: 1
name: {name}
description: One sentence that tells a player what happens here.
emojis: [☀, 💧, 🌱, 🌿, 🐇, 🍂]
initial:                                # or `uniform`, or {{emoji: 🌱}}
  weights: {{☀: 0.3, 💧: 0.3, 🌱: 0.3, 🐇: 0.1}}   # relative; those left out begin at 0
evolution: {{method: trajectory}}         # or master: the average over all trajectories
axes:                                   # pairs to watch as Bloch spheres
  - {{north: 🌱, south: 🌿}}
  - {{north: 🌿, south: 🍂}}
# icons:                                # this biome's own icons replace the shared ones
#   - emoji: 🐇
#     name: Slow Rabbit
#     couplings: {{🌿: 0.1}}
"""


def write_starting_file(kind: FileKind, target: Path) -> Path:
    """Write a valid file of ``kind`` to start from and return its path.

    Args:
        kind: ``icon`` or ``biome``.
        target: Its name, with or without ``.yaml``, in a folder that exists.

    Raises:
        ArgumentError: The file exists, its folder does not, or the name is unusable.
        RunError: The file cannot be written; nothing is left of it.
    """
    if not target.name:
        raise ArgumentError(f"Argument `name` must name a file, but is {str(target)!r}")
    path = target if is_yaml(target) else target.with_name(f"{target.name}.yaml")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", path.stem):
        raise ArgumentError(
            "Argument `name` must be a letter followed by letters, digits, hyphens "
            f"or underscores, but is {path.stem!r}"
        )
    name = "".join(part.capitalize() for part in re.split(r"[-_]+", path.stem))
    template = _ICON if kind == "icon" else _BIOME
    text = template.format(name=name, file=path.name)
    try:
        write_atomically(path, text, replace=False)
    except FileExistsError:
        raise ArgumentError(f"{path} exists and is not overwritten") from None
    except (FileNotFoundError, NotADirectoryError):
        raise ArgumentError(f"{path} cannot be written: it has no folder") from None
    except OSError as error:
        raise RunError(f"{path} cannot be written: {os_reason(error)}") from None
    return path
