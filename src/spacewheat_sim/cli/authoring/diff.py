"""``spacewheat content diff``: what an edit changes in the dynamics of a biome."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from spacewheat_sim.cli.arguments import Flag
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.exit_codes import DONE

if TYPE_CHECKING:
    from spacewheat_sim.lab.compare.content import ContentDifference

MOST_LINES = 40  # of one part; a register's H has thousands of entries


def diff(old: str, new: str, /, *, json: Flag = False) -> int:
    """Say what an edit changes: rates, steady state, time scales, claims.

    Args:
        old: A biome's name or file, such as the biome.yaml of a bundle.
        new: Another one.
        json: Print one JSON document.
    """
    from spacewheat_sim.engine.compile import load_biome
    from spacewheat_sim.lab.compare.content import content_difference, record

    found = content_difference(load_biome(old), load_biome(new))
    if json:
        write_json({"old": old, "new": new, **record(found)})
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(found))
    return DONE


def _lines(found: ContentDifference) -> Iterator[str]:
    if found.is_same:
        yield "The dynamics are the same"
    for emoji, (before, _) in found.emojis.items():
        yield f"{emoji} is {'gone' if before else 'new'}"
    for name, (before, after) in found.settings.items():
        yield f"{name}: {before or 'none'} → {after or 'none'}"
    parts = {
        "Numbers": found.numbers,
        "Hamiltonian, rad/s": found.hamiltonian,
        "Jump rates, 1/s": found.rates,
        "Drivers": found.drivers,
        "Steady populations": found.steady,
    }
    for title, pairs in parts.items():
        if pairs:
            yield f"{title}:"
        for name, pair in list(pairs.items())[:MOST_LINES]:
            yield f"  {name}: {_change(*pair)}"
        if len(pairs) > MOST_LINES:
            yield f"  … and {len(pairs) - MOST_LINES:,} more (--json has all)"
    if found.settling_time is not None:
        yield f"Settling time, s: {_change(*found.settling_time)}"
    if found.claims:
        yield "Claims:"
    for claim, (before, after) in found.claims.items():
        told = (_verdict(before), _verdict(after))
        yield f"  {claim}: {told[0]} → {told[1]}"
    if found.is_same:
        return
    for name, why in found.unknown.items():
        yield f"The {name} cannot be told: {why}"


def _change(old: Any, new: Any) -> str:
    factor = ""
    if isinstance(old, float) and isinstance(new, float) and old and new / old > 0:
        ratio = new / old
        # As many digits as tell it from 1.
        digits = next((n for n in (4, 6, 9) if f"{ratio:.{n}g}" != "1"), 15)
        factor = f" (× {ratio:.{digits}g})"
    return f"{_number(old)} → {_number(new)}{factor}"


def _number(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, str):
        return value
    if isinstance(value, complex):
        imaginary = f" {value.imag:+.6g}i" if value.imag else ""
        return f"{value.real:.6g}{imaginary}"
    return f"{value:.6g}"


def _verdict(result: Any) -> str:
    if result is None:
        return "not claimed"
    return f"{'holds' if result.holds else 'FAILS'} ({result.value:.6g})"
