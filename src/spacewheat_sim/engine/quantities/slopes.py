"""Gradients of quantities by the operators: H, the rates, the drivers and the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.engine.quantities.course import Course, Weight
from spacewheat_sim.engine.quantities.evaluate import (
    cycle_of,
    is_driven,
    settled_weight,
    static_bath,
    statistic_of,
)
from spacewheat_sim.engine.quantities.levels import Level
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.quantum.analysis.propagation import FeedEntries, Step
from spacewheat_sim.quantum.analysis.sensitivity import (
    Channels,
    Gradient,
    Kick,
    Source,
    gradient,
)
from spacewheat_sim.quantum.analysis.settled import cycle_gradient, steady_gradient
from spacewheat_sim.quantum.jumps import Jumps

_X, _W = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True)
class Slopes:
    """Gradients with the channels that they are by.

    Attributes:
        problem: What was asked about.
        channels: All channels by whose rates a gradient is, those of the run first.
    """

    problem: Problem
    channels: Jumps

    def of_course(self, course: Course, asked: Asked) -> Gradient:
        """Return the gradient of a statistic of a number that was followed."""
        level = course.level
        _, weights = statistic_of(course, asked)
        if level.is_linear and asked.statistic == "mean":
            length = course.end - course.begin
            operator = level.slope(self.problem.start, 0.0) / length
            source = Source(course.begin, course.end, operator)
            return self._run([], [source])
        states = self._states(weights, level)
        kicks = [
            Kick(w.time, w.factor * level.slope(states[w.time], w.time))
            for w in weights
        ]
        found = self._run(kicks, [])
        return (
            found.plus(self._of_energy(weights, states)) if level.is_energy else found
        )

    def of_jumps(self, asked: Asked) -> Gradient:
        """Return the gradient of a rate of jumps over an interval."""
        begin, end = asked.span
        weight = settled_weight(self.problem, asked) / (end - begin)
        source = Source(begin, end, np.diag(weight).astype(np.complex128))
        counted = self._counted(asked)
        explicit = self._spent(counted, begin, end, 1.0 / (end - begin))
        return self._run([], [source]).plus(explicit)

    def of_first(self, asked: Asked) -> Gradient:
        """Return the gradient of the probability of a first jump before a time.

        What has jumped is taken out of ρ: the feed of the pair's channels is left out.
        """
        _, end = asked.span
        weight = settled_weight(self.problem, asked)
        source = Source(0.0, end, np.diag(weight).astype(np.complex128))
        counted = self._counted(asked)
        own = self.problem.channels_of(asked)
        explicit = self._spent(counted, 0.0, end, 1.0, own)
        jumps = self.problem.operators.generator.jumps
        feed = FeedEntries.of(jumps).without(set(own))
        channels = Channels(self.channels, counted)
        return self._run([], [source], channels, feed).plus(explicit)

    def of_settled(self, asked: Asked) -> Gradient:
        """Return the gradient of a steady population or rate, or of its daily mean."""
        operators = self.problem.operators
        weight = settled_weight(self.problem, asked)
        observable = np.diag(weight).astype(np.complex128)
        channels = Channels(self.channels)
        if is_driven(self.problem):
            start, period, populations = cycle_of(self.problem)
            found = cycle_gradient(
                operators.generator,
                operators.drive,
                start,
                period,
                observable,
                channels,
            )
        else:
            bath = static_bath(self.problem)
            found = steady_gradient(bath, observable, channels)
            populations = bath.steady.diagonal().real
        if asked.kind == "steady":
            return found
        rates = np.zeros((1, self.channels.size))
        for k in self._counted(asked):
            rates[0, k] = populations[self.channels.sources[k]]
        return found.plus(self._only(rates=rates))

    def _run(
        self,
        kicks: Sequence[Kick],
        sources: Sequence[Source],
        channels: Channels | None = None,
        feed: FeedEntries | None = None,
    ) -> Gradient:
        operators = self.problem.operators
        return gradient(
            operators.generator,
            operators.drive,
            self.problem.start,
            kicks,
            sources,
            channels or Channels(self.channels),
            feed,
        )

    def _states(
        self, weights: Sequence[Weight], level: Level
    ) -> dict[float, ComplexArray]:
        """Return ρ at the times of ``weights``, where the slope depends on it."""
        times = [weight.time for weight in weights]
        if level.is_linear:
            return dict.fromkeys(times, self.problem.start)
        return self.problem.states(times)

    def _of_energy(
        self, weights: Sequence[Weight], states: dict[float, ComplexArray]
    ) -> Gradient:
        """Return what ⟨H⟩ depends on H itself: tr ρ dH at each of its times."""
        found = self._only()
        n = len(self.problem.start)
        hamiltonian = sum(
            (w.factor * states[w.time] for w in weights),
            np.zeros((n, n), np.complex128),
        )
        times = np.array([w.time for w in weights])
        energies = [w.factor * states[w.time].diagonal().real for w in weights]
        return found._replace(
            hamiltonian=hamiltonian,
            times=times,
            energies=np.array(energies).reshape(-1, n),
            rates=np.zeros((times.size, self.channels.size)),
        )

    def _spent(
        self,
        counted: Sequence[int],
        begin: float,
        end: float,
        factor: float,
        silent: list[int] | None = None,
    ) -> Gradient:
        """Return what a count of jumps depends on the rates themselves: ∫ ρ_ss dt."""
        sources = self.channels.sources[list(counted)]
        times, rates = [], []
        for step in self.problem.run(end, silent):
            part = _part(step, begin, end)
            if part is None:
                continue
            nodes, weights = part
            row = np.zeros((nodes.size, self.channels.size))
            own = step.diagonals(nodes)[:, sources] * (factor * weights)[:, None]
            row[:, list(counted)] = own
            times.append(nodes)
            rates.append(row)
        return self._only(np.concatenate(times), np.vstack(rates))

    def _only(self, times: object = None, rates: object = None) -> Gradient:
        """Return a gradient by some rates alone."""
        n = len(self.problem.start)
        own = np.zeros((1, self.channels.size)) if rates is None else np.asarray(rates)
        when = np.zeros(len(own)) if times is None else np.asarray(times)
        zero = np.zeros((n, n), dtype=np.complex128)
        return Gradient(zero, zero, when, np.zeros((when.size, n)), own)

    def _counted(self, asked: Asked) -> list[int]:
        """Return the channels, of all by which a gradient is, of the pair."""
        source, target = (self.problem.operators.index(name) for name in asked.names)
        pairs = zip(self.channels.sources, self.channels.targets, strict=True)
        return [k for k, pair in enumerate(pairs) if pair == (source, target)]


def _part(step: Step, begin: float, end: float) -> tuple[np.ndarray, np.ndarray] | None:
    """Return nodes and weights of the part of a step within an interval."""
    first, last = max(step.begin, begin), min(step.begin + step.h, end)
    if last <= first:
        return None
    half = (last - first) / 2
    return first + half * (_X + 1), half * _W
