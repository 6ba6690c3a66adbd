"""``spacewheat content show``: the terms of a biome, an icon, or a challenge."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from spacewheat_sim.cli.arguments import Flag
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.exit_codes import DONE

if TYPE_CHECKING:
    from rich.console import Console


def show(name: str, /, *, json: Flag = False) -> int:
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
    from spacewheat_sim.content.overview.summary import (
        biome_summary,
        find_subject,
        icon_summary,
    )
    from spacewheat_sim.content.packs.library import Library

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
    return DONE


def _console() -> Console:
    """Return a console on stdout; wide and plain if it is not a terminal."""
    from rich.console import Console

    plain: dict[str, Any] = {"emoji": False, "highlight": False, "markup": False}
    console = Console(**plain)
    if console.is_terminal:
        return console
    return Console(**plain, width=200, color_system=None)


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
    from spacewheat_sim.content.overview.summary import show_drivers, show_rate

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
    from spacewheat_sim.content.overview.summary import show_drivers, show_rate

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
