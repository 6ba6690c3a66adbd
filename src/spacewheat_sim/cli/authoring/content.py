"""``spacewheat content``: check, show and create icons and biomes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from spacewheat_sim.cli.arguments import PathWord
from spacewheat_sim.cli.authoring.check import check
from spacewheat_sim.cli.authoring.diff import diff
from spacewheat_sim.cli.output import with_entities, write_json
from spacewheat_sim.errors import RunError
from spacewheat_sim.exit_codes import DONE

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console


Json = Annotated[
    bool, Parameter(name="--json", negative=(), help="Print one JSON document.")
]

app = App(name="content", help="Check, show, compare and create icons and biomes.")
app.command(check)
app.command(diff)


@app.command
def show(name: str, /, *, json: Json = False) -> int:
    """Show the terms of a biome and the dropped ones, an icon, or a challenge.

    Args:
        name: A biome's or a challenge's name or file, or an emoji.
        json: Print one JSON document.
    """
    from spacewheat_sim.content.challenge.challenge import Challenge
    from spacewheat_sim.content.challenge.summary import (
        challenge_lines,
        challenge_summary,
    )
    from spacewheat_sim.content.icon import Icon
    from spacewheat_sim.content.packs.library import Library
    from spacewheat_sim.content.summary import (
        biome_summary,
        find_subject,
        icon_summary,
    )

    subject, registry = find_subject(name, Library())
    if isinstance(subject, Challenge):
        if json:
            write_json(challenge_summary(subject))
        else:
            sys.stdout.writelines(f"{line}\n" for line in challenge_lines(subject))
        return DONE
    if isinstance(subject, Icon):
        summary, write = icon_summary(subject), _write_icon
    else:
        summary, write = biome_summary(subject, registry), _write_biome
    if json:
        write_json(summary)
    else:
        write(summary)
    return 0


@app.command
def report(biome: str, /, *, json: Json = False) -> int:
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
    return 0


@app.command(name="list")
def list_content(*, json: Json = False) -> int:
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
    from spacewheat_sim.content.schema.files import write_schema_beside
    from spacewheat_sim.content.starting_files import write_starting_file

    if kind == "pack":
        from spacewheat_sim.content.packs.starting_pack import write_starting_pack

        paths = write_starting_pack(name)
        write_schema_beside(paths[0], "icon")
        write_schema_beside(paths[-1], "biome")
        sys.stdout.writelines(f"{path}\n" for path in paths)
        return 0
    path = write_starting_file(kind, name)
    try:
        write_schema_beside(path, "biome" if kind == "register" else kind)
    except RunError:
        path.unlink(missing_ok=True)  # it names a schema that is not there
        raise
    sys.stdout.write(f"{path}\n")
    return 0


@app.command
def graph(biome: str, /) -> int:
    """Print a biome's jumps, couplings and rhythms as Graphviz DOT.

    Args:
        biome: A biome's name or file.
    """
    from spacewheat_sim.content.graph import biome_graph
    from spacewheat_sim.content.packs.library import open_biome

    sys.stdout.write(with_entities(biome_graph(*open_biome(biome))))
    return 0


@app.command(name="import")
def import_content(
    *files: PathWord,
    out: PathWord = Path("imported"),
    json: Json = False,
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


def _console() -> Console:
    """Return a console on stdout; wide and plain if it is not a terminal."""
    from rich.console import Console

    console = Console(emoji=False, highlight=False, markup=False)
    return (
        console
        if console.is_terminal
        else Console(
            emoji=False, highlight=False, markup=False, width=200, color_system=None
        )
    )


def _table(
    console: Console, title: str, header: list[str], rows: list[list[str]]
) -> None:
    """Print ``rows`` under ``header``, or "none"."""
    from rich.table import Table

    console.print(f"\n{title}" if rows else f"\n{title}: none")
    if rows:
        table = Table(
            *header,
            box=None,
            pad_edge=False,
            padding=(0, 2, 0, 0),
            show_header=any(header),
        )
        for row in rows:
            table.add_row(*row)
        console.print(table)


def _write_biome(summary: dict[str, Any]) -> None:
    from spacewheat_sim.content.summary import show_drivers, show_rate

    console = _console()
    console.print(f"{summary['name']}: {summary['description']}")
    console.print(_counts(summary))
    _table(
        console,
        "Emojis",
        ["", "name", "icon", "self-energy rad/s", "drivers rad/s", "weight"],
        [
            [
                row["emoji"],
                row["name"] or "-",
                row["icon"],
                f"{row['self_energy']:g}",
                show_drivers(row["drivers"]),
                "stationary" if row["weight"] is None else f"{row['weight']:.4g}",
            ]
            for row in summary["emojis"]
        ],
    )
    for title, key, unit in (
        ("Couplings (the Hamiltonian gets half from each side)", "couplings", "rad/s"),
        ("Jumps", "jumps", "1/s"),
        (
            "Dropped, because the partner is not in the biome",
            "dropped",
            "rad/s or 1/s",
        ),
        (
            "Dropped, because they have a meaning in registers only",
            "of_registers",
            "rad/s or 1/s",
        ),
    ):
        if key == "of_registers" and not summary[key]:
            continue
        header = ["icon", "term", "from", "to", unit]
        rows = [
            [t["icon"], t["kind"], t["source"], t["target"], show_rate(t)]
            for t in summary[key]
        ]
        _table(console, title, header, rows)
    if summary["register"]:
        qubits = [[axis["north"], axis["south"]] for axis in summary["register"]]
        _table(console, "Register: each axis is a qubit", ["north", "south"], qubits)
        return
    axes = [[axis["north"], axis["south"]] for axis in summary["axes"]]
    _table(console, "Axes", ["north", "south"], axes)


def _counts(summary: dict[str, Any]) -> str:
    """Return what a biome has, and what does not act in it, in a few lines."""
    nouns = {
        "emoji": "emojis",
        "coupling": "couplings",
        "jump": "jumps",
        "axis": "axes",
    }
    counts = [(len(summary[many]), one, many) for one, many in nouns.items()]
    has = [f"{count} {one if count == 1 else many}" for count, one, many in counts]
    lines = [", ".join(has)]
    if summary["inert"]:
        lines.append(f"inert, without an icon: {' '.join(summary['inert'])}")
    dropped = len(summary["dropped"]) + len(summary["of_registers"])
    if dropped:
        lines.append(f"dropped: {dropped} terms, listed below")
    weights = [f"{layer} {weight:g}" for layer, weight in summary["layers"].items()]
    if len(weights) > 1:
        lines.append(f"layers: {', '.join(weights)}")
    return "\n".join(lines)


def _write_icon(summary: dict[str, Any]) -> None:
    from spacewheat_sim.content.summary import show_drivers, show_rate

    console = _console()
    console.print(f"{summary['emoji']} {summary['name']}: {summary['description']}")
    rows = [
        ["tags", ", ".join(summary["tags"])],
        ["trophic level", str(summary["trophic_level"])],
        ["self-energy", f"{summary['self_energy']:g} rad/s"],
        ["drivers", show_drivers(summary["drivers"])],
        ["layer", "" if summary["layer"] == "base" else summary["layer"]],
    ]
    for title, kind, end, unit in (
        ("couples to", "coupling", "target", "rad/s"),
        ("pairs with", "pair_coupling", "target", "rad/s"),
        ("aligned with", "alignment", "target", "rad/s"),
        ("transfers to", "transfers_to", "target", "1/s"),
        ("transfers from", "transfers_from", "source", "1/s"),
        ("decays to", "decay", "target", "1/s"),
        ("dephasing", "dephasing", None, "1/s"),
    ):
        terms = [
            f"{term[end]} {show_rate(term)}" if end else show_rate(term)
            for term in summary["terms"]
            if term["kind"] == kind
        ]
        rows.append([title, f"{', '.join(terms)} {unit}" if terms else ""])
    _table(console, "Numbers", ["", ""], [row for row in rows if row[1]])
