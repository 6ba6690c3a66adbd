"""Two basis states seen as a qubit: the Bloch projection of an axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray
from spacewheat_sim.quantum.arithmetic.kernels.elementary import angle, angles

# Below this share of the whole state an axis points nowhere.
SMALLEST_SHARE = 1e-10


@dataclass(frozen=True, slots=True)
class AxisProjection:
    """A state projected on the subspace of a north and a south basis state.

    Attributes:
        radius: √(p_n + p_s); not the length of the Bloch vector.
        theta: 2 arccos √(p_n / (p_n + p_s)), 0 at the north pole.
        phi: arg ρ_ns = arg α_n − arg α_s in [0, 2π), the game's convention; 0 where
            one pole is empty.
        valid: False where p_n + p_s < 1e-10; then radius 0, theta π/2, phi 0.
        bloch: Standard Bloch vector (x, y, z) of the normalized 2 × 2 block,
            x = 2 Re ρ_ns / p, y = −2 Im ρ_ns / p, z = (p_n − p_s) / p. Its azimuth is
            −phi; its length is 1 for kets and less for mixed states.
        purity: (1 + |bloch|²) / 2.
        coherence: 2|ρ_ns| / p.
    """

    radius: float
    theta: float
    phi: float
    valid: bool
    bloch: tuple[float, float, float]
    purity: float
    coherence: float


NOWHERE = AxisProjection(0.0, math.pi / 2, 0.0, False, (0.0, 0.0, 0.0), 0.5, 0.0)


def project(north: float, south: float, rho_ns: complex) -> AxisProjection:
    """Return the projection for populations p_n, p_s and the coherence ρ_ns."""
    total = north + south
    if total < SMALLEST_SHARE:
        return NOWHERE
    north = min(max(north / total, 0.0), 1.0)
    x = 2 * rho_ns.real / total
    y = -2 * rho_ns.imag / total
    z = 2 * north - 1
    phi = angle(rho_ns.imag, rho_ns.real) if 0.0 < north < 1.0 else 0.0
    if phi < 0.0:
        phi += 2 * math.pi
        if phi >= 2 * math.pi:  # a tiny negative angle rounds up to the whole turn
            phi = 0.0
    return AxisProjection(
        radius=math.sqrt(total),
        theta=2 * angle(math.sqrt(1.0 - north), math.sqrt(north)),
        phi=phi,
        valid=True,
        bloch=(x, y, z),
        purity=(1 + x * x + y * y + z * z) / 2,
        coherence=math.sqrt(x * x + y * y),
    )


@dataclass(frozen=True)
class AxisProjections:
    """The projections of B states on one axis; see :class:`AxisProjection`.

    Attributes:
        radius: (B,).
        theta: (B,).
        phi: (B,).
        valid: (B,).
        bloch: (B, 3).
        purity: (B,).
        coherence: (B,).
    """

    radius: FloatArray
    theta: FloatArray
    phi: FloatArray
    valid: BoolArray
    bloch: FloatArray
    purity: FloatArray
    coherence: FloatArray


def project_many(
    north: FloatArray, south: FloatArray, rho_ns: ComplexArray
) -> AxisProjections:
    """Return the projections for p_n, p_s and ρ_ns of many states, each (B,)."""
    total = north + south
    valid = total >= SMALLEST_SHARE
    safe = np.where(valid, total, 1.0)
    share = np.where(valid, np.clip(north / safe, 0.0, 1.0), 0.5)
    inner = valid & (share > 0.0) & (share < 1.0)
    phi = np.zeros_like(share)
    angles(rho_ns.imag, rho_ns.real, phi)
    phi = np.where(inner, phi, 0.0)
    theta = np.empty_like(share)
    angles(np.sqrt(1.0 - share), np.sqrt(share), theta)
    phi = np.where(phi < 0.0, phi + 2 * math.pi, phi)
    x = np.where(valid, 2 * rho_ns.real, 0.0) / safe
    y = np.where(valid, -2 * rho_ns.imag, 0.0) / safe
    z = 2 * share - 1
    return AxisProjections(
        radius=np.where(valid, np.sqrt(safe), 0.0),
        theta=2 * theta,
        phi=np.where(phi >= 2 * math.pi, 0.0, phi),
        valid=valid,
        bloch=np.stack((x, y, z), axis=-1),
        purity=(1 + x * x + y * y + z * z) / 2,
        coherence=np.sqrt(x * x + y * y),
    )
