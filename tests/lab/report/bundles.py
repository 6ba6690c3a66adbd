"""Bundles made for the tests of the report, by the class that writes real ones."""

from __future__ import annotations

import math
from pathlib import Path

from spacewheat_sim.lab.bundle.bundle import Bundle

HOSTILE = "</script><img src=x onerror=hacked=1>\"'&<!--"


def write_bundle(root, name, *, results=None, columns=(), rows=(), events=None, **meta):
    """Write a bundle without any run, and return its folder."""
    about = {"kind": "simulation", "parameters": {}, "seed": 1, **meta}
    with Bundle(root, name, about) as bundle, bundle.writing():
        bundle.write_results(results or {})
        if columns:
            bundle.write_table(columns, rows)
        if events is not None:
            bundle.write_events(events)
    return bundle.path


def write_history(root, name="pond", *, north="🐟", south="🐸", seconds=10, **meta):
    """Write the bundle of an axis that turns about x, with a jump in its middle."""
    columns = ["time", north, south, "norm", "purity", "entropy", "energy"]
    columns += [f"{north}/{south} {part}" for part in ("radius", "x", "y", "z")]
    rows = []
    for k in range(seconds * 10 + 1):
        time = k / 10
        angle = time if time <= seconds / 2 else time - seconds / 2
        z = math.cos(angle)
        up = (1 + z) / 2
        rows.append([time, up, 1 - up, 1, 1, 0, 0, 1, 0, -math.sin(angle), z])
    jump = {"event": "jumped", "time": seconds / 2 + 0.05, "source": south}
    jump |= {"target": north, "icon": north, "kind": "transfer"}
    return write_bundle(root, name, columns=columns, rows=rows, events=[jump], **meta)


def write_sweep(root, name="forest", *, replicates=2):
    """Write the bundle of a sweep over two parameters, as docs/runs.md describes it."""
    first, second = "🐺.transfers_from.🐇", "layers.wolves"
    quantity = "population 🐺 over 0–60 s: mean"
    columns = ["point", first, second, "replicate", "seed", "status", quantity]
    rows = []
    for i in range(6):
        for j in range(4):
            for replicate in range(replicates):
                row = [f"{i:08x}{j:08x}", 0.1 * (i + 1), j / 3, replicate, 2**60 + i]
                rows.append([*row, "complete", i * 10 + j + replicate])
    results = {"points": 24, "replicates": replicates, "rows": len(rows), "failed": []}
    results |= {"parameters": [first, second], "quantities": [quantity]}
    return write_bundle(
        root, name, kind="sweep", columns=columns, rows=rows, results=results
    )


def write_point(sweep: Path, point: str, replicate: int) -> Path:
    """Write the bundle of a point inside that of its sweep."""
    made = write_history(sweep / "points", "point")
    return made.rename(sweep / "points" / f"{point}-{replicate}")
