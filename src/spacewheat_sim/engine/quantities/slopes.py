"""Gradients of quantities by the operators: H, the rates, the drivers and the start."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.engine.analysis.static import static_bath_of
from spacewheat_sim.engine.bath.terms import JumpTerm
from spacewheat_sim.engine.quantities.course import Course, Weight
from spacewheat_sim.engine.quantities.evaluate import (
    cycle_of,
    is_driven,
    statistic_of,
    steady_density,
    weights_at,
)
from spacewheat_sim.engine.quantities.levels import Level
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.quantum.analysis.history import History
from spacewheat_sim.quantum.analysis.sensitivity import (
    Channels,
    Count,
    Gradient,
    Kick,
    Source,
    gradient,
)
from spacewheat_sim.quantum.analysis.settled import (
    cycle_gradient,
    landing_adjoint,
    steady_adjoint,
    steady_gradient,
)
from spacewheat_sim.quantum.jumps import Jumps


@dataclass(frozen=True)
class Slopes:
    """Gradients with the channels that they are by.

    Attributes:
        problem: What was asked about.
        terms: All channels by whose rates a gradient is, those of the run first.
    """

    problem: Problem
    terms: Sequence[JumpTerm]

    @cached_property
    def channels(self) -> Jumps:
        """The jump operators of ``terms``."""
        entries = self.problem.operators.entries
        return Jumps.of((*entries(term), 0.0) for term in self.terms)

    @cached_property
    def _all_channels(self) -> Channels:
        return Channels(self.channels)

    def of_course(self, course: Course, asked: Asked, history: History) -> Gradient:
        """Return the gradient of a statistic of a number that was followed.

        Args:
            course: The number.
            asked: What is asked of it.
            history: The run in which it was followed.
        """
        level = course.level
        _, weights = statistic_of(course, asked)
        if level.is_linear and asked.statistic == "mean":
            length = course.end - course.begin
            operator = level.slope(self.problem.start, 0.0) / length
            source = Source(course.begin, course.end, operator)
            return self._run(sources=[source], history=history)
        states = self._states(weights, level)
        kicks = [
            Kick(w.time, w.factor * level.slope(states[w.time], w.time))
            for w in weights
        ]
        found = self._run(kicks, history=history)
        return (
            found.plus(self._of_energy(weights, states)) if level.is_energy else found
        )

    def of_jumps(self, asked: Asked) -> Gradient:
        """Return the gradient of a rate of jumps over an interval."""
        begin, end = asked.span
        return self._run(counts=[self._count(asked, begin, end)])

    def of_first(self, asked: Asked) -> Gradient:
        """Return the gradient of the probability of a first jump before a time.

        What has jumped is lost to ρ, so that it is 1 − tr ρ.
        """
        _, end = asked.span
        lost = Kick(end, -np.eye(len(self.problem.start), dtype=np.complex128))
        return self._run([lost], silent=self._counted(asked))

    def of_settled(self, asked: Asked) -> Gradient:
        """Return the gradient of a steady population or rate, or of its daily mean."""
        operators = self.problem.operators
        channels = self._all_channels
        if is_driven(self.problem):
            start, period = cycle_of(self.problem)
            what: Source | Count = self._count(asked, 0.0, period)
            if asked.kind == "steady":
                weights = weights_at(self.problem, asked, np.zeros(1))[0] / period
                what = Source(0.0, period, np.diag(weights).astype(np.complex128))
            return cycle_gradient(
                operators.generator, operators.drive, start, period, what, channels
            )
        (weights,) = weights_at(self.problem, asked, np.zeros(1))
        observable = np.diag(weights).astype(np.complex128)
        rho = steady_density(self.problem)
        if operators.qubits:
            sigma = steady_adjoint(operators.generator, rho, observable)
        else:
            sigma = landing_adjoint(static_bath_of(operators, "slope"), observable)
        found = steady_gradient(rho, sigma, channels)
        if asked.kind == "steady":
            return found
        rates = np.zeros((1, self.channels.size))
        for k in self._counted(asked):
            sources, _ = self.channels.entries(k)
            rates[0, k] = rho.diagonal().real[sources].sum()
        return found._replace(rates=found.rates + rates)

    def _count(self, asked: Asked, begin: float, end: float) -> Count:
        """Return the count of jumps per second of an interval."""
        counted = frozenset(self._counted(asked)) if asked.kind == "jumps" else ()
        return Count(begin, end, frozenset(counted), 1.0 / (end - begin))

    def _run(
        self,
        kicks: Sequence[Kick] = (),
        sources: Sequence[Source] = (),
        counts: Sequence[Count] = (),
        silent: Collection[int] = (),
        history: History | None = None,
    ) -> Gradient:
        operators = self.problem.operators
        return gradient(
            operators.generator,
            operators.drive,
            self.problem.start,
            kicks,
            sources,
            Channels(self.channels, silent) if silent else self._all_channels,
            counts,
            silent,
            history,
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
        n = len(self.problem.start)
        hamiltonian = np.zeros((n, n), dtype=np.complex128)
        for weight in weights:
            hamiltonian += weight.factor * states[weight.time]
        energies = [w.factor * states[w.time].diagonal().real for w in weights]
        return Gradient(
            hamiltonian,
            np.zeros_like(hamiltonian),
            np.array([weight.time for weight in weights]),
            np.array(energies).reshape(-1, n),
            np.zeros((len(weights), self.channels.size)),
        )

    def _counted(self, asked: Asked) -> list[int]:
        """Return the channels, of all by which a gradient is, of the pair."""
        source, target = (self.problem.operators.index(name) for name in asked.names)
        return [
            k
            for k, term in enumerate(self.terms)
            if (term.source, term.target) == (source, target)
        ]
