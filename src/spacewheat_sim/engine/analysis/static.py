"""What is known of static and of periodic baths, kept as long as their operators."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.analysis.limit_cycle import common_period
from spacewheat_sim.quantum.analysis.no_jump_period import NoJumpPeriod
from spacewheat_sim.quantum.analysis.static_bath import StaticBath

# Of what changes with time, as many are named in an error.
MOST_NAMED = 3

_known: WeakKeyDictionary[BathOperators, StaticBath] = WeakKeyDictionary()
_periods: WeakKeyDictionary[BathOperators, NoJumpPeriod | None] = WeakKeyDictionary()


def static_bath_of(operators: BathOperators, question: str) -> StaticBath:
    """Return the static bath of ``operators``.

    Raises:
        ArgumentError: they are driven, or jumps do not land on basis states.
    """
    if not operators.drive.is_static:
        changing = list(
            dict.fromkeys(driver.called for driver in operators.drive.drivers)
        )
        named = ", ".join(changing[:MOST_NAMED])
        if len(changing) > MOST_NAMED:
            named += f" and {len(changing) - MOST_NAMED} more"
        raise ArgumentError(
            f"A biome whose energies or rates depend on time has no {question}; here "
            f"those of {named} do. What can be asked of it is the next jump, the "
            "cycle, sensitivities (`spacewheat ask`, `analysis` in Python) and an "
            "ensemble (`simulate --trajectories`, `ensemble`)"
        )
    found = _known.get(operators)
    if found is None:
        found = StaticBath(operators.generator, operators.hamiltonian.toarray())
        _known[operators] = found
    return found


def no_jump_period_of(operators: BathOperators) -> NoJumpPeriod | None:
    """Return what one period without a jump does; None where nothing repeats."""
    if operators not in _periods:
        try:
            period = common_period(operators.drive.drivers)
        except ArgumentError:
            _periods[operators] = None
        else:
            _periods[operators] = NoJumpPeriod(
                operators.generator, operators.drive, period
            )
    return _periods[operators]
