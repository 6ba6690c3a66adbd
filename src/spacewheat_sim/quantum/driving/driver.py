"""One number that changes with time: an energy, or a part of a rate."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.choices import DriverShape
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.arithmetic.kernels.elementary import (
    exponential,
    sine_cosine,
)
from spacewheat_sim.quantum.driving.phase import turns
from spacewheat_sim.quantum.driving.pulses import SLACK, part_of_turn
from spacewheat_sim.quantum.kernels.waves import wave_angle, wave_values

Quantity = Literal["energy", "rate"]
UNITS: dict[Quantity, str] = {"energy": "rad/s", "rate": "1/s"}
WAVES: tuple[DriverShape, ...] = ("cosine", "sine")
# Largest energy of a function times what is left of the step: should it last so long,
# it would take a hundred million steps, and an hour.
LARGEST_SPAN = 1e9
# By how many radians the phase of a driver may be uncertain because time is rounded.
LARGEST_BLUR = 1e-3


@dataclass(frozen=True)
class Driver:
    """One time-dependent energy on the diagonal of H where ``state`` is, or a rate.

    cosine: a·cos(2πft + φ); sine: a·sin(2πft + φ); pulse: a while
    frac(ft + φ/2π) < duty, else 0; ramp: a·min(1, ft); fade: a·exp(−ft); or any
    function of t in seconds to rad/s, or to 1/s.

    Attributes:
        state: Index of the basis state; in a register of the pole, which 2^(n − 1) of
            them have; of a rate, of the jump operator.
        amplitude: a in rad/s, or 1/s.
        shape: Which of the five.
        frequency: f in Hz, not negative; the inverse of how long a ramp or fade takes.
        phase: φ in rad, of any size.
        function: Instead of a shape: from seconds to rad/s or 1/s.
        name: What the state, or the jump, is called.
        duty: Share of a period that a pulse is on, above 0 and below 1.
        quantity: What it is.
    """

    state: int
    amplitude: float = 0.0
    shape: DriverShape = "cosine"
    frequency: float = 0.0
    phase: float = 0.0
    function: Callable[[float], float] | None = None
    name: str = ""
    duty: float = 0.5
    quantity: Quantity = "energy"

    def __call__(self, time: float) -> float:
        """Return the energy or rate at ``time`` in rad/s or 1/s.

        Raises:
            ArgumentError: the function fails, returns no finite number, or a negative
                rate.
        """
        if self.function is not None:
            return self._look(self.function, time)
        if self.shape == "pulse":
            number = part_of_turn(self.frequency, self.turns, time, self.duty)
            return 0.0 if number % 2 else self.amplitude
        if self.shape == "ramp":
            return self.amplitude * min(1.0, self.frequency * time)
        if self.shape == "fade":
            return self.amplitude * float(exponential(-self.frequency * time))
        angle = wave_angle(self.frequency, time, *self.turns)
        return self.amplitude * float(sine_cosine(angle)[1])

    def over(self, times: FloatArray) -> FloatArray:
        """Return the energies or rates at each of ``times`` in seconds, (T,).

        Raises:
            ArgumentError: as when called.
        """
        if not self.is_wave:
            return np.array([self(time) for time in times.tolist()])
        out = np.empty(times.size)
        wave_values(self.amplitude, self.frequency, *self.turns, times, out)
        return out

    @cached_property
    def turns(self) -> tuple[float, float]:
        """The phase in turns, of a sine as of a cosine, and the rest of it."""
        high, low = turns(self.phase)
        return (high - 0.25 if self.shape == "sine" else high), low

    @property
    def is_constant(self) -> bool:
        """Whether its value is known never to change."""
        return not self.function and (self.amplitude == 0.0 or self.frequency == 0.0)

    @property
    def is_wave(self) -> bool:
        """Whether it is a cosine or a sine."""
        return self.function is None and self.shape in WAVES

    @property
    def repeats(self) -> bool:
        """Whether it has a phase, which must be known at every time."""
        return self.function is None and self.shape not in ("ramp", "fade")

    @property
    def called(self) -> str:
        """What errors call the state, or the jump."""
        if self.quantity == "rate":
            return self.name or f"jump {self.state}"
        return self.name or f"state {self.state}"

    def is_over(self, time: float) -> bool:
        """Return whether a ramp or fade changes no more at ``time`` seconds."""
        if self.shape == "fade":
            return bool(exponential(-self.frequency * time) == 0.0)
        return self.frequency * (time + SLACK * math.ulp(time)) >= 1.0

    def _look(self, function: Callable[[float], Any], time: float) -> float:
        what = f"{self.quantity} in {UNITS[self.quantity]}"
        article = "an" if self.quantity == "energy" else "a"
        try:
            value = function(time)
        except Exception as error:
            raise ArgumentError(
                f"The {self._role} function of {self.called} must return {article} "
                f"{what} at every time, but raised {type(error).__name__} at t = "
                f"{time:g} s: {error}"
            ) from error
        found = value if type(value) is float else _real(value)
        if found is None or not math.isfinite(found):
            raise ArgumentError(
                f"The {self._role} function of {self.called} must return a finite "
                f"{what}, but returned {value!r:.60} at t = {time:g} s"
            )
        if self.quantity == "rate" and found < 0.0:
            raise ArgumentError(
                f"The rate function of {self.called} must never be negative, but "
                f"returned {found:.4g} at t = {time:g} s"
            )
        return found

    @property
    def _role(self) -> str:
        return "driver" if self.quantity == "energy" else "rate"


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


def latest_time(frequency: float) -> float:
    """Return until when a phase of 2πft is known to ``LARGEST_BLUR`` for doubles t."""
    if frequency == 0.0:
        return math.inf
    # Doubles near t lie up to 2^-52 t apart.
    return LARGEST_BLUR / (2 * math.pi * frequency) * 2.0**52


def blurred(drivers: Sequence[Driver], time: float) -> RunError:
    """Return the error of a time at which the phase of a driver is lost."""
    fastest = max(drivers, key=lambda driver: driver.frequency)
    return RunError(
        f"At t = {time:g} s, which is known to {math.ulp(time):.2g} s, the phase of "
        f"the driver of {fastest.called} with {fastest.frequency:g} Hz is no longer "
        f"known to {LARGEST_BLUR:g} rad"
    )


def too_strong(driver: Driver, time: float, h: float, energy: float) -> ArgumentError:
    """Return the error of a function too strong for what is left of a step."""
    return ArgumentError(
        f"The driver function of {driver.called} returns {energy:.3g} rad/s at t = "
        f"{time:g} s, {h:.3g} s before the step is to end: their product must be at "
        f"most {LARGEST_SPAN:g}, or the step would not end"
    )
