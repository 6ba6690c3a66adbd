"""The type of experiments: a parameter model and a pure function of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, field_validator
from pydantic.fields import FieldInfo

from spacewheat_sim.lab.progress import Progress

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure


LARGEST_INTEGER = 2**53


class Parameters(BaseModel):
    """Parameters of an experiment: each with a default, bounds, a unit and help.

    The fields become the flags of its command, with the same names.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @property
    def idle(self) -> Mapping[str, str]:
        """Flags that have no effect with these values, and what would use them."""
        return {}

    @field_validator("*")
    @classmethod
    def _countable(cls, value: Any) -> Any:
        """Raise for whole numbers that double precision cannot represent exactly."""
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, int) and abs(number) > LARGEST_INTEGER:
                raise ValueError(f"whole numbers go up to {LARGEST_INTEGER:,}")
        return value

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_value(cls, value: Any) -> Any:
        """Raise for true and false, which would count as 1 and 0."""
        for part in value if isinstance(value, tuple | list) else (value,):
            if isinstance(part, bool):
                raise ValueError("a number or a name is wanted, not true or false")
        return value


MOST_POINTS = 100_000
"""Largest number of points of a grid; each gives at least one row of the table."""


def _counted(grid: tuple[float, float, int]) -> tuple[float, float, int]:
    if grid[2] < 1:
        raise ValueError("a grid needs a COUNT of at least 1")
    if grid[2] > MOST_POINTS:
        raise ValueError(f"a grid has a COUNT of at most {MOST_POINTS:,}")
    return grid


Grid = Annotated[tuple[float, float, int], AfterValidator(_counted)]
"""START STOP COUNT: COUNT values from START to STOP, both ends included."""


def grid_values(grid: tuple[float, float, int]) -> list[float]:
    """Return the values of a grid; a COUNT of 1 is START alone."""
    start, stop, count = grid
    if count == 1:
        return [start]
    return [start + (stop - start) * i / (count - 1) for i in range(count)]


@dataclass(frozen=True)
class Streams:
    """The random streams of one run, all children of its seed.

    Attributes:
        seed: Root seed.
        progress: Called with the share of the run that is done.
    """

    seed: int
    progress: Progress = field(default_factory=Progress, compare=False)

    def get(self, *path: str | int) -> np.random.Generator:
        """Return the stream named ``path``; the same name gives the same numbers."""
        from spacewheat_sim import seeding

        return seeding.stream(self.seed, "experiment", *path)


@dataclass(frozen=True)
class Outcome:
    """The outcome of an experiment.

    Attributes:
        results: Primary scalars, JSON-ready; unknown numbers are None.
        columns: Names of the table's columns.
        rows: The table.
        figures: Functions that draw the figures, by file name without ``.png``.
        timings: Seconds by method, which reruns do not compare.
        interrupt: The request to stop that ended the run early, if any; then the other
            fields are the results so far, and no figures are drawn.
    """

    results: Mapping[str, Any]
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    figures: Mapping[str, Callable[[], Figure]] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    interrupt: KeyboardInterrupt | None = None


@dataclass(frozen=True)
class Tolerance:
    """Allowed difference of a rerun's number: |a − b| ≤ absolute + relative · |b|."""

    relative: float = 1e-9
    absolute: float = 1e-12


@dataclass(frozen=True)
class Memory:
    """The resources of a run: printed before it starts, an error if they do not fit.

    Attributes:
        what: Its largest object.
        dimension: Dimension of this object.
        bytes: Peak memory.
        seconds: Rough time; infinite if the run is impossible, None if unknown.
    """

    what: str
    dimension: int
    bytes: float
    seconds: float | None = None


P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True)
class Experiment(Generic[P]):
    """An experiment of the lab.

    Attributes:
        name: Its name on the command line.
        summary: One sentence.
        parameters: Its parameter model.
        run: The function: the same parameters and seed give the same outcome.
        tolerance: Allowed differences of a rerun on another machine.
        memory: Estimates the resources of a run.
    """

    name: str
    summary: str
    parameters: type[P]
    run: Callable[[P, Streams], Outcome]
    tolerance: Tolerance = Tolerance()
    memory: Callable[[P], Memory] | None = None


def allowed_range(info: FieldInfo) -> str:
    """Return the bounds of a field as text, e.g. ``≥ 2, ≤ 24``."""
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    bounds = []
    for item in info.metadata:
        bounds += [(s, getattr(item, s)) for s in signs if hasattr(item, s)]
    return ", ".join(f"{signs[sign]} {bound:g}" for sign, bound in bounds)
