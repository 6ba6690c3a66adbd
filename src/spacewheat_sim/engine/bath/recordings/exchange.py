"""Tables over time as other packages read them: xarray, Arrow, notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.analysis.table import Cell
from spacewheat_sim.errors import RunError

if TYPE_CHECKING:
    import xarray


def dataset(
    time: FloatArray, variables: Mapping[str, Any], coordinates: Mapping[str, Any]
) -> xarray.Dataset:
    """Return variables over the coordinate ``time`` in s, and others.

    Raises:
        RunError: xarray is not installed.
    """
    package = _package("xarray")
    seconds = ("time", time, {"units": "s"})
    made: xarray.Dataset = package.Dataset(variables, {"time": seconds, **coordinates})
    return made


def arrow_stream(columns: Mapping[str, FloatArray], wanted: object) -> object:
    """Return ``columns`` as an Arrow stream capsule, which other packages read.

    Raises:
        RunError: nanoarrow is not installed.
    """
    nanoarrow = _package("nanoarrow")
    fields = {name: nanoarrow.float64() for name in columns}
    rows = len(next(iter(columns.values())))
    children = [nanoarrow.c_array(np.ascontiguousarray(c)) for c in columns.values()]
    schema = nanoarrow.struct(fields, nullable=False)
    table = nanoarrow.c_array_from_buffers(schema, rows, [None], children=children)
    return nanoarrow.ArrayStream(table).__arrow_c_stream__(wanted)


def population_table(
    title: str, emojis: Sequence[str], populations: FloatArray
) -> tuple[str, Sequence[str], list[list[Cell]]]:
    """Return a table of what became of each population."""
    head = ("", "first", "last", "mean", "least", "most")
    rows: list[list[Cell]] = [
        [emoji, *map(float, (own[0], own[-1], own.mean(), own.min(), own.max()))]
        for emoji, own in zip(emojis, populations.T, strict=True)
    ]
    return title, head, rows


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise RunError(
            f"This needs {name}; install it with: "
            "pip install 'spacewheat-sim[analysis]'"
        ) from None
