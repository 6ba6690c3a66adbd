"""The biomes, scenarios and challenges that go by a name, and their packs."""

from __future__ import annotations

import sys

from spacewheat_sim.cli.output import write_json


def write_list(*, as_json: bool) -> int:
    """Write all biomes, scenarios and challenges to standard output; return 0."""
    from spacewheat_sim.content.packs.library import Library

    library = Library()
    kinds = {
        "biomes": library.biomes,
        "scenarios": library.scenarios,
        "challenges": library.challenges,
    }
    if as_json:
        packs = [
            {"name": pack.name, "path": str(pack.path), "icons": len(pack.icon_files)}
            for pack in library.packs
        ]
        listed = {
            kind: [
                {
                    "key": entry.key,
                    "name": entry.name,
                    "pack": entry.pack,
                    "path": str(entry.path),
                }
                for entry in entries
            ]
            for kind, entries in kinds.items()
        }
        write_json({**listed, "packs": packs})
        return 0
    everything = [entry for entries in kinds.values() for entry in entries]
    width = max(len(entry.key) for entry in everything)
    longest = max(len(entry.name) for entry in everything)
    for kind, entries in kinds.items():
        sys.stdout.write(f"{kind.capitalize()}:\n")
        for entry in entries:
            text = f"  {entry.key:<{width}}  {entry.name:<{longest}}  {entry.pack}"
            sys.stdout.write(f"{text.rstrip()}\n")
    sys.stdout.write("Packs:\n")
    for pack in library.packs:
        sys.stdout.write(f"  {pack.name:<{width}}  {pack.path}\n")
    return 0
