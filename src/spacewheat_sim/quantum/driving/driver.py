"""One time-dependent energy."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from spacewheat_sim.choices import DriverShape
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.driving.phase import turns
from spacewheat_sim.quantum.driving.pulses import half_turn
from spacewheat_sim.quantum.kernels.elementary import sine_cosine
from spacewheat_sim.quantum.kernels.waves import wave_angle


@dataclass(frozen=True)
class Driver:
    """One time-dependent energy added to the diagonal of H where ``state`` is.

    cosine: a·cos(2πft + φ); sine: a·sin(2πft + φ); pulse: a while
    frac(ft + φ/2π) < 1/2, else 0; or any function of t in seconds to rad/s.

    Attributes:
        state: Index of the basis state; in a register of the pole, which 2^(n − 1) of
            them have.
        amplitude: a in rad/s.
        shape: Which of the three.
        frequency: f in Hz, not negative.
        phase: φ in rad, of any size.
        function: Instead of a shape: from seconds to rad/s.
        name: What the state is called.
    """

    state: int
    amplitude: float = 0.0
    shape: DriverShape = "cosine"
    frequency: float = 0.0
    phase: float = 0.0
    function: Callable[[float], float] | None = None
    name: str = ""

    def __call__(self, time: float) -> float:
        """Return the energy at ``time`` in rad/s.

        Raises:
            ArgumentError: the function fails, or returns no finite number.
        """
        if self.function is not None:
            return self._look(self.function, time)
        if self.shape == "pulse":
            number = half_turn(self.frequency, self.turns, time)
            return 0.0 if number % 2 else self.amplitude
        angle = wave_angle(self.frequency, time, *self.turns)
        return self.amplitude * float(sine_cosine(angle)[1])

    @cached_property
    def turns(self) -> tuple[float, float]:
        """The phase in turns, of a sine as of a cosine, and the rest of it."""
        high, low = turns(self.phase)
        return (high - 0.25 if self.shape == "sine" else high), low

    @property
    def is_constant(self) -> bool:
        """Whether its energy is known never to change."""
        return not self.function and (self.amplitude == 0.0 or self.frequency == 0.0)

    @property
    def called(self) -> str:
        """What errors call the state."""
        return self.name or f"state {self.state}"

    def _look(self, function: Callable[[float], Any], time: float) -> float:
        try:
            value = function(time)
        except Exception as error:
            raise ArgumentError(
                f"The driver function of {self.called} must return an energy in rad/s "
                f"at every time, but raised {type(error).__name__} at t = {time:g} s: "
                f"{error}"
            ) from error
        energy = value if type(value) is float else _real(value)
        if energy is None or not math.isfinite(energy):
            raise ArgumentError(
                f"The driver function of {self.called} must return a finite energy in "
                f"rad/s, but returned {value!r:.60} at t = {time:g} s"
            )
        return energy


def _real(value: Any) -> float | None:
    """Return what a function returned as a float, or None if it is no real number."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]  # scipy's interpolants return such
    if isinstance(value, bool | np.bool_ | complex | np.complexfloating | np.ndarray):
        return None
    try:
        return float(value) if hasattr(value, "__float__") else None
    except (TypeError, ValueError, OverflowError):
        return None
