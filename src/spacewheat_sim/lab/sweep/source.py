"""A sweep that is ready to run: its spec, with everything that it is made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import read_file
from spacewheat_sim.lab.bundle.files import BIOME, CONTENT, LARGEST_PART, META
from spacewheat_sim.lab.sweep.rows import Job
from spacewheat_sim.lab.sweep.spec import SweepSpec, read_spec

# What a run adds to the beginning of its metadata.
_ADDED = (
    "schema_version",
    "status",
    "stopped_in",
    "versions",
    "platform",
    "blas",
    "git_revision",
    "timings",
    "files",
)


@dataclass(frozen=True)
class Source:
    """A sweep with the content of its biome.

    Attributes:
        spec: What it is to do.
        meta: What its ``meta.json`` begins with.
        files: What else its bundle begins with, by name.
        notice: What of its biome does not act, in a line.
    """

    spec: SweepSpec
    meta: Mapping[str, Any]
    files: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""

    @property
    def job(self) -> Job:
        """What is sent to workers."""
        record = {**self.spec.parameters, "seed": self.spec.seed}
        # The order of what is swept is that of the points.
        text = json.dumps(record, ensure_ascii=False)
        return Job(text, self.files.get(CONTENT, ""))


def open_source(spec: SweepSpec) -> Source:
    """Return a sweep with its biome as it is now.

    Raises:
        UnknownNameError: there is no such biome.
        ContentError: its file, or one of its icons', is invalid.
    """
    files, digests, notice = {}, {}, ""
    if spec.biome is not None:
        from spacewheat_sim.engine.compile import load_biome
        from spacewheat_sim.lab.simulation.content import composed_text, content_digest
        from spacewheat_sim.lab.sweep.content import content_text

        compiled = load_biome(spec.biome)
        spec = replace(spec, biome=compiled.biome.key)
        files = {BIOME: composed_text(compiled), CONTENT: content_text(compiled)}
        digests = {"content_digest": content_digest(compiled)}
        notice = compiled.notice
    meta = {
        "name": spec.name,
        "kind": "sweep",
        "parameters": spec.parameters,
        "seed": spec.seed,
        **digests,
    }
    return Source(spec, meta, files, notice)


def bundled_source(folder: Path, meta: Mapping[str, Any]) -> Source:
    """Return the sweep of a bundle, with the content that it holds and no other.

    Args:
        folder: The bundle.
        meta: Its metadata.

    Raises:
        ArgumentError: it says what no sweep does, or a file cannot be read.
    """
    parameters = meta.get("parameters", {})
    if not isinstance(parameters, dict):
        raise ArgumentError(f"{folder / META}: `parameters` must be a mapping")
    spec = read_spec({**parameters, "seed": meta.get("seed")})
    begun = {name: value for name, value in meta.items() if name not in _ADDED}
    names = (BIOME, CONTENT) if spec.biome else ()
    return Source(spec, begun, {name: _text(folder / name) for name in names})


def _text(path: Path) -> str:
    data = read_file(path, LARGEST_PART)
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ArgumentError(f"{path} is damaged: it is not UTF-8") from None
