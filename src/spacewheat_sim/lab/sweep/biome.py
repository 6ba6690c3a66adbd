"""Sweeps of a biome: its numbers are swept, its quantities measured."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from spacewheat_sim.content.numbers.paths import matching
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.evaluate import evaluate
from spacewheat_sim.engine.quantities.histories import evaluate_histories
from spacewheat_sim.engine.quantities.problem import Problem, check_names, read_asked
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.simulation.simulation import SimulationPlan
from spacewheat_sim.lab.sweep.bundles import Files, simulation_files
from spacewheat_sim.lab.sweep.point import point_name, point_seed
from spacewheat_sim.lab.sweep.spec import SweepSpec

MOST_TOGETHER = 256
Numbers = dict[str, float | None]


class BiomeSweep:
    """A biome of which numbers are swept.

    Attributes:
        together: How many rows are worth running in one go.
        names: What its quantities are called.
    """

    def __init__(self, spec: SweepSpec, base: CompiledBiome) -> None:
        """Check everything that the spec names.

        Raises:
            UnknownNameError: there is no such number, emoji or jump.
            ArgumentError: a quantity is none, or the first or last value of a number
                may not stand there.
        """
        self._spec, self._base = spec, base
        known = base.numbers
        self._paths = {name: matching([name], known) for name in spec.set}
        self._refuse_twice()
        self._asked = tuple(read_asked(each) for each in spec.measure)
        self.names = tuple(str(asked) for asked in self._asked)
        for name in self.names:
            if self.names.count(name) > 1:
                raise ArgumentError(f"{name!r} is measured twice")
        if self._asked:
            problem = Problem.of(base)
            for asked in self._asked:
                check_names(problem, asked)
        if spec.keep != "none" and not self._duration:
            raise ArgumentError("How long are the recordings? Say it with --duration")
        for name, values in spec.set.items():
            for value in (values[0], values[-1]):
                base.with_all(self._numbers({name: value}))
        self.together = (
            1 if spec.keep != "none" else min(spec.seeds or 1, MOST_TOGETHER)
        )

    def seed(self, values: Mapping[str, Any], replicate: int) -> int:
        """Return the seed of a point, of which each replicate is a trajectory."""
        del replicate
        return point_seed(self._spec.seed, point_name(values))

    def rows(
        self, values: Mapping[str, Any], replicates: Sequence[int]
    ) -> list[tuple[Numbers, Files]]:
        """Return the quantities of some replicates of a point, and their bundles."""
        compiled = self._base.with_all(self._numbers(values))
        seed = self.seed(values, 0)
        return [
            (numbers, self._files(compiled, seed, replicate))
            for numbers, replicate in zip(
                self._measured(compiled, seed, replicates), replicates, strict=True
            )
        ]

    def _measured(
        self, compiled: CompiledBiome, seed: int, replicates: Sequence[int]
    ) -> list[Numbers]:
        if self._spec.seeds is None:
            found = (
                [evaluate(Problem.of(compiled), self._asked)] if self._asked else [[]]
            )
        else:
            first, count = replicates[0], len(replicates)
            dt = self._spec.dt
            found = evaluate_histories(
                compiled, self._asked, seed, first, count, dt
            ).tolist()
        return [dict(zip(self.names, map(_known, own), strict=True)) for own in found]

    def _files(self, compiled: CompiledBiome, seed: int, replicate: int) -> Files:
        """Return the bundle of one history, or of the mean of all."""
        spec = self._spec
        if spec.keep == "none":
            return {}
        exact = spec.seeds is None
        plan = SimulationPlan(
            max(1, round(self._duration / spec.dt)),
            spec.dt,
            seed,
            method="master" if exact else None,
            trajectory=None if exact else replicate,
        )
        return simulation_files(compiled, plan, figures=spec.keep == "figures")

    @property
    def _duration(self) -> float:
        return self._spec.duration or max(
            (asked.span[1] for asked in self._asked), default=0.0
        )

    def _numbers(self, values: Mapping[str, Any]) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, value in values.items():
            if isinstance(value, str):
                raise ArgumentError(
                    f"{name} must be a number, but is {value!r}; a range is "
                    "START:STOP:COUNT"
                )
            found |= dict.fromkeys(self._paths[name], float(value))
        return found

    def _refuse_twice(self) -> None:
        taken: dict[str, str] = {}
        for name, paths in self._paths.items():
            for path in paths:
                if path in taken:
                    raise ArgumentError(f"{taken[path]} and {name} both set {path}")
                taken[path] = name


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
