"""Arguments beyond all sense: answered within the alarm, or refused; never odd numbers.

There is no reference here. What is asked for is that nothing hangs, that no foreign
error comes through, that an error leaves the bath as it was, and that what is answered
is finite, normalized and not negative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from generated_bath import GeneratedBath
from verdicts import FaultError, Ledger, LeftOutError, RefusalError, asked

from spacewheat_sim import BathBatch, BathOperators, QuantumBath

HUGE = 10**400
# Energy times step that takes seconds, and the largest that is taken.
MOST_WORK, LARGEST_WORK = 1e5, 1e8
# The same of turns of a driver.
MOST_TURNS, LARGEST_TURNS = 1e4, 1e6


@dataclass
class Request:
    """A call in the making, one argument of which is extreme."""

    names: tuple[str, ...]
    hamiltonian: Any
    jumps: list[tuple[str, str, Any]]
    ket: Any
    dt: Any
    drivers: list[tuple[Any, ...]] = field(default_factory=list)
    tolerance: Any = 1e-9
    steps: Any = 5
    every: Any = 2
    must_refuse: bool = False
    spec: bool = False

    def told(self) -> str:
        """Say the numbers that are most often odd."""
        return (
            f"dt {self.dt!r}, {self.steps!r} steps, every {self.every!r}, ket "
            f"{self.ket!r}, drivers {self.drivers}"
        )


def _ten(rng: np.random.Generator, low: float, high: float) -> float:
    return float(10 ** rng.uniform(low, high))


def _frequency(r: Request, rng: np.random.Generator) -> None:
    shape = str(rng.choice(("cosine", "sine", "pulse")))
    phase = float(rng.choice((0.0, 1.0, -1e17, 1e17, 1e300)))
    frequency = _ten(rng, 3, 15)
    if MOST_TURNS < frequency * r.dt <= LARGEST_TURNS:
        frequency *= LARGEST_TURNS / MOST_TURNS  # minutes, but allowed
    r.drivers.append((r.names[0], 1.0, shape, frequency, phase))


def _phase(r: Request, rng: np.random.Generator) -> None:
    shape = str(rng.choice(("cosine", "pulse")))
    r.drivers.append((r.names[0], 1.0, shape, _ten(rng, -3, 0), _ten(rng, 8, 308)))


def _slow_frequency(r: Request, rng: np.random.Generator) -> None:
    shape = str(rng.choice(("cosine", "sine", "pulse")))
    r.drivers.append((r.names[0], 1.0, shape, _ten(rng, -323, -9), 0.3))


def _amplitude(r: Request, rng: np.random.Generator) -> None:
    shape = str(rng.choice(("cosine", "sine", "pulse")))
    amplitude = _ten(rng, 6, 308)
    if MOST_WORK < amplitude * r.dt <= LARGEST_WORK:
        amplitude *= LARGEST_WORK / MOST_WORK  # minutes, but allowed
    r.drivers.append((r.names[0], amplitude, shape, 0.7, 0.3))


def _energy(r: Request, rng: np.random.Generator) -> None:
    h = np.array(r.hamiltonian)
    i, j = rng.integers(len(r.names), size=2)
    value = _ten(rng, 9, 308)
    h[i, j] = h[j, i] = value
    r.hamiltonian = h


def _rate(r: Request, rng: np.random.Generator) -> None:
    i, j = rng.integers(len(r.names), size=2)
    r.jumps.append((r.names[i], r.names[j], _ten(rng, 9, 308)))


def _tiny(r: Request, rng: np.random.Generator) -> None:
    h = np.array(r.hamiltonian)
    i, j = rng.integers(len(r.names), size=2)
    h[i, j] = h[j, i] = _ten(rng, -323.5, -200)
    r.hamiltonian = h
    r.jumps.append((r.names[j], r.names[i], _ten(rng, -323.5, -200)))


def _odd_ket(r: Request, rng: np.random.Generator) -> None:
    ket = np.zeros(len(r.names), dtype=complex)
    ket[0] = _ten(rng, -323.5, -150) if rng.random() < 0.7 else _ten(rng, 150, 308)
    ket[-1] = ket[0] * rng.choice((0.0, 0.5, 1j, 1.0))
    r.ket = ket


def _tolerance(r: Request, rng: np.random.Generator) -> None:
    r.tolerance = rng.choice(
        (5e-324, 1e-100, 1e-30, 1e-16, 1e-13, 0.0, 1.0, np.nan, HUGE)
    )


def _step(r: Request, rng: np.random.Generator) -> None:
    r.dt = _ten(rng, -323.5, -7) if rng.random() < 0.5 else _ten(rng, 6, 308)


def _odd_step(r: Request, rng: np.random.Generator) -> None:
    odd = ("1", True, HUGE, None, np.nan, -1.0, 1j, np.array([1.0]), [], np.inf, 0.0)
    r.dt = odd[int(rng.integers(len(odd)))]
    r.must_refuse = True


def _odd_count(r: Request, rng: np.random.Generator) -> None:
    odd = ("1", True, HUGE, None, np.nan, -1, 1.0, 10**15)
    if rng.random() < 0.5:
        r.steps = odd[int(rng.integers(len(odd)))]
    else:
        r.every = odd[int(rng.integers(len(odd)))]


def _huge_number(r: Request, rng: np.random.Generator) -> None:
    where = int(rng.integers(3))
    if where == 0:
        r.jumps.append((r.names[0], r.names[-1], HUGE))
    elif where == 1:
        r.hamiltonian = [[HUGE if i == j else 0 for i in r.names] for j in r.names]
    else:
        numbers: list[Any] = [1.0, 0.1, 0.0, 1.0]
        numbers[int(rng.integers(4))] = HUGE
        r.drivers.append((r.names[0], numbers[0], "cosine", *numbers[1:]))
    r.must_refuse = True


def _not_hermitian(r: Request, rng: np.random.Generator) -> None:
    if len(r.names) < 2:
        raise LeftOutError("one state alone is always Hermitian")
    h = np.array(r.hamiltonian, dtype=complex)
    h[0, 0] = h[1, 1] = _ten(rng, 0, 15)
    h[0, 1] = _ten(rng, -6, 3)
    h[1, 0] = h[0, 1].conj() * (1 + _ten(rng, -6, 0))
    r.hamiltonian, r.must_refuse = h, True


def _annihilation(r: Request, _: np.random.Generator) -> None:
    """Under ``spec`` all amplitude of one state is moved onto its opposite."""
    if len(r.names) < 2:
        raise LeftOutError("one state alone has nowhere to move")
    n = len(r.names)
    r.hamiltonian, r.drivers = np.zeros((n, n)), []
    r.dt = 0.5  # γ·dt is 1 to the last bit
    r.jumps = [(r.names[0], r.names[1], 2.0)]
    r.ket = np.array([1.0, -1.0] + [0.0] * (n - 2))
    r.must_refuse, r.spec = True, True


def _odd_function(r: Request, rng: np.random.Generator) -> None:
    odd = (None, 1j, np.array([1.0]), "1", np.nan, np.inf, HUGE, [], 1e300)
    value = odd[int(rng.integers(len(odd)))]
    when = float(rng.choice((0.0, 0.6))) * r.dt
    r.drivers.append((r.names[0], lambda t: value if t > when else 0.0))


TWISTS: tuple[Callable[[Request, np.random.Generator], None], ...] = (
    _frequency,
    _phase,
    _slow_frequency,
    _amplitude,
    _energy,
    _rate,
    _tiny,
    _odd_ket,
    _tolerance,
    _step,
    _odd_step,
    _odd_count,
    _huge_number,
    _not_hermitian,
    _annihilation,
    _odd_function,
)


def check_extremes(case: GeneratedBath, ledger: Ledger) -> None:
    """One extreme argument, one call."""
    rng = case.rng("extremes")
    names = case.bath.emojis
    request = Request(
        names,
        case.bath.hamiltonian,
        [(names[s], names[t], rate) for s, t, rate in case.bath.jumps],
        case.ket,
        min(case.schedule.duration, 10.0, 100 / max(case.bath.norm, 1e-300)),
    )
    twist = TWISTS[int(rng.integers(len(TWISTS)))]
    twist(request, rng)
    action = str(rng.choice(("evolve", "record", "batch", "ensemble")))
    method = str(rng.choice(("trajectory", "master")))
    if request.spec:
        action, method = str(rng.choice(("evolve", "record"))), "spec"
    what = twist.__name__.lstrip("_").replace("_", " ")
    ledger.note(f"{what}, {action}")
    try:
        _act(request, ledger, action, method)
    except RefusalError:
        ledger.add("right", f"{what} refused")
        return
    except FaultError as fault:
        raise FaultError(f"{what}, {action}: {fault.kind}", fault.detail) from fault
    if request.must_refuse and (action != "record" or twist is not _odd_count):
        ledger.add("WRONG", f"{what}, {action}: taken", detail=request.told())
    else:
        ledger.add("right", f"{what} answered")


def _act(r: Request, ledger: Ledger, action: str, method: str) -> None:
    made = asked(
        lambda: BathOperators.from_terms(r.names, r.hamiltonian, r.jumps, r.drivers)
    )
    if action == "batch":
        batch = asked(lambda: BathBatch(made, 2, method, 0, tolerance=r.tolerance))
        asked(lambda: batch.initialize_ket(r.ket))
        _act_on(batch, ledger, lambda: batch.evolve(r.dt))
        return
    bath = asked(lambda: QuantumBath(made, method, 0, tolerance=r.tolerance))
    asked(lambda: bath.initialize_ket(r.ket))
    if action == "evolve":
        _act_on(bath, ledger, lambda: bath.evolve(r.dt))
    elif action == "record":
        found = _act_on(bath, ledger, lambda: bath.evolve_many(r.dt, r.steps, r.every))
        ledger.populations(found.populations)
    else:
        found = _act_on(bath, ledger, lambda: bath.ensemble(r.dt, 16, dt=r.dt, seed=0))
        ledger.populations(found.populations)


def _act_on(subject: Any, ledger: Ledger, call: Callable[[], Any]) -> Any:
    """Return what ``call`` returns; where it raises, the subject must stand still."""
    time, before = subject.time, subject.populations()
    try:
        found = asked(call)
    except (RefusalError, FaultError):
        after = subject.populations()
        if subject.time != time or not np.array_equal(before, after):
            ledger.add(
                "WRONG", "an error moved the bath", detail=f"to t = {subject.time}"
            )
        raise
    ledger.populations(subject.populations())
    return found
