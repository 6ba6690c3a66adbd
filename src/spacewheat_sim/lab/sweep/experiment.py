"""Sweeps of an experiment: its parameters are swept, its numbers collected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiment import Streams
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.memory import memory_notice
from spacewheat_sim.lab.run_experiment import checked_parameters, known
from spacewheat_sim.lab.sweep.axes import Spaced
from spacewheat_sim.lab.sweep.bundles import Files, experiment_files
from spacewheat_sim.lab.sweep.point import point_name, point_seed
from spacewheat_sim.lab.sweep.spec import SweepSpec

Numbers = dict[str, float | None]


class ExperimentSweep:
    """An experiment of which parameters are swept.

    Attributes:
        together: How many rows are worth running in one go.
        names: What its numbers are called; empty, since they depend on the point.
    """

    together = 1
    names: tuple[str, ...] = ()

    def __init__(self, spec: SweepSpec) -> None:
        """Check everything that the spec names.

        Raises:
            UnknownNameError: there is no such experiment or parameter.
            ArgumentError: the first or last value of a parameter is out of bounds, or a
                range of whole numbers has others in it.
        """
        self._spec = spec
        self._experiment = get_experiment(spec.experiment or "")
        for name in spec.set.keys() & spec.fixed.keys():
            raise ArgumentError(f"{name} is both swept and fixed")
        for place in (0, spec.grid.points - 1):
            self._parameters(spec.grid.point(place))
        for name, values in spec.set.items():
            first = spec.grid.point(0)
            # The second one tells whether the steps of a range are whole.
            second = values[1:2] if isinstance(values, Spaced) else ()
            for value in (values[0], *second, values[-1]):
                self._parameters(first | {name: value})
        self._taken = spec.grid.columns

    def seed(self, values: Mapping[str, Any], replicate: int) -> int:
        """Return the seed of a replicate of a point."""
        return point_seed(self._spec.seed, point_name(values), replicate)

    def rows(
        self, values: Mapping[str, Any], replicates: Sequence[int]
    ) -> list[tuple[Numbers, Files]]:
        """Return the numbers of some replicates of a point, and their bundles."""
        parameters = self._parameters(values)
        return [self._row(parameters, self.seed(values, k)) for k in replicates]

    def _row(self, parameters: Any, seed: int) -> tuple[Numbers, Files]:
        if self._spec.keep != "none":
            figures = self._spec.keep == "figures"
            done, files = experiment_files(
                self._experiment, parameters, seed, figures=figures
            )
            return self._named(done.results), files
        outcome = self._experiment.run(parameters, Streams(seed))
        if outcome.interrupt is not None:
            raise outcome.interrupt
        return self._named(outcome.results), {}

    def _named(self, results: Mapping[str, Any]) -> Numbers:
        """Return the numbers of results, none of which is called as another column."""
        return {
            f"results.{name}" if name in self._taken else name: value
            for name, value in _numbers(known(results))
        }

    def _parameters(self, values: Mapping[str, Any]) -> Any:
        found = checked_parameters(self._experiment, {**self._spec.fixed, **values})
        if self._experiment.memory is not None:
            memory_notice(self._experiment.memory(found))
        return found


def _numbers(results: Any, path: str = "") -> Iterator[tuple[str, float | None]]:
    """Yield the numbers of results by path; lists of several are left to bundles."""
    if isinstance(results, list) and len(results) == 1:
        (results,) = results
    if isinstance(results, Mapping):
        for name, value in results.items():
            yield from _numbers(value, f"{path}.{name}" if path else name)
    elif results is None or isinstance(results, int | float):
        yield path, results
