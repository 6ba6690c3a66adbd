"""Commented files for authors to start from."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from spacewheat_sim.content.folders import is_yaml
from spacewheat_sim.errors import ArgumentError, RunError, os_reason
from spacewheat_sim.interrupts import uninterrupted
from spacewheat_sim.jsonio import write_atomically

StartingKind = Literal["icon", "biome", "register", "challenge"]

_ICON = """\
# yaml-language-server: $schema=icon.schema.json
# Icons. `spacewheat content check {file}` reports problems;
# `spacewheat content schema icon` lists all keys of an icon.
schema: 1
icons:
  - emoji: 🐌
    name: {name}
    description: One sentence about what it does.
    tags: [fauna, herbivore]
    trophic_level: 2                    # 0 abiotic, 1 producer, 2 herbivore, 3 predator
    self_energy: 0.01                   # rad/s
    # drivers: [{{rhythm: day, amplitude: 0.2}}]     # rad/s; adds to self_energy
    couplings: {{🌿: 0.3}}                # rad/s; probability swings back and forth
    transfers_from: {{🌿: 0.05}}          # 1/s; jumps from another emoji to this one
    # transfers_from: {{🌿: {{rate: 0.05, rhythm: day, depth: 0.8}}}}   # by day only
    # transfers_to: {{🐦: 0.02}}          # 1/s; jumps from this emoji to another
    decay: {{rate: 0.02, target: 🍂}}     # 1/s; 🍂 is the default target
    # dephasing: 0.01                   # 1/s; destroys the phase, moves no probability
"""

_BIOME = """\
# yaml-language-server: $schema=biome.schema.json
# A biome. `spacewheat content check {file}` reports problems, and
# `spacewheat content show {file}` lists its terms and the dropped ones.
schema: 1
name: {name}
description: One sentence about what happens here.
emojis: [☀, 💧, 🌱, 🌿, 🐇, 🍂]
initial:                                # or `uniform`, or {{emoji: 🌱}}
  weights: {{☀: 0.3, 💧: 0.3, 🌱: 0.3, 🐇: 0.1}}   # relative; the others start at 0
evolution: {{method: trajectory}}         # or master: the average over all trajectories
axes:                                   # pairs to watch as Bloch spheres
  - {{north: 🌱, south: 🌿}}
  - {{north: 🌿, south: 🍂}}
# layers: {{base: 1.0, winter: 0.5}}      # weights of the layers that icons are in
icons:                                  # this biome's own, in place of shared ones
  - emoji: 🌱
    name: Compost
    extends: true                       # or added to them, as here
    transfers_from: {{🍂: 0.05}}          # 1/s; what falls feeds what grows
"""


_REGISTER = """\
# yaml-language-server: $schema=biome.schema.json
# A biome whose axes are qubits. `spacewheat content check {file}` reports problems,
# and `spacewheat content show {file}` lists its terms and the dropped ones.
schema: 1
name: {name}
description: One sentence about what happens here.
register:                               # one of the two poles of each axis is always on
  - {{north: ☀, south: 🌙}}
  - {{north: 🌾, south: 🍄}}
  - {{north: 🐇, south: 🐺}}
initial:                                # or `uniform`, or {{poles: [☀, 🌾]}}
  weights: {{☀: 0.7, 🌾: 0.5}}            # probability of each on its own axis
evolution: {{method: trajectory}}         # or master: the average over all trajectories
icons:                                  # these replace the shared ones in this biome
  - emoji: ☀
    name: Day
    couplings: {{🌙: 0.4}}                # rad/s; on one axis: probability swings
    alignments: {{🌾: -0.5}}              # rad/s; energy of both being on
  - emoji: 🌾
    name: Grain
    pair_couplings: {{🐇: 0.3}}           # rad/s; both on from both off
    transfers_from: {{🍄: {{rate: 0.2, when: ☀}}}}   # 1/s; only where the sun is on
  - emoji: 🐺
    name: Wolf
    transfers_from: {{🐇: {{rate: 0.1, unless: 🌾}}}}
    dephasing: 0.02                     # 1/s; destroys the phase of its axis
"""

_CHALLENGE = """\
# yaml-language-server: $schema=challenge.schema.json
# A challenge. `spacewheat content check {file}` reports problems, and
# `spacewheat challenge run {file} --policy random` plays it.
schema: 1
name: {name}
description: One sentence about what is to be done, and what makes it hard.
biome: two_level                        # a biome's name, or its path from this file
seconds: 20                             # how long an attempt lasts, in s
step: 0.5                               # s between two acts
budget: 2                               # what all acts may cost; no limit without it
acts:                                   # what may be done, one act a step
  - {{harvest: 🌕/🌑, cost: 0.1}}         # takes what is on the axis
  - {{measure: 🌕/🌑, cost: 0.05}}        # looks, and takes nothing
  # - {{edit: 🌕.couplings.🌑, between: [0, 3], levels: 5, cost: 0.2}}
goal:
  harvested: {{🌕: 5}}                   # worth its icon's `value` each, beyond 5 too
  # quantities: [{{population: 🌕, at: 20, value: {{at_least: 0.9}}, worth: 2}}]
stars: [5, 8, 10]                       # the scores that earn one, two and three stars
sees: jumps                             # or populations, or axes: what may be observed
level: 1                                # 1 easy to 5 hard: lists are in this order
takes: the right moment                 # what it takes, in a few words
"""

_TEXTS: dict[StartingKind, str] = {
    "icon": _ICON,
    "biome": _BIOME,
    "register": _REGISTER,
    "challenge": _CHALLENGE,
}


def write_starting_file(kind: StartingKind, target: Path) -> Path:
    """Write a valid file of ``kind`` to start from and return its path.

    Args:
        kind: ``icon``, ``biome``, ``register``, which is a biome of qubits, or
            ``challenge``.
        target: Its name, with or without ``.yaml``, in a folder that exists. That for
            challenges, ``biomes/challenges`` of a pack, is made if it is not there.

    Raises:
        ArgumentError: The file exists, its folder does not, or the name is invalid.
        RunError: The file cannot be written.
    """
    if not target.name:
        raise ArgumentError(f"Argument `name` must name a file, but is {str(target)!r}")
    path = target if is_yaml(target) else target.with_name(f"{target.name}.yaml")
    name = title_of(path.stem)
    if kind == "challenge":
        _make_challenge_folder(path.parent)
    write_new(path, _TEXTS[kind].format(name=name, file=path.name))
    return path


def title_of(stem: str) -> str:
    """Return the name of content in a file called ``stem``, e.g. WetSwamp.

    Raises:
        ArgumentError: ``stem`` is not one word of Latin letters, digits and hyphens.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", stem):
        raise ArgumentError(
            "Argument `name` must be a letter followed by letters, digits, hyphens "
            f"or underscores, but is {stem!r}"
        )
    return "".join(part.capitalize() for part in re.split(r"[-_]+", stem))


def write_new(path: Path, text: str) -> None:
    """Write a file that does not exist yet.

    Raises:
        ArgumentError: It exists, or its folder does not.
        RunError: It cannot be written.
    """
    with _made(path):
        try:
            write_atomically(path, text, replace=False)
        except FileExistsError:
            raise ArgumentError(f"{path} already exists; choose another name") from None


@uninterrupted
def write_folder(folder: Path, texts: Mapping[Path, str]) -> None:
    """Write a folder that does not exist yet, with all of ``texts`` by path, or none.

    Raises:
        ArgumentError: The folder that it is to be in does not exist.
        RunError: It cannot be written.
    """
    fresh = folder.with_name(f".{secrets.token_hex(8)}.unfinished")
    with _made(folder):
        try:
            fresh.mkdir()
            for place, text in texts.items():
                path = fresh / place
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, text)
            fresh.rename(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _make_challenge_folder(folder: Path) -> None:
    """Make the folder of a pack in which challenges are looked for, if it is this."""
    if folder.name == "challenges" and folder.absolute().parent.name == "biomes":
        with _made(folder):
            folder.mkdir(exist_ok=True)


@contextmanager
def _made(path: Path) -> Iterator[None]:
    """Tell why ``path`` cannot be made, where it cannot."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise ArgumentError(
            f"{path} cannot be written: its folder does not exist"
        ) from None
    except OSError as error:
        raise RunError(f"{path} cannot be written: {os_reason(error)}") from None
