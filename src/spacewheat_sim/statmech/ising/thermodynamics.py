"""What every method of the Ising model returns, and how it says that it cannot."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from spacewheat_sim.errors import ArgumentError


class MethodLimitError(ArgumentError):
    """A method cannot do what was asked; the message says why, and which one can."""


@dataclass(frozen=True)
class Thermodynamics:
    """Equilibrium of H = −J Σ_⟨ij⟩ σ_i σ_j − h Σ_i σ_i at one T, per site, k_B = 1.

    A number is None where the method does not give it.

    Attributes:
        free_energy: F = −ln Z / (βN).
        energy: e = ⟨E⟩ / N.
        magnetization: m = ⟨M⟩ / N.
        susceptibility: (β/N)(⟨M²⟩ − ⟨M⟩²).
        heat_capacity: (β²/N)(⟨E²⟩ − ⟨E⟩²).
        extra: Further numbers of the method, by name.
        errors: Standard errors by name, where the method is statistical.
        algorithm: Which algorithm found them, where the method has several.
    """

    free_energy: float | None
    energy: float | None
    magnetization: float | None
    susceptibility: float | None
    heat_capacity: float | None
    extra: Mapping[str, float] = field(default_factory=dict)
    errors: Mapping[str, float] = field(default_factory=dict)
    algorithm: str | None = None


@dataclass(frozen=True)
class Conditions:
    """Temperature, coupling and field.

    Raises:
        ArgumentError: T is not finite and above 0, or J or h is not finite.
    """

    T: float
    J: float = 1.0
    h: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no temperature, coupling or field."""
        if not 0.0 < self.T < math.inf:
            raise ArgumentError(
                f"Argument `T` must be finite and above 0, but is {self.T!r}"
            )
        for name in ("J", "h"):
            if not math.isfinite(getattr(self, name)):
                raise ArgumentError(
                    f"Argument `{name}` must be finite, but is {getattr(self, name)!r}"
                )

    @property
    def beta(self) -> float:
        """1 / T."""
        return 1.0 / self.T


COLDEST = 1e-150
"""T over the largest energy below which powers of β leave the floats."""

LARGEST_ENERGY = 1e306
"""Of a bond or a spin in its field."""

# What T may be beyond the largest energy before couplings are no more than 0 beside it;
# β² is a float then.
_HOTTEST = 2.0**500


@dataclass(frozen=True)
class OwnUnits:
    """Conditions in units of their largest energy.

    The model knows only ratios of T, J and h. The unit is a power of two, so no digit
    changes, and whatever the scale of the three numbers, their squares are floats.

    Attributes:
        unit: What they were divided by.
        conditions: The quotients.
    """

    unit: float
    conditions: Conditions

    @classmethod
    def of(cls, conditions: Conditions) -> OwnUnits:
        """Divide conditions by their unit.

        Raises:
            ArgumentError: T is below :data:`COLDEST` of the largest energy, or that is
                above :data:`LARGEST_ENERGY`.
        """
        T, J, h = conditions.T, conditions.J, conditions.h
        largest = max(abs(J), abs(h)) or T
        if largest > LARGEST_ENERGY:
            raise ArgumentError(
                f"Arguments `J` and `h` must be at most {LARGEST_ENERGY:g}, but one is "
                f"{largest:g}: the energies of a few bonds would leave the floats"
            )
        unit = math.ldexp(1.0, math.frexp(max(largest, T / _HOTTEST))[1] - 1)
        scaled = T / unit
        if scaled < COLDEST:
            raise ArgumentError(
                f"Argument `T` must be at least {COLDEST:g} of the largest energy, "
                f"{largest:g}, but is {T:g}"
            )
        return cls(unit, Conditions(scaled, J / unit, h / unit))

    def restored(self, found: Thermodynamics) -> Thermodynamics:
        """Return what was found at :attr:`conditions` in the units that were given."""
        if self.conditions.J == 0.0 and found.magnetization is not None:
            # E is −hM of every state; the sum over states may leave e fewer digits.
            e = -self.conditions.h * found.magnetization
            found = found if found.errors else replace(found, energy=e)
        powers = {"free_energy": self.unit, "energy": self.unit}
        powers["susceptibility"] = powers["susceptibility_abs"] = 1.0 / self.unit

        def scaled(numbers: Mapping[str, float]) -> dict[str, float]:
            return {n: value * powers.get(n, 1.0) for n, value in numbers.items()}

        def times(value: float | None, factor: float) -> float | None:
            return None if value is None else value * factor

        return replace(
            found,
            free_energy=times(found.free_energy, self.unit),
            energy=times(found.energy, self.unit),
            susceptibility=times(found.susceptibility, 1.0 / self.unit),
            extra=scaled(found.extra),
            errors=scaled(found.errors),
        )


def in_own_units(
    conditions: Conditions, solve: Callable[[Conditions], Thermodynamics]
) -> Thermodynamics:
    """Return what ``solve`` finds of the conditions in units of their largest energy.

    Raises:
        ArgumentError: as :meth:`OwnUnits.of`.
    """
    units = OwnUnits.of(conditions)
    return units.restored(solve(units.conditions))


def from_log_z(
    sites: int,
    conditions: Conditions,
    log_z: float,
    d_beta: float,
    d_beta2: float,
    d_h: float,
    d_h2: float,
) -> Thermodynamics:
    """Return the thermodynamics that ln Z and its exact derivatives imply.

    Args:
        sites: N.
        conditions: Where they were taken.
        log_z: ln Z.
        d_beta: ∂ ln Z / ∂β at fixed J and h, which is −⟨E⟩.
        d_beta2: ∂² ln Z / ∂β², the variance of E.
        d_h: ∂ ln Z / ∂h at fixed β, which is β⟨M⟩.
        d_h2: ∂² ln Z / ∂h², which is β² times the variance of M.
    """
    beta = conditions.beta
    return Thermodynamics(
        free_energy=-log_z / (beta * sites),
        energy=-d_beta / sites,
        magnetization=d_h / (beta * sites),
        susceptibility=d_h2 / (beta * sites),
        heat_capacity=beta * (beta * d_beta2) / sites,
    )
