"""The state of the decoherence scene: a qubit and the spins of its environment."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, Self

import numpy as np
from pydantic import ValidationError

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.choices import DEFAULT_DT
from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiment import Streams
from spacewheat_sim.plain_values import real, shown
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

    Its parameters are the fields of :class:`Environment`; a change of one begins anew.

    Args:
        environment: The initial environment.
        seed: Root seed of its couplings and of random spins.

    Attributes:
        environment: The environment.
        seed: Root seed.
        history: |r|, purity and entropy of the qubit over the last minute.
    """

    starts_paused = False
    is_refining = False

    def __init__(self, environment: Environment, seed: int) -> None:
        self.environment = environment
        self.seed = seed
        self._begin()

    @classmethod
    def of(cls, scenario: Scenario, seed: int) -> Self:
        """Return the qubit of the parameters of ``decoherence_spin_bath``.

        Raises:
            ArgumentError: the spins of the environment interact.
        """
        return cls(_environment(scenario), seed)

    @property
    def time(self) -> float:
        """Seconds since the start."""
        return self._ticks * TICK

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

    def tick(self) -> None:
        """Let a tick pass."""
        self._ticks += 1
        self._note()

    def refine(self, _real_seconds: float) -> None:
        """Do nothing: all is exact at once."""

    def restart(self, seed: int) -> None:
        """Restart: with the same couplings for the same seed."""
        self.seed = seed
        self._begin()

    def set(self, name: str, value: float | str) -> None:
        """Change the environment, and restart.

        Raises:
            ArgumentError: there is no such environment; nothing has changed.
        """
        if name not in {field.name for field in fields(Environment)}:
            raise ArgumentError(f"A qubit's environment has no parameter {name!r}")
        values: dict[str, Any] = {name: value}
        self.environment = _checked(replace(self.environment, **values))
        self._begin()

    def get(self, name: str) -> float | str:
        """Return a parameter."""
        value: float | str = getattr(self.environment, name)
        return value

    def document(self) -> dict[str, Any]:
        """Return all that its history depends on, as JSON-ready data."""
        return {**asdict(self.environment), "ticks": self._ticks}

    def put_back(self, document: Mapping[str, Any]) -> None:
        """Go on from the :meth:`document` of another state."""
        names = [field.name for field in fields(Environment)]
        given = Environment(**{name: document[name] for name in names})
        self.environment = _checked(given)
        self._begin()
        self._ticks = int(document["ticks"])
        self.history = History(3)
        self._note()

    # --- inside -------------------------------------------------------------------

    def _begin(self) -> None:
        self._ticks = 0
        self._bath = _bath(self.environment, self.seed)
        self.history = History(3)
        self._note()

    def _note(self) -> None:
        if self.history.is_due(self.time):
            row = abs(self.factor), self.purity, self.entropy
            self.history.note(self.time, row)

    def _factor_at(self, time: float) -> complex:
        return complex(decoherence_factor(self._bath, [time]).value[0])

    def _bloch(self, factor: complex) -> BlochVector:
        tilt = self.environment.tilt
        across = factor * math.sin(tilt)
        return across.real, -across.imag, math.cos(tilt)


def _environment(scenario: Scenario) -> Environment:
    """Return the environment of the experiment's parameters."""
    from spacewheat_sim.lab.decoherence.parameters import DecoherenceParameters

    at = DecoherenceParameters.model_validate(dict(scenario.parameters))
    if at.J_env:
        raise ArgumentError(
            f"The scene of {scenario.name} needs spins that do not interact, but its "
            f"`J_env` is {at.J_env:g}; `spacewheat simulate` runs it"
        )
    return Environment(
        at.n_env, at.coupling, at.coupling_spread, at.h_env, at.env_state
    )


def _checked(environment: Environment) -> Environment:
    """Return an environment that the experiment could have, too.

    Raises:
        ArgumentError: it could not.
    """
    from spacewheat_sim.lab.decoherence.parameters import DecoherenceParameters
    from spacewheat_sim.lab.parameter_problems import parameter_problems

    try:
        at = DecoherenceParameters.model_validate(
            {
                "n_env": environment.n_env,
                "coupling": environment.coupling,
                "coupling_spread": environment.spread,
                "h_env": environment.field,
                "env_state": environment.start,
            }
        )
    except ValidationError as error:
        raise ArgumentError(parameter_problems(DecoherenceParameters, error)) from None
    tilt = real(environment.tilt)
    if not 0.0 <= tilt <= math.pi:
        raise ArgumentError(
            f"`tilt` must be from 0 to π, but is {shown(environment.tilt)}"
        )
    return Environment(
        at.n_env, at.coupling, at.coupling_spread, at.h_env, at.env_state, tilt
    )


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
