"""A sweep that is ready to run: its spec, with everything that it is made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from spacewheat_sim.lab.bundle.files import BIOME
from spacewheat_sim.lab.sweep.rows import Job
from spacewheat_sim.lab.sweep.spec import SweepSpec

CONTENT = "content.json"


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
