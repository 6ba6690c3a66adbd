"""Exact answers: python benchmarks/questions.py.

A web of N emojis with random couplings and two jumps from each; and the forest, whose
energies and rates change. What is known of a bath is kept between questions: figures
are of all but the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from case import Case
from measurement import Measurement, faster_than_peers
from peer_environment import ask
from scipy import linalg
from timing import Effort, measure

from spacewheat_sim import BathOperators, QuantumBath, analysis, load_biome
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.engine.quantities.evaluate import evaluate
from spacewheat_sim.engine.quantities.problem import Problem, read_asked
from spacewheat_sim.engine.quantities.sensitivities import Sensitivities
from spacewheat_sim.quantum.analysis.histories.likelihood import (
    Table,
    Waits,
    likelihood_gradient,
    log_likelihood,
)
from spacewheat_sim.quantum.analysis.static_bath import StaticBath

JUMPS = 1_000_000
# What the project asks for: times faster than the dense eigenvalue; seconds of θ(s) of
# 128 emojis; forward runs that all slopes may cost; ms of 10⁶ jumps, of their gradient,
# and of a forecast.
DENSE_BAR, LARGE_BAR, RUNS_BAR = 200.0, 0.5, 3.0
# Times faster than dynamiqs, whose slopes may be wrong by this.
PEER_BAR, PEER_ERROR = 30.0, 1e-5
LIKELIHOOD_BAR, GRADIENT_BAR, FORECAST_BAR = 50.0, 1000.0, 1.0


def web(n: int, seed: int = 1) -> BathOperators:
    """Return ``n`` emojis, a fifth of the pairs coupled, with two jumps from each."""
    rng = np.random.default_rng(seed)
    names = [chr(0x1F300 + i) for i in range(n)]
    hamiltonian = rng.normal(size=(n, n)) * (rng.random((n, n)) < 0.2)
    jumps = [
        (names[i], names[(i + step) % n], rng.uniform(0.05, 0.3))
        for i in range(n)
        for step in (1, 5)
    ]
    return BathOperators.from_terms(names, (hamiltonian + hamiltonian.T) / 2, jumps)


def counting(n: int, effort: Effort) -> Iterator[Measurement]:
    """Measure one θ(s), and the leading eigenvalue of the tilted L written out."""
    operators = web(n)
    pair = (operators.emojis[0], operators.emojis[1])
    first = analysis.counting(operators, [pair])
    found: list[float] = []

    def ask() -> None:
        found[:] = [first.scgf(0.5)]

    ask()  # what is known of the bath is kept
    seconds = measure(ask, effort).seconds
    name = "one θ(s)"
    bar = LARGE_BAR if n > 100 else None
    yield Measurement.timed(name, "counting", "s", seconds, **_size(n), bar=bar)
    if n > 30:
        return
    tilted = _tilted(operators, 0.5)
    dense: list[float] = []

    def solve() -> None:
        dense[:] = [float(linalg.eigvals(tilted).real.max())]

    slow = measure(solve, effort).seconds
    error = abs(found[0] - dense[0])
    yield Measurement.timed(
        name, "dense eigenvalues", "s", slow, **_size(n), error=error
    )
    yield _ratio(name, "dense ÷ counting", slow, seconds, DENSE_BAR, n)


def slopes(effort: Effort) -> Iterator[Measurement]:
    """Measure the slopes of a population of the forest by all of its numbers."""
    biome = load_biome("forest")
    asked = read_asked({"population": "🐺", "at": 20.0})
    problem, known = Problem.of(biome), Sensitivities(biome, list(biome.numbers))
    run = measure(lambda: evaluate(problem, [asked]), effort).seconds
    all_slopes = measure(lambda: known.of(asked), effort).seconds
    count = len(biome.numbers)
    name = "forest, a population at 20 s"
    yield Measurement.timed(name, "its value", "ms", run)
    note = f"{count} numbers"
    yield Measurement.timed(name, "all slopes", "ms", all_slopes, note=note)
    share = float(np.median(all_slopes) / np.median(run))
    yield Measurement.of(name, "slopes ÷ value", "", [share], bar=RUNS_BAR)


def slopes_of_peers(effort: Effort) -> Iterator[Measurement]:
    """Measure all slopes beside jax's grad of dynamiqs' mesolve.

    Theirs are by H, the rates and the amplitudes, of which ours by the numbers follow.
    Its solvers may be wrong by ``PEER_ERROR``, as exact as ours would cost them more.
    """
    biome = load_biome("forest")
    asked = read_asked({"population": "🐺", "at": 20.0})
    known = Sensitivities(biome, list(biome.numbers))
    seconds = measure(lambda: known.of(asked), effort).seconds
    ours = Measurement.timed(
        "all slopes of the forest", "sensitivities", "ms", seconds, **_size(22)
    )
    yield ours
    options = {
        "by": "dynamiqs, grad",
        "package": "dynamiqs",
        "time": 20.0,
        "state": known.problem.operators.index("🐺"),
        "error": PEER_ERROR,
        "checkpoints": 1024,
        "repeats": 3,
    }
    rows = [ours]
    for answer in ask("slopes_dynamiqs", options, _slopes_problem(known, asked)):
        rows.append(answer.measured(ours, error=answer.result))
        yield rows[-1]
    yield from faster_than_peers(rows, PEER_BAR)


def _slopes_problem(known: Sensitivities, asked: Asked) -> dict[str, np.ndarray]:
    """Return a biome's operators, and the slopes of a quantity by each of them."""
    problem = known.problem
    operators, drivers = problem.operators, problem.operators.drive.drivers
    _, found = known.gradient(asked)
    swings = [
        float(found.energies[:, driver.state] @ driver.over(found.times))
        for driver in drivers
    ]
    amplitudes = np.array([driver.amplitude for driver in drivers])
    by_h = found.hamiltonian.T
    slopes = (
        by_h.real.ravel(),
        -by_h.imag.ravel(),
        found.rates.sum(axis=0)[: len(operators.jumps)],
        np.array(swings) / amplitudes,
    )
    turn = {"cosine": 0.0, "sine": -np.pi / 2}
    return {
        "hamiltonian": operators.hamiltonian.toarray(),
        "start": problem.start,
        "jumps": np.array([(j.source, j.target, j.rate) for j in operators.jumps]),
        "drivers": np.array(
            [
                (d.state, d.amplitude, d.frequency, d.phase + turn[d.shape])
                for d in drivers
            ]
        ),
        "slopes": np.concatenate(slopes),
    }


def likelihood(effort: Effort) -> Iterator[Measurement]:
    """Measure the likelihood of many jumps, and its gradient by every number."""
    operators = web(22)
    bath = StaticBath(operators.generator, operators.hamiltonian.toarray())
    rng = np.random.default_rng(1)
    jumps = operators.generator.jumps
    channels = rng.integers(0, jumps.size, JUMPS)
    nothing = np.zeros(0)
    waits = Waits(
        rng.integers(0, 22, JUMPS),
        jumps.sources[channels].astype(np.int64),
        jumps.targets[channels].astype(np.int64),
        rng.exponential(3.0, JUMPS),
        nothing.astype(np.int64),
        nothing,
    )
    table = Table(bath, waits)
    calls: tuple[tuple[str, Callable[[], Any], float | None], ...] = (
        ("ln P, its table made before", table.log_size, LIKELIHOOD_BAR),
        ("ln P", lambda: log_likelihood(bath, waits), None),
        ("its gradient", lambda: likelihood_gradient(bath, waits), GRADIENT_BAR),
    )
    for by, call, bar in calls:
        seconds = measure(call, effort).seconds
        yield Measurement.timed("likelihood of 10⁶ jumps", by, "ms", seconds, bar=bar)


def forecasts(effort: Effort) -> Iterator[Measurement]:
    """Measure the forecast of the next jump, of a static bath and of a driven one."""
    operators = web(22)
    static = QuantumBath(operators, seed=0)
    static.initialize_emoji(operators.emojis[0])
    driven, later = (load_biome("forest").bath(seed=0) for _ in range(2))
    later.evolve(3.21)
    baths = {
        "static web": static,
        "driven forest": driven,
        "driven forest, inside a step": later,
    }
    for name, bath in baths.items():
        seconds = measure(bath.forecast, effort).seconds
        yield Measurement.timed(
            f"forecast, {name}", "forecast", "ms", seconds, bar=FORECAST_BAR
        )


def _tilted(operators: BathOperators, field: float) -> np.ndarray:
    """Return L as a matrix of N² × N², its first jump counted with e^field."""
    n = operators.dimension
    h, one = operators.hamiltonian.toarray(), np.eye(n)
    whole = -1j * (np.kron(h, one) - np.kron(one, h.T))
    pair = operators.jumps[0].source, operators.jumps[0].target
    for term in operators.jumps:
        jump = np.zeros((n, n))
        jump[term.target, term.source] = np.sqrt(term.rate)
        lost = jump.T @ jump
        is_counted = (term.source, term.target) == pair
        whole += (np.exp(field) if is_counted else 1.0) * np.kron(jump, jump)
        whole -= 0.5 * (np.kron(lost, one) + np.kron(one, lost.T))
    return whole


def _ratio(name: str, by: str, slow: Any, fast: Any, bar: float, n: int) -> Measurement:
    share = float(np.median(slow) / np.median(fast))
    return Measurement.of(name, by, "", [share], sense="higher", bar=bar, **_size(n))


def _size(n: int) -> dict[str, Any]:
    return {"symbol": "N", "size": n}


CASES = (
    Case("counting, N = 22", lambda effort: counting(22, effort)),
    Case("counting, N = 128", lambda effort: counting(128, effort), is_quick=False),
    Case("slopes of the forest", slopes),
    Case("slopes of the forest, and of peers", slopes_of_peers, is_quick=False),
    Case("likelihood", likelihood),
    Case("forecasts", forecasts),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("questions",)))
