"""A quantum-ecosystem game engine: emojis carry physics.

The names below are imported when they are first used, so that ``import
spacewheat_sim`` costs next to nothing.
"""

from __future__ import annotations

from spacewheat_sim.version import __version__

TYPE_CHECKING = False  # as typing has it, which takes milliseconds to import
if TYPE_CHECKING:
    from typing import Any

    from spacewheat_sim.content.problems import ContentError
    from spacewheat_sim.content.registry import IconRegistry
    from spacewheat_sim.engine.bath.batch import BathBatch
    from spacewheat_sim.engine.bath.bath import QuantumBath
    from spacewheat_sim.engine.bath.ensemble.measurements import ScheduledMeasurement
    from spacewheat_sim.engine.bath.operators import BathOperators
    from spacewheat_sim.engine.bath.recordings.recording import Recording
    from spacewheat_sim.engine.bath.signals import (
        bath_collapsed,
        bath_evolved,
        bath_gated,
        bath_harvested,
        bath_initialized,
        bath_jumped,
        bath_measured,
    )
    from spacewheat_sim.engine.compile import CompiledBiome, load_biome
    from spacewheat_sim.engine.packs import load_pack
    from spacewheat_sim.engine.shaping.learn import learn
    from spacewheat_sim.engine.shaping.tune import tune
    from spacewheat_sim.engine.world.world import World
    from spacewheat_sim.errors import ArgumentError, SpacewheatError


_MODULES = {
    "ArgumentError": "errors",
    "BathBatch": "engine.bath.batch",
    "BathOperators": "engine.bath.operators",
    "CompiledBiome": "engine.compile",
    "ContentError": "content.problems",
    "IconRegistry": "content.registry",
    "QuantumBath": "engine.bath.bath",
    "Recording": "engine.bath.recordings.recording",
    "ScheduledMeasurement": "engine.bath.ensemble.measurements",
    "SpacewheatError": "errors",
    "World": "engine.world.world",
    "bath_collapsed": "engine.bath.signals",
    "bath_evolved": "engine.bath.signals",
    "bath_gated": "engine.bath.signals",
    "bath_harvested": "engine.bath.signals",
    "bath_initialized": "engine.bath.signals",
    "bath_jumped": "engine.bath.signals",
    "bath_measured": "engine.bath.signals",
    "learn": "engine.shaping.learn",
    "load_biome": "engine.compile",
    "load_pack": "engine.packs",
    "tune": "engine.shaping.tune",
}

__all__ = [
    "ArgumentError",
    "BathBatch",
    "BathOperators",
    "CompiledBiome",
    "ContentError",
    "IconRegistry",
    "QuantumBath",
    "Recording",
    "ScheduledMeasurement",
    "SpacewheatError",
    "World",
    "__version__",
    "bath_collapsed",
    "bath_evolved",
    "bath_gated",
    "bath_harvested",
    "bath_initialized",
    "bath_jumped",
    "bath_measured",
    "learn",
    "load_biome",
    "load_pack",
    "tune",
]


def __getattr__(name: str) -> Any:
    if name == "analysis":
        from importlib import import_module

        return import_module(f"{__name__}.analysis")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
