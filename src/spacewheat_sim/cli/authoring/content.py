"""``spacewheat content``: check, show and create icons and biomes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from cyclopts import App

from spacewheat_sim.cli.arguments import Flag, PathWord
from spacewheat_sim.cli.authoring.check import check
from spacewheat_sim.cli.authoring.diff import diff
from spacewheat_sim.cli.authoring.show import show
from spacewheat_sim.cli.output import with_entities, write_json
from spacewheat_sim.exit_codes import DONE

app = App(name="content", help="Check, show, compare and create icons and biomes.")
app.command(check)
app.command(diff)
app.command(show)


@app.command
def report(biome: str, /, *, json: Flag = False) -> int:
    """Say on a page what a biome does: parts, times, rates, and what moves them.

    Args:
        biome: A biome's name or file.
        json: Print one JSON document.
    """
    from spacewheat_sim.engine.compile import load_biome
    from spacewheat_sim.engine.report.report import biome_report

    found = biome_report(load_biome(biome))
    if json:
        write_json(found.record())
    else:
        sys.stdout.write(f"{found}\n")
    return DONE


@app.command
def schema(kind: Literal["icon", "biome", "scenario", "challenge"] = "biome") -> int:
    """Print the JSON Schema of a kind of file, for completion in editors.

    It offers the emojis and rhythms of the packs, and the experiments of the lab.

    Args:
        kind: The content of the file.
    """
    from spacewheat_sim.content.packs.library import Library
    from spacewheat_sim.content.schema.files import known_names
    from spacewheat_sim.content.schema.schema import file_schema
    from spacewheat_sim.lab.scenario_schema import experiment_schemas

    experiments = experiment_schemas() if kind == "scenario" else {}
    known = known_names(Library().registry(), experiments)
    write_json(file_schema(kind, known))
    return DONE


@app.command(name="list")
def list_content(*, json: Flag = False) -> int:
    """List all biomes, scenarios and challenges with the packs that they are in.

    Args:
        json: Print one JSON document.
    """
    from spacewheat_sim.cli.listing import write_list

    return write_list(as_json=json)


@app.command
def new(
    kind: Literal["icon", "biome", "register", "challenge", "pack"], name: PathWord, /
) -> int:
    """Write a commented, valid file or pack to start from; nothing is overwritten.

    Args:
        kind: The content of the file, or a whole pack, which is a folder.
        name: Its name, optionally with a folder.
    """
    if kind == "pack":
        from spacewheat_sim.content.packs.starting_pack import write_starting_pack

        sys.stdout.writelines(f"{path}\n" for path in write_starting_pack(name))
        return DONE
    from spacewheat_sim.content.schema.files import write_with_schema

    sys.stdout.write(f"{write_with_schema(kind, name)}\n")
    return DONE


@app.command
def graph(biome: str, /) -> int:
    """Print a biome's jumps, couplings and rhythms as Graphviz DOT.

    Args:
        biome: A biome's name or file.
    """
    from spacewheat_sim.content.overview.graph import biome_graph
    from spacewheat_sim.content.packs.library import open_biome

    sys.stdout.write(with_entities(biome_graph(*open_biome(biome))))
    return DONE


@app.command(name="import")
def import_content(
    *files: PathWord,
    out: PathWord = Path("imported"),
    json: Flag = False,
) -> int:
    """Write biomes and factions of the original game's JSON as a pack.

    What the pack cannot express is listed with its place.

    Args:
        files: JSON files with biomes, factions, or both.
        out: Folder of the pack, which must not exist.
        json: Print one JSON document.
    """
    from dataclasses import asdict

    from spacewheat_sim.content.importing.pack import import_pack

    imported = import_pack(files, out)
    if json:
        lost = [asdict(each) for each in imported.lost]
        write_json({"files": [str(path) for path in imported.files], "lost": lost})
    else:
        sys.stdout.writelines(f"{path}\n" for path in imported.files)
        sys.stdout.writelines(f"lost: {each}\n" for each in imported.lost)
    sys.stderr.write(f"files: {len(imported.files)}, lost: {len(imported.lost)}\n")
    return DONE
