"""Whatever is given for an argument is taken or refused in words, and nothing moves.

Every argument of every public method is given every absurd value below. What is not
legal there must raise a SpacewheatError that names the argument or shows the value, and
leave what was called bit for bit as it was: state, time, random stream, and no signal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from spacewheat_sim import (
    BathBatch,
    BathOperators,
    QuantumBath,
    ScheduledMeasurement,
    SpacewheatError,
    World,
    load_biome,
    load_pack,
    seeding,
    tune,
)
from spacewheat_sim.engine.bath import signals
from spacewheat_sim.engine.bath.options import EvolverOptions
from spacewheat_sim.engine.bath.recordings.recorder import Recorder
from spacewheat_sim.engine.world.clock import Clock
from spacewheat_sim.engine.world.commands import Collapse, Look, Measure, Plant, SetStep

ABSURD: dict[str, Any] = {
    "None": None,
    "text": "1",
    "empty text": "",
    "bytes": b"1",
    "True": True,
    "numpy True": np.True_,
    "0": 0,
    "-0.0": -0.0,
    "-1": -1,
    "-1.5": -1.5,
    "nan": float("nan"),
    "inf": float("inf"),
    "numpy nan": np.float32("nan"),
    "10**400": 10**400,
    "-10**400": -(10**400),
    "10**5000": 10**5000,
    "2**60": 2**60,
    "1j": 1j,
    "array": np.array([1.0, 2.0, 3.0]),
    "array without axes": np.array(0.1),
    "empty array": np.empty(0),
    "mask of one": np.array([True]),
    "list": [1.0, 2.0, 3.0],
    "ragged": [[1.0], 2.0],
    "empty list": [],
    "empty mapping": {},
    "mapping": {"🌾": "1"},
    "object": object(),
    "function": len,
}
# How else a message may name an argument.
OTHER_WORDS = {
    "dt": ("step of",),
    "weights": ("emoji", "weight"),
    "steps": ("recording",),
    "chain": ("Markov chain", "emoji"),
    "duration": ("An ensemble of",),
    "rho": ("'trajectory'", "'spec'"),
    "emoji": ("amplitudes",),
    "axes": ("emoji",),
    "name_or_path": ("Unknown biome",),
    "path": ("Unknown number", "no folder"),
    "biomes": ("Unknown biome",),
    "data": ("snapshot",),
    "drivers": ("emoji", "driver"),
    "emojis": ("emoji",),
}
SEEDS = ("None", "0", "2**60")
# What numpy makes a number of within a list.
NUMBERS = (
    "True",
    "numpy True",
    "0",
    "-0.0",
    "-1",
    "-1.5",
    "2**60",
    "array without axes",
)

OPERATORS = BathOperators.from_terms(
    "🌾💀", [[0.0, 0.3], [0.3, 0.0]], [("🌾", "💀", 0.4), ("💀", "🌾", 2.0)]
)
AXIS = ("🌾", "💀")


def bath(method: Any = "trajectory") -> QuantumBath:
    here = QuantumBath(OPERATORS, method, seed=5)
    here.evolve(3.0)
    return here


def master() -> QuantumBath:
    return bath("master")


def spec() -> QuantumBath:
    here = QuantumBath(OPERATORS, "spec", seed=5)
    here.evolve(0.25)
    return here


def batch() -> BathBatch:
    here = BathBatch(OPERATORS, 3, seed=5)
    here.evolve(2.0)
    return here


def world() -> World:
    here = World(["two_level"], seed=5)
    here.tick([Plant("two_level", 1, *here.baths["two_level"].emojis)])
    return here


def nobody() -> None:
    return None


def as_it_is(subject: Any) -> Any:
    """All that decides how ``subject`` goes on, to be compared."""
    match subject:
        case QuantumBath():
            at = subject.checkpoint()
            clocks, streams = at.clocks.tolist(), repr(at.streams.tolist())
            return at.states.tobytes(), clocks, at.time, streams, subject.options
        case BathBatch():
            streams = subject.checkpoint().streams.tobytes()
            return subject.density_matrices().tobytes(), subject.time, streams
        case World():
            return subject.digest(), subject.time, dict(subject.plots)
        case Clock():
            return subject.tick, subject.speed, subject.dt, subject.advance(0.0)
    return None


Call = Callable[[Any, Any], Any]
# (what is called, argument, call, values that are legal)
Case = tuple[Callable[[], Any], str, Call, tuple[str, ...]]


def bath_cases() -> Iterator[Case]:
    for make in (bath, master, spec):
        yield make, "dt", lambda b, v: b.evolve(v), ()
        yield make, "dt", lambda b, v: b.check_step(v), ()
        yield make, "dt", lambda b, v: b.evolve_many(v, 2), ()
        yield make, "steps", lambda b, v: b.evolve_many(0.1, v), ("0",)
        yield (
            make,
            "record_every",
            lambda b, v: b.evolve_many(0.1, 2, record_every=v),
            (),
        )
        yield make, "emoji", lambda b, v: b.initialize_emoji(v), ()
        yield make, "weights", lambda b, v: b.initialize_weighted(v), ()
        yield make, "weight", lambda b, v: b.initialize_weighted({"🌾": v}), ("2**60",)
        yield make, "weights", lambda b, v: b.initialize_weighted({_key(v): 1}), ()
        yield make, "chain", lambda b, v: b.initialize_from_markov(v), ()
        yield make, "chain", lambda b, v: b.initialize_from_markov({"🌾": v}), ()
        yield (
            make,
            "chain",
            lambda b, v: b.initialize_from_markov({"🌾": {"🌾": v}}),
            ("2**60",),
        )
        yield make, "ket", lambda b, v: b.initialize_ket(v), ()
        yield make, "ket", lambda b, v: b.initialize_ket([v, 1]), (*NUMBERS, "1j")
        yield make, "rho", lambda b, v: b.initialize_density_matrix(v), ()
        yield make, "emoji", lambda b, v: b.probability(v), ()
        yield make, "emoji", lambda b, v: b.amplitude(v), ()
        yield make, "emoji", lambda b, v: b.project_onto_axis(v, "💀"), ()
        yield make, "emoji", lambda b, v: b.project_onto_axis("🌾", v), ()
        yield make, "emoji", lambda b, v: b.axis_block(v, "💀"), ()
        yield make, "emoji", lambda b, v: b.measure_axis(v, "💀"), ()
        yield make, "emoji", lambda b, v: b.measure_axis("🌾", v), ()
        yield make, "emoji", lambda b, v: b.measure("🌾", v), ()
        yield make, "collapse_strength", lambda b, v: b.measure_axis(*AXIS, v), ("0",)
        yield (
            make,
            "collapse_strength",
            lambda b, v: b.measure_axis(*AXIS, v, kind="weak"),
            ("0",),
        )
        yield make, "kind", lambda b, v: b.measure_axis(*AXIS, kind=v), ()
        yield make, "kind", lambda b, v: b.measure(*AXIS, v), ()
        for kind in ("game", "weak"):
            yield (
                make,
                "strength",
                lambda b, v, kind=kind: b.measure_axis(*AXIS, kind=kind, strength=v),
                ("None", "0"),
            )
        yield (
            make,
            "strength",
            lambda b, v: b.measure(*AXIS, "projective", v),
            ("None",),
        )
        yield make, "emoji", lambda b, v: b.partial_collapse(v, 0.1), ()
        yield make, "strength", lambda b, v: b.partial_collapse("🌾", v), ("0",)
        yield make, "emoji", lambda b, v: b.full_collapse(v), ()
        yield make, "operators", lambda b, v: b.replace_operators(v), ()
        yield (
            make,
            "options",
            lambda b, v: b.replace_operators(OPERATORS, v),
            ("None",),
        )
        yield make, "saved", lambda b, v: b.resume(v), ()


def ensemble_cases() -> Iterator[Case]:
    yield bath, "duration", lambda b, v: b.ensemble(v, 2, seed=0), ()
    yield bath, "trajectories", lambda b, v: b.ensemble(1.0, v, seed=0), ()
    yield bath, "dt", lambda b, v: b.ensemble(1.0, 2, dt=v, seed=0), ("2**60",)
    yield bath, "seed", lambda b, v: b.ensemble(1.0, 2, seed=v), SEEDS
    yield (
        bath,
        "emoji",
        lambda b, v: b.ensemble(1.0, 2, seed=0, first_passage=v),
        ("None",),
    )
    yield (
        bath,
        "measurements",
        lambda b, v: b.ensemble(1.0, 2, seed=0, measurements=v),
        ("empty list", "empty array"),
    )
    fields = {
        "time": ("0",),
        "north": (),
        "south": (),
        "kind": (),
        "strength": ("None", "0"),
    }
    plain = {"time": 0.5, "north": "🌾", "south": "💀"}
    for name, legal in fields.items():
        yield (
            bath,
            {"time": "measurements", "north": "emoji", "south": "emoji"}.get(
                name, name
            ),
            lambda b, v, name=name: b.ensemble(
                1.0,
                2,
                seed=0,
                measurements=[ScheduledMeasurement(**{**plain, name: v})],
            ),
            legal,
        )
    history = bath().ensemble(1.0, 2, seed=0).history
    yield nobody, "number", lambda _, v: history(v), ("0",)


def batch_cases() -> Iterator[Case]:
    yield batch, "dt", lambda b, v: b.evolve(v), ()
    yield batch, "mask", lambda b, v: b.evolve(0.1, v), ("None",)
    yield batch, "emoji", lambda b, v: b.initialize_emoji(v), ()
    yield batch, "weights", lambda b, v: b.initialize_weighted(v), ()
    yield batch, "ket", lambda b, v: b.initialize_ket(v), ()
    yield batch, "emoji", lambda b, v: b.project_onto_axis("🌾", v), ()
    yield batch, "emoji", lambda b, v: b.measure_axis(v, "💀"), ()
    yield batch, "collapse_strength", lambda b, v: b.measure_axis(*AXIS, v), ("0",)
    yield batch, "kind", lambda b, v: b.measure_axis(*AXIS, kind=v), ()
    yield (
        batch,
        "strength",
        lambda b, v: b.measure_axis(*AXIS, kind="weak", strength=v),
        ("None", "0"),
    )
    yield batch, "mask", lambda b, v: b.measure_axis(*AXIS, mask=v), ("None",)
    yield batch, "emoji", lambda b, v: b.partial_collapse(v, 0.1), ()
    yield batch, "strength", lambda b, v: b.partial_collapse("🌾", v), ("0",)
    yield batch, "mask", lambda b, v: b.partial_collapse("🌾", 0.1, v), ("None",)
    yield batch, "emoji", lambda b, v: b.full_collapse(v), ()
    yield batch, "mask", lambda b, v: b.full_collapse("🌾", v), ("None",)


def constructor_cases() -> Iterator[Case]:
    for kind in (QuantumBath, BathBatch):
        more = () if kind is QuantumBath else (2,)
        yield (
            nobody,
            "operators",
            lambda _, v, kind=kind, more=more: kind(v, *more, seed=0),
            (),
        )
        yield (
            nobody,
            "method",
            lambda _, v, kind=kind, more=more: kind(OPERATORS, *more, v, seed=0),
            (),
        )
        yield (
            nobody,
            "seed",
            lambda _, v, kind=kind, more=more: kind(OPERATORS, *more, seed=v),
            SEEDS,
        )
        yield (
            nobody,
            "tolerance",
            lambda _, v, kind=kind, more=more: kind(
                OPERATORS, *more, seed=0, tolerance=v
            ),
            (),
        )
    yield nobody, "count", lambda _, v: BathBatch(OPERATORS, v, seed=0), ()
    yield (
        nobody,
        "hamiltonian_step",
        lambda _, v: QuantumBath(OPERATORS, "spec", hamiltonian_step=v),
        (),
    )
    yield (
        nobody,
        "active_threshold",
        lambda _, v: QuantumBath(OPERATORS, active_threshold=v),
        ("None",),
    )
    yield nobody, "stream", lambda _, v: QuantumBath(OPERATORS, stream=v), ("None",)
    yield nobody, "method", lambda _, v: EvolverOptions(v), ()
    yield nobody, "seed", lambda _, v: seeding.resolve_seed(v), SEEDS
    biome = load_biome("two_level")
    yield nobody, "seed", lambda _, v: biome.bath(v), SEEDS
    yield nobody, "method", lambda _, v: biome.bath(0, v), ("None",)
    yield nobody, "stream", lambda _, v: biome.bath(0, stream=v), ("None",)
    yield nobody, "name_or_path", lambda _, v: load_biome(v), ()
    yield nobody, "registry", lambda _, v: load_biome("two_level", v), ("None",)
    yield nobody, "path", lambda _, v: load_pack(v), ()
    claims = [{"population": "🌕", "at": 1, "value": {"at_least": 0.5}}]
    yield nobody, "path", lambda _, v: biome.number(v), ()
    yield nobody, "path", lambda _, v: biome.with_(v, 0.5), ()
    yield nobody, "path", lambda _, v: biome.biome.with_(v, 0.5), ()
    yield nobody, "path", lambda _, v: tune(biome, claims, free=[v]), ()
    yield nobody, "bath", lambda _, v: Recorder(v), ()
    yield bath, "axes", Recorder, ("empty list", "empty array")
    yield bath, "axes", lambda b, v: Recorder(b, [v]), ()
    yield bath, "emoji", lambda b, v: Recorder(b, [("🌾", v)]), ()


def operator_cases() -> Iterator[Case]:
    def made(**changes: Any) -> BathOperators:
        plain = {"emojis": "🌾💀", "hamiltonian": np.zeros((2, 2))}
        return BathOperators.from_terms(**{**plain, **changes})

    yield nobody, "emojis", lambda _, v: made(emojis=v), ()
    yield nobody, "emojis", lambda _, v: made(emojis=["🌾", v]), ("text",)
    yield nobody, "hamiltonian", lambda _, v: made(hamiltonian=v), ()
    yield (
        nobody,
        "hamiltonian",
        lambda _, v: made(hamiltonian=[[v, 0], [0, 0]]),
        NUMBERS,
    )
    lists = ("empty list", "empty array")
    yield nobody, "jumps", lambda _, v: made(jumps=v), lists
    yield nobody, "jumps", lambda _, v: made(jumps=[v]), ()
    yield nobody, "emoji", lambda _, v: made(jumps=[(v, "💀", 1.0)]), ()
    yield nobody, "emoji", lambda _, v: made(jumps=[("🌾", v, 1.0)]), ()
    yield nobody, "rate", lambda _, v: made(jumps=[(*AXIS, v)]), ("0", "2**60")
    yield nobody, "drivers", lambda _, v: made(drivers=v), lists
    yield nobody, "drivers", lambda _, v: made(drivers=[v]), ()
    yield nobody, "drivers", lambda _, v: made(drivers=[("🌾", v)]), ("function",)
    wave = ["🌾", 1.0, "cosine", 1.0, 0.0]
    real = ("0", "-1", "-1.5", "2**60")
    legal = {0: (), 1: real, 2: (), 3: ("0", "2**60"), 4: real}
    for place, values in legal.items():
        yield (
            nobody,
            "drivers",
            lambda _, v, place=place: made(
                drivers=[(*wave[:place], v, *wave[place + 1 :])]
            ),
            values,
        )
    yield nobody, "emoji", lambda _, v: OPERATORS.index(v), ()
    yield nobody, "time", lambda _, v: OPERATORS.hamiltonian_at(v), real
    yield nobody, "time", lambda _, v: OPERATORS.energy(np.ones(2) / 2, v), real
    yield nobody, "state", lambda _, v: OPERATORS.energy(v, 0.0), ()


def world_cases() -> Iterator[Case]:
    yield nobody, "biomes", lambda _, v: World(v, seed=0), ()
    yield nobody, "biomes", lambda _, v: World(["two_level", v], seed=0), ()
    yield nobody, "seed", lambda _, v: World(["two_level"], v), SEEDS
    yield nobody, "dt", lambda _, v: World(["two_level"], 0, v), ()
    yield (
        nobody,
        "registry",
        lambda _, v: World(["two_level"], 0, registry=v),
        ("None",),
    )
    yield world, "commands", lambda w, v: w.tick(v), ("empty list", "empty array")
    yield world, "commands", lambda w, v: w.tick([v]), ()
    yield world, "commands", lambda w, v: w.obey(v), ("empty list", "empty array")
    yield world, "seconds", lambda w, v: w.run(v), ()
    yield world, "biome", lambda w, v: w.project(v, "🌕", "🌑"), ()
    yield world, "emoji", lambda w, v: w.project("two_level", v, "🌑"), ()
    yield nobody, "data", lambda _, v: World.restore(v), ()
    names = ("text",)
    plots = ("text", "0", "-1", "2**60")
    real = ("0", "-1", "-1.5", "2**60")
    yield nobody, "biome", lambda _, v: Plant(v, 1, "a", "b"), names
    yield nobody, "plot", lambda _, v: Plant("a", v, "a", "b"), plots
    yield nobody, "plot", lambda _, v: Look(v), plots
    yield nobody, "north", lambda _, v: Plant("a", 1, v, "b"), names
    yield nobody, "kind", lambda _, v: Measure(1, v), names
    yield nobody, "strength", lambda _, v: Measure(1, "weak", v), ("None", *real)
    yield nobody, "emoji", lambda _, v: Collapse("a", v), names
    yield nobody, "dt", lambda _, v: SetStep(v), real


def clock_cases() -> Iterator[Case]:
    yield nobody, "dt", lambda _, v: Clock(v), ("2**60",)
    yield nobody, "speed", lambda _, v: Clock(speed=v), ("2**60",)
    yield nobody, "catch_up", lambda _, v: Clock(catch_up=v), ("2**60",)
    yield Clock, "ticks", lambda c, v: c.hand_back(v), ("0",)
    yield Clock, "real_seconds", lambda c, v: c.advance(v), ("0", "2**60")
    yield Clock, "speed", lambda c, v: setattr(c, "speed", v), ("2**60",)


CASES = [
    case
    for cases in (
        bath_cases,
        ensemble_cases,
        batch_cases,
        constructor_cases,
        operator_cases,
        world_cases,
        clock_cases,
    )
    for case in cases()
]


def _key(value: Any) -> Any:
    """``value`` as a key of a mapping, or something like it where it can be none."""
    try:
        hash(value)
    except TypeError:
        return ("no", "key")
    return value


@pytest.mark.filterwarnings("ignore::spacewheat_sim.statmech.markov.MarkovRowWarning")
@pytest.mark.parametrize(
    "case",
    CASES,
    ids=[f"{case[0].__name__}-{case[1]}" for case in CASES],
)
def test_every_absurd_value_is_taken_or_refused_and_what_refuses_stays(
    case: Case,
) -> None:
    make, argument, call, legal = case
    heard: list[Any] = []

    def hear(_sender: Any, event: Any) -> None:
        heard.append(event)

    subject = make()
    with (
        signals.bath_initialized.connected_to(hear),
        signals.bath_evolved.connected_to(hear),
        signals.bath_jumped.connected_to(hear),
        signals.bath_measured.connected_to(hear),
        signals.bath_collapsed.connected_to(hear),
    ):
        for name, value in ABSURD.items():
            if name == "2**60" and argument == "dt":
                continue  # a static bath takes steps of any length; it may jump often
            if name == "-0.0" and "0" in legal:
                continue  # a number that is no whole one
            if name in legal:
                call(make(), value)
                continue
            heard.clear()
            before = as_it_is(subject)
            with pytest.raises(SpacewheatError) as caught:
                call(subject, value)
            assert caught.value.exit_code == 2, name
            assert as_it_is(subject) == before, name
            assert heard == [], name
            message = str(caught.value)
            words = (argument, *OTHER_WORDS.get(argument, ()))
            assert any(word in message for word in words), (name, message)
            assert len(message) < 600, (name, message)
