"""How long a check of much content takes: python benchmarks/content_check.py [--quick].

A pack of 1,000 icons, in ten files, and of 200 biomes, each of eight emojis with
weights, an axis and a claim, is written and then checked as ``spacewheat content
check`` does, in one process that has its modules loaded.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from case import Case
from measurement import Measurement
from timing import Effort

ICONS, FILES, BIOMES, MEMBERS = 1000, 10, 200, 8
BAR = 1.5


def check(effort: Effort) -> Iterator[Measurement]:
    """Measure a check of all files of a pack."""
    from spacewheat_sim.content.checks.check import check_content

    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "pack"
        write_pack(pack)
        check_content([pack])  # loads what it needs
        for _ in range(effort.repeats):
            start = time.perf_counter()
            report = check_content([pack])
            seconds.append(time.perf_counter() - start)
    if report.errors:
        raise RuntimeError(f"the pack has {report.errors} errors")
    yield Measurement.timed(
        "content check",
        f"{ICONS:,} icons, {BIOMES} biomes",
        "s",
        seconds,
        bar=BAR,
        note=f"{report.files} files",
    )


def write_pack(folder: Path) -> None:
    """Write the pack; the same bytes each time."""
    from spacewheat_sim.emoji import known_emojis

    draw = random.Random(0)  # noqa: S311 - no secret
    emojis = sorted(known_emojis())[:ICONS]
    for part in ("icons", "biomes"):
        (folder / part).mkdir(parents=True)
    for number in range(FILES):
        own = emojis[number::FILES]
        text = "".join(icon(emoji, draw.sample(emojis, 4)) for emoji in own)
        path = folder / "icons" / f"{number}.yaml"
        path.write_text(f"schema: 1\nicons:\n{text}", encoding="utf-8")
    for number in range(BIOMES):
        path = folder / "biomes" / f"biome_{number}.yaml"
        path.write_text(biome(number, draw.sample(emojis, MEMBERS)), encoding="utf-8")


def icon(emoji: str, others: list[str]) -> str:
    """Return an icon with couplings, transfers and a decay."""
    a, b, c, d = (f'"{other}"' for other in others)
    if emoji in others:
        return f'  - {{emoji: "{emoji}", name: "Icon {emoji}"}}\n'
    return (
        f'  - emoji: "{emoji}"\n    name: "Icon {emoji}"\n'
        "    description: One of a thousand.\n    tags: [one, two]\n"
        f"    self_energy: 0.1\n    couplings: {{{a}: 0.3, {b}: 0.2}}\n"
        f"    transfers_from: {{{c}: {{rate: 0.1, rhythm: day, depth: 0.5}}}}\n"
        f"    transfers_to: {{{d}: 0.05}}\n"
        f"    decay: {{rate: 0.02, target: {a}}}\n"
    )


def biome(number: int, emojis: list[str]) -> str:
    """Return a biome with weights, an axis and a claim."""
    quoted = [f'"{emoji}"' for emoji in emojis]
    weights = ", ".join(f"{emoji}: 0.1" for emoji in quoted)
    return (
        f"schema: 1\nname: Biome {number}\nemojis: [{', '.join(quoted)}]\n"
        f"initial: {{weights: {{{weights}}}}}\n"
        f"axes: [{{north: {quoted[0]}, south: {quoted[1]}}}]\n"
        f"claims: [{{population: {quoted[0]}, at: 1, value: {{at_least: 0}}}}]\n"
    )


CASES = (Case("check", check),)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("content_check",)))
