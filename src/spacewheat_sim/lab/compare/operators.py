"""What a biome's operators and settings are, by names that two biomes share."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from spacewheat_sim.engine.bath.terms import JumpTerm
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.quantum.driving.driver import Driver

OVER = ("ramp", "fade")  # shapes that take a time once


def settings_of(biome: CompiledBiome) -> dict[str, str]:
    """Return how a biome begins, is evolved, and where its harvests go, as text."""
    options = asdict(biome.options())
    initial = biome.biome.initial.model_dump(exclude_none=True, exclude={"weights"})
    operators, names = biome.operators, biome.emojis
    axes = zip(names[::2], names[1::2], strict=True) if operators.qubits else ()
    found = {
        **{name.replace("_", " "): value for name, value in options.items()},
        "initial": ", ".join(f"{k} {_shown(v)}" for k, v in initial.items())
        or "weights",
        "register": " ".join("/".join(axis) for axis in axes) or None,
        "harvest to": " ".join(names[i] for i in operators.grounds) or None,
    }
    return {name: _shown(value) for name, value in found.items() if value is not None}


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return " ".join(value) if isinstance(value, tuple) else str(value)


def hamiltonian_of(biome: CompiledBiome) -> dict[str, complex]:
    """Return the entries of H in rad/s, by the names of their states."""
    names = states_of(biome)
    matrix = biome.operators.hamiltonian.tocoo()
    found = {}
    for i, j, value in zip(matrix.row, matrix.col, matrix.data, strict=True):
        if i <= j:
            found[names[i] if i == j else f"{names[i]}–{names[j]}"] = complex(value)
    return found


def states_of(biome: CompiledBiome) -> tuple[str, ...]:
    """Return the basis states: emojis, or of a register all poles that are on."""
    n, names = biome.operators.qubits, biome.emojis
    if not n:
        return names
    return tuple(
        "".join(names[2 * axis + (state >> (n - 1 - axis) & 1)] for axis in range(n))
        for state in range(1 << n)
    )


def rates_of(biome: CompiledBiome) -> dict[str, float]:
    """Return jump rates in 1/s, the largest where they change, of all icons."""
    found: dict[str, float] = {}
    for jump in biome.operators.jumps:
        name = _jump_name(biome, jump)
        found[name] = found.get(name, 0.0) + jump.rate
    return found


def _jump_name(biome: CompiledBiome, jump: JumpTerm) -> str:
    names = biome.emojis
    gates = (("when", jump.when), ("unless", jump.unless))
    told = [f" {word} {names[pole]}" for word, pole in gates if pole is not None]
    return f"{names[jump.source]}→{names[jump.target]}{''.join(told)}"


def drivers_of(biome: CompiledBiome) -> dict[str, str]:
    """Return what changes energies, by emoji, and rates, by jump, as text."""
    operators = biome.operators
    named = [
        (biome.emojis[driver.state], driver)
        for driver in operators.whole_drive.energy_drivers
    ]
    named += [
        (_jump_name(biome, jump), jump.change.driver)
        for jump in operators.jumps
        if jump.change is not None
    ]
    found: dict[str, list[str]] = {}
    for name, driver in named:
        found.setdefault(name, []).append(_driver(driver))
    return {name: " and ".join(sorted(texts)) for name, texts in found.items()}


def _driver(driver: Driver) -> str:
    unit = "rad/s" if driver.quantity == "energy" else "/s"
    lasts = "over" if driver.shape in OVER else "every"
    text = f"{driver.shape} of {driver.amplitude:.12g} {unit}"
    if driver.frequency:
        text += f" {lasts} {1.0 / driver.frequency:.12g} s"
    if driver.phase:
        text += f", phase {driver.phase:.12g}"
    return f"{text}, on for {driver.duty:.12g}" if driver.shape == "pulse" else text
