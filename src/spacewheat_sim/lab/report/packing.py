"""How the page carries a run: one deflated block, as base64.

A block is a JSON header, four bytes with its length before it, and the columns of
numbers behind it. The numbers of an experiment or of a sweep are kept whole. Those of a
course in time become 16-bit steps of the range of their column, finer than a screen can
show, and only the differences from row to row are written: a tenth of the size.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.lab.report.table import LARGEST_WHOLE, Column, Table

LEVELS = 65_534  # steps of a range; one more value, 65535, stands for "unknown"
UNKNOWN = 65_535


def pack(header: Mapping[str, Any], table: Table | None) -> str:
    """Return the block of a run.

    Args:
        header: All that is no table; JSON-ready.
        table: The table, if there is one.
    """
    columns, data = [], bytearray()
    table = table or Table((), 0, 0)
    for column in table.columns:
        about, raw = _packed(column, coarse=table.is_course)
        columns.append({"name": column.name, **about, "at": len(data)})
        data += raw
    counts = {"rows": table.rows, "of": table.of}
    whole = browser_json({**header, **counts, "columns": columns})
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False)
    # Lone surrogates, which a name may hold, have no UTF-8.
    head = text.encode("utf-8", "replace")
    head += b" " * (-(len(head) + 4) % 8)  # so that doubles lie at multiples of 8
    block = len(head).to_bytes(4, "little") + head + bytes(data)
    return base64.b64encode(zlib.compress(block, 6)).decode("ascii")


def browser_json(value: Any) -> Any:
    """Return JSON as a browser reads it without loss.

    No NaN or infinity, which become None, and no whole number that a double does not
    hold, which becomes text.

    Example:
        >>> browser_json({"x": [math.nan, 2**60, 2**53]})
        {'x': [None, '1152921504606846976', 9007199254740992]}
    """
    if isinstance(value, Mapping):
        return {str(name): browser_json(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [browser_json(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
        return str(value)
    return value


def _packed(column: Column, *, coarse: bool) -> tuple[dict[str, Any], bytes]:
    """Return what the page must know of a column, and its bytes."""
    if column.words:
        return {"words": list(column.words)}, b""
    values = np.array(column.numbers)
    if not coarse:
        return {"kind": "f64"}, values.astype("<f8").tobytes()
    low, step = _range(values)
    # Halves: the difference of two large numbers may have no double.
    steps = np.nan_to_num((values / 2 - low / 2) / (step / 2), nan=UNKNOWN).round()
    # Differences modulo 2^16; equal bytes then lie side by side.
    change = np.diff(steps.astype(np.uint16), prepend=np.uint16(0))
    planes = change.astype("<u2").view(np.uint8).reshape(-1, 2).T
    raw = planes.tobytes()
    return {"kind": "q16", "low": low, "step": step}, raw + b"\0" * (-len(raw) % 8)


def _range(values: FloatArray) -> tuple[float, float]:
    """Return the smallest value and the length of a step, both finite."""
    known = values[~np.isnan(values)]
    if not known.size:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    step = 2.0 * ((high / 2 - low / 2) / LEVELS)
    if not math.isfinite(2.0 * (low / 2 + LEVELS * (step / 2))):
        step = math.nextafter(step, 0.0)  # rounded up, and the last one has no double
    return low, step if step > 0.0 else 1.0
