"""Generated baths as the product's own objects, by its public names only."""

from __future__ import annotations

from generated_bath import GeneratedBath
from plain_bath import PlainBath
from verdicts import Ledger, LeftOutError, asked

from spacewheat_sim import BathOperators, QuantumBath, SpacewheatError

# Products with the generator, of up to 20 µs each, that a check may cost.
MOST_PRODUCTS = 1e6


def refuse_costly(case: GeneratedBath, baths: int = 1) -> None:
    """Leave out what rounding keeps from squaring, and a series follows for long.

    Raises:
        LeftOutError: it would.
    """
    reach = case.bath.norm * case.schedule.duration
    rounded = 1e-17 * reach > case.tolerance * min(1.0, case.schedule.duration)
    if rounded and baths * reach > MOST_PRODUCTS:
        raise LeftOutError("many products for a tolerance near rounding")


def operators(bath: PlainBath) -> BathOperators:
    """Return the operators of a bath."""
    names = bath.emojis
    jumps = [(names[s], names[t], rate) for s, t, rate in bath.jumps]
    drivers = []
    for drive in bath.drives:
        name = names[drive.state]
        shape = getattr(drive, "shape", None)
        if shape is None:
            drivers.append((name, drive))
        else:
            numbers = (drive.frequency, drive.phase)
            drivers.append((name, drive.amplitude, shape, *numbers))
    return asked(
        lambda: BathOperators.from_terms(names, bath.hamiltonian, jumps, drivers)
    )


def started_bath(
    case: GeneratedBath, method: str, seed: int, **more: object
) -> QuantumBath:
    """Return the bath under ``method`` at its start."""
    made = operators(case.bath)
    options = {} if method == "spec" else {"tolerance": case.tolerance}
    bath = asked(lambda: QuantumBath(made, method, seed, **options, **more))
    start(case, bath)
    return bath


def start(case: GeneratedBath, bath: object) -> None:
    """Put a bath, or a batch, at the start of ``case``."""
    if case.start is None:
        asked(lambda: bath.initialize_ket(case.ket))
    else:
        asked(lambda: bath.initialize_emoji(case.bath.emojis[case.start]))


def stepped(ledger: Ledger, bath: QuantumBath, call):
    """Return what ``call`` returns; where it is refused, the bath must stand still."""
    time, state = bath.time, bath.state
    try:
        return call()
    except SpacewheatError:
        if bath.time != time or not (bath.state == state).all():
            ledger.add(
                "WRONG", "an error moved the bath", detail=f"t {time} -> {bath.time}"
            )
        raise
