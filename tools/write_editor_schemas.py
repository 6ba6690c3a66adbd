"""Write the schemas beside the built-in content, and the lines that name them.

    python tools/write_editor_schemas.py

Run it after any change of icons, of what a file may hold, or of an experiment's
parameters, and after adding a file: the tests ask for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from spacewheat_sim.content.folders import CHECKOUT, is_yaml
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.schema.files import (
    MARK,
    known_names,
    modeline,
    schema_name,
    schema_text,
)
from spacewheat_sim.content.schema.schema import FileKind, file_schema
from spacewheat_sim.lab.scenario_schema import experiment_schemas

FOLDERS: dict[str, FileKind] = {
    "icons": "icon",
    "biomes": "biome",
    "biomes/lab": "scenario",
    "biomes/challenges": "challenge",
}


def wanted() -> Iterator[tuple[Path, str]]:
    """Yield each file that should be there, with its text."""
    known = known_names(IconRegistry.builtin(), experiment_schemas())
    for name, kind in FOLDERS.items():
        folder = CHECKOUT / name
        yield folder / schema_name(kind), schema_text(file_schema(kind, known))
        for path in sorted(filter(is_yaml, folder.iterdir())):
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            rest = [line for line in lines if not line.startswith(MARK)]
            yield path, modeline(kind) + "".join(rest)


def main() -> None:
    """Write what differs, and say so."""
    for path, text in wanted():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(CHECKOUT)}")


if __name__ == "__main__":
    main()
