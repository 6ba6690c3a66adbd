"""The files with schemas that lie beside content, and the line that names them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.schema.conditions import Schema
from spacewheat_sim.content.schema.schema import FileKind, Known, file_schema
from spacewheat_sim.content.starting_files import write_new

# Editors that speak to the YAML language server look for it in comments.
MARK = "# yaml-language-server: $schema="


def known_names(
    registry: IconRegistry, experiments: Mapping[str, Schema] | None = None
) -> Known:
    """Return what an editor can offer: emojis with icons, rhythms, experiments."""
    emojis = {icon.emoji: icon.name for icon in registry}
    return Known(emojis, registry.rhythms, experiments or {})


def schema_name(kind: FileKind) -> str:
    """Return the name of the file with the schema of a kind."""
    return f"{kind}.schema.json"


def modeline(kind: FileKind) -> str:
    """Return the line that tells an editor of the schema beside a file."""
    return f"{MARK}{schema_name(kind)}\n"


def schema_text(schema: Schema) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def write_schema_beside(path: Path, kind: FileKind) -> None:
    """Write the schema of a kind into the folder of ``path``, unless it is there.

    Raises:
        RunError: It cannot be written.
    """
    place = path.with_name(schema_name(kind))
    if not os.path.lexists(place):
        known = known_names(IconRegistry.builtin())
        write_new(place, schema_text(file_schema(kind, known)))
