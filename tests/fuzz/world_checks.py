"""Worlds: the same numbers as icons of a biome, ticked.

An icon has waves and pulses, told by their periods, and no Python function: a bath is
first brought to what content can say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from density_checks import check_clock, compare_density
from expected import ExpectedDensity, pure, rounding_of
from generated_bath import GeneratedBath
from generated_drivers import Pulse, Wave
from histories import History, verify_history
from plain_bath import PlainBath, Schedule
from product_calls import refuse_costly
from trajectory_checks import numbered, refuse_many_jumps
from verdicts import FaultError, Ledger, asked

from spacewheat_sim import IconRegistry, World, seeding
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon

MOST_TICKS = 40


def check_world(case: GeneratedBath, ledger: Ledger) -> None:
    """Two baths of a biome in a world, by ticks, each against its own reference."""
    rng = case.rng("world")
    method = "master" if rng.random() < 0.5 else "trajectory"
    case = _as_content(case)
    if method == "trajectory":
        refuse_many_jumps(case)
    refuse_costly(case, 2)
    seed = int(rng.integers(2**32))
    biome, registry = _content(case, method)
    names = ["fuzz", "fuzz-2"]
    dt, ticks = case.schedule.dt, case.schedule.steps
    world = asked(lambda: World([biome, biome], seed, dt, IconRegistry(registry)))
    told: dict[str, list] = {name: [] for name in names}
    looks: dict[str, list] = {name: [] for name in names}
    for _ in range(ticks):
        for each in asked(lambda: world.tick([])):
            told[each.biome].append(each.event)
        for name in names:
            looks[name].append((world.time, world.baths[name].populations()))
    check_clock(ledger, world.time, case.schedule.duration)
    rounding = rounding_of(case, pure(case.ket))
    for name in names:
        if method == "master":
            _compare_master(case, ledger, looks[name], world.baths[name], rounding)
        else:
            jumps = numbered(case, told[name])
            draws = seeding.bath_stream(seed, name).random(40)
            ledger.populations(np.array([p for _, p in looks[name]]))
            final = world.baths[name].amplitudes
            history = History(case.ket, jumps, looks[name], world.time, final, draws)
            verify_history(ledger, case, history, rounding)


def _compare_master(case, ledger, looks, bath, rounding):
    ticks = case.schedule.steps
    right = ExpectedDensity(case.bath, pure(case.ket)).every(
        case.schedule.dt, list(range(1, ticks + 1))
    )
    got = np.array([populations for _, populations in looks])
    duration = case.schedule.duration
    compare_density(ledger, case, got, right, None, duration, rounding)
    compare_density(
        ledger, case, got[-1], right[-1], bath.density_matrix(), duration, rounding
    )


def _as_content(case: GeneratedBath) -> GeneratedBath:
    """Return the nearest case that icons can say."""
    drives = tuple(
        replace(drive, frequency=1.0 / (1.0 / drive.frequency))
        for drive in case.bath.drives
        if isinstance(drive, Wave | Pulse) and drive.amplitude and drive.frequency
    )
    jumps: dict[tuple[str, int, int], float] = {}
    for s, t, rate in case.bath.jumps:
        for kind in ("dephasing",) if s == t else ("to", "from"):
            if (kind, s, t) not in jumps:
                jumps[kind, s, t] = rate
                break
    ordered = tuple((s, t, rate) for (_, s, t), rate in jumps.items())
    ticks = min(case.schedule.steps, MOST_TICKS)
    ket = case.ket
    if case.start is None:
        ket = np.sqrt(np.abs(ket) ** 2 / (np.abs(ket) ** 2).sum()).astype(complex)
    return replace(
        case,
        bath=PlainBath(case.bath.hamiltonian, ordered, drives),
        ket=ket,
        schedule=Schedule(case.schedule.dt, ticks),
    )


def _content(case: GeneratedBath, method: str) -> tuple[Biome, list[Icon]]:
    """Return the case as a biome and its icons."""
    names, h = case.bath.emojis, case.bath.hamiltonian
    fields: list[dict[str, Any]] = []
    for i, name in enumerate(names):
        couplings = {
            names[j]: {"re": 2 * h[i, j].real, "im": 2 * h[i, j].imag}
            for j in range(i + 1, len(names))
            if h[i, j]
        }
        fields.append(
            {
                "emoji": name,
                "name": f"State {i}",
                "self_energy": float(h[i, i].real),
                "drivers": [],
                "couplings": couplings,
                "transfers_to": {},
                "transfers_from": {},
            }
        )
    for drive in case.bath.drives:
        rhythm = {"shape": drive.shape, "period": 1.0 / drive.frequency}
        fields[drive.state]["drivers"].append(
            {
                "rhythm": rhythm | {"phase": drive.phase},
                "amplitude": drive.amplitude,
            }
        )
    for s, t, rate in case.bath.jumps:
        if s == t:
            fields[s]["dephasing"] = rate
        elif names[t] in fields[s]["transfers_to"]:
            fields[t]["transfers_from"][names[s]] = rate
        else:
            fields[s]["transfers_to"][names[t]] = rate
    weights = np.abs(case.ket) ** 2
    initial = dict(zip(names, weights.tolist(), strict=True))
    evolution = {"method": method, "tolerance": case.tolerance}
    try:
        icons = [Icon(**field) for field in fields]
        biome = Biome(
            name="fuzz",
            emojis=names,
            initial={"weights": initial},
            evolution=evolution,
        )
    except ValueError as error:
        raise FaultError("content refuses a valid biome", str(error)[:200]) from error
    return biome, icons
