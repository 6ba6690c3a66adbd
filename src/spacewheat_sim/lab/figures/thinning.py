"""Long histories, reduced to the resolution of a figure."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray, IntArray


def thin_line(
    time: FloatArray, values: FloatArray, *, columns: int = 1200
) -> tuple[FloatArray, FloatArray]:
    """Return a shorter line that looks the same over ``columns`` columns of pixels.

    Each column keeps its lowest and its highest row, so that no spike is lost.

    Args:
        time: Increasing, shape (T,).
        values: Shape (T,); NaN leaves gaps.
        columns: Number of columns.
    """
    rows = len(time)
    stride = rows // columns
    if stride <= 2:
        return time, values
    whole = stride * columns
    blocks = values[:whole].reshape(columns, stride)
    starts = stride * np.arange(columns)
    lowest = starts + blocks.argmin(axis=1)
    highest = starts + blocks.argmax(axis=1)
    kept = np.unique(np.concatenate([lowest, highest, np.arange(whole, rows), [0]]))
    return time[kept], values[kept]


def thin_rows(rows: int, *, limit: int) -> IntArray:
    """Return at most about ``limit`` evenly spaced row numbers, first and last kept."""
    if rows <= limit:
        return np.arange(rows)
    return np.unique(np.linspace(0, rows - 1, limit).astype(np.int64))


def thin_path(points: FloatArray, *, step: float, longest: float) -> IntArray:
    """Return rows of ``points`` along its path; of a long path, only its end.

    Evenly spaced rows would cut the corners of a fast path; these are spaced along it.

    Args:
        points: Shape (T, d); rows that are NaN are kept, as gaps without length.
        step: Distance between two kept rows.
        longest: Length of the end that is kept.
    """
    lengths = np.linalg.norm(np.diff(points, axis=0, prepend=points[:1]), axis=1)
    along = np.cumsum(np.nan_to_num(lengths))
    marks = np.floor(along / step)
    kept = (np.diff(marks, prepend=-1.0) > 0) | np.isnan(lengths)
    kept[-1] = True
    return np.flatnonzero(kept & (along >= along[-1] - longest))
