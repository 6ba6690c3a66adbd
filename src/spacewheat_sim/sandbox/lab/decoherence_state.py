"""The state of the decoherence scene: a qubit and the spins of its environment."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.choices import DEFAULT_DT
from spacewheat_sim.engine.world.clock import Clock
from spacewheat_sim.lab.experiment import Streams
from spacewheat_sim.quantum.spin_bath.model import (
    SpinBath,
    gaussian_time,
    random_spinors,
    spin_bath,
)
from spacewheat_sim.quantum.spin_bath.product import decoherence_factor, spin_overlaps
from spacewheat_sim.sandbox.charts.history import History

TICK = DEFAULT_DT
TRAIL_TICKS = 60
BlochVector = tuple[float, float, float]


@dataclass(frozen=True)
class Environment:
    """The environment, and the initial state of the qubit.

    Attributes:
        n_env: Number of spins.
        coupling: g in rad/s.
        spread: s: the couplings are g (1 + s u_k), u_k in [−1, 1].
        field: h on the spins in rad/s.
        start: Initial state of the spins, ``plus`` or ``random``.
        tilt: Angle of the qubit's initial Bloch vector from its axis, in rad.
    """

    n_env: int = 10
    coupling: float = 0.4
    spread: float = 0.0
    field: float = 0.0
    start: Literal["plus", "random"] = "plus"
    tilt: float = math.pi / 2


class DecoherenceState:
    """A qubit cos(θ/2)|0⟩ + sin(θ/2)|1⟩ coupled to spins that do not interact.

    The environment multiplies ρ₀₁ by r(t) and does not change the populations: the
    Bloch vector (sin θ Re r, −sin θ Im r, cos θ) shrinks onto its axis. r(t) is
    computed exactly at any time, without steps.

    Args:
        environment: The initial environment.
        seed: Root seed of its couplings and of random spins.

    Attributes:
        clock: Converts real time to ticks.
        environment: The environment.
        seed: Root seed.
        time: Seconds since the start.
        history: |r|, purity and entropy of the qubit over the last minute.
    """

    def __init__(self, environment: Environment, seed: int) -> None:
        self.clock = Clock(TICK)
        self.environment = environment
        self.seed = seed
        self._begin()

    @property
    def factor(self) -> complex:
        """The present decoherence factor r."""
        return self._factor_at(self.time)

    @property
    def bloch(self) -> BlochVector:
        """The qubit's Bloch vector (x, y, z)."""
        return self._bloch(self.factor)

    @property
    def trail(self) -> tuple[BlochVector, ...]:
        """Bloch vectors of the last second, oldest first."""
        times = TICK * np.arange(max(0, self._ticks - TRAIL_TICKS), self._ticks)
        if times.size == 0:
            return ()
        return tuple(
            self._bloch(complex(r)) for r in decoherence_factor(self._bath, times).value
        )

    @property
    def purity(self) -> float:
        """Tr ρ² of the qubit."""
        return (1.0 + sum(c * c for c in self.bloch)) / 2.0

    @property
    def entropy(self) -> float:
        """Von Neumann entropy of the qubit in nats, at most ln 2."""
        return _entropy(min(1.0, math.hypot(*self.bloch)))

    @property
    def knowledge(self) -> FloatArray:
        """How well each environment spin distinguishes 0 from 1, (n,).

        √(1 − |⟨e_k⁰|e_k¹⟩|²), the trace distance of its states for 0 and for 1.
        """
        overlaps = np.abs(spin_overlaps(self._bath, [self.time])).ravel()
        return np.sqrt(np.clip(1.0 - overlaps**2, 0.0, None))

    @property
    def gaussian_time(self) -> float:
        """τ of |r| ≈ exp(−t²/τ²) at early times, in seconds."""
        return gaussian_time(self._bath)

    @property
    def moving(self) -> bool:
        """Whether it changes by itself."""
        return not self.clock.paused

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time."""
        self._tick(self.clock.advance(real_seconds))

    def step_once(self) -> None:
        """Pause, and take one tick."""
        self.clock.step_once()
        self._tick(self.clock.advance(0.0))

    def restart(self, *, new_seed: bool = False) -> None:
        """Restart, with the same couplings, or with others for a new seed."""
        if new_seed:
            self.seed = seeding.resolve_seed(None)
        self._begin()

    def change(self, **changes: object) -> None:
        """Change the environment, and restart."""
        self.environment = replace(self.environment, **changes)  # type: ignore[arg-type]  # the fields' own types
        self._begin()

    # --- inside -------------------------------------------------------------------

    def _begin(self) -> None:
        self.time = 0.0
        self._ticks = 0
        self._bath = _bath(self.environment, self.seed)
        self.history = History(3)
        self._note()

    def _tick(self, ticks: int) -> None:
        self._ticks += ticks
        self.time = self._ticks * TICK
        if ticks:
            self._note()

    def _note(self) -> None:
        self.history.note(self.time, (abs(self.factor), self.purity, self.entropy))

    def _factor_at(self, time: float) -> complex:
        return complex(decoherence_factor(self._bath, [time]).value[0])

    def _bloch(self, factor: complex) -> BlochVector:
        tilt = self.environment.tilt
        across = factor * math.sin(tilt)
        return across.real, -across.imag, math.cos(tilt)


def _bath(environment: Environment, seed: int) -> SpinBath:
    """Return the spins, with the couplings of the experiment for this seed."""
    n = environment.n_env
    streams = Streams(seed)
    u = streams.get("couplings").uniform(-1.0, 1.0, n)
    random = environment.start == "random"
    return spin_bath(
        environment.coupling * (1.0 + environment.spread * u),
        field=environment.field,
        spinors=random_spinors(n, streams.get("environment")) if random else None,
    )


def _entropy(length: float) -> float:
    """Return the entropy in nats of a qubit with this length of its Bloch vector."""
    weights = ((1.0 + length) / 2.0, (1.0 - length) / 2.0)
    return -sum(w * math.log(w) for w in weights if w > 0.0)
