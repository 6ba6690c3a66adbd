"""The steady state from the chain of landings."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.steady.elimination import stationary

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
IndexArray = NDArray[np.integer[Any]]

# Deviation from 1 of the probability that a landing is followed by another: by so much
# modes that hardly decay are known too badly.
CERTAIN = 1e-10


class UndecidedError(RunError):
    """Some mode decays too slowly for double precision."""


def steady_by_landings(part: Generator) -> ComplexArray:
    """Return the steady state of a connected bath in which every state jumps, (N, N).

    A jump leaves the bath in a basis state, so with A = −iH − Γ/2 a steady ρ is
    Σ_t f_t X_t, where X_t = ∫ e^{Aτ}|t⟩⟨t|e^{A†τ} dτ follows a landing on t and f is
    stationary under Q_kt = Σ γ (X_t)_ss over jumps s → k, from one landing to the next.

    Raises:
        UndecidedError: some mode decays too slowly beside the others.
    """
    modes = _Modes(part.no_jump_matrix())
    landings, target = np.unique(part.jump_targets, return_inverse=True)
    leaving, source = np.unique(part.jump_sources, return_inverse=True)
    stays = modes.stays(leaving, landings)
    chain = np.zeros((landings.size, landings.size))
    np.add.at(chain, target, part.jump_rates[:, None] * stays[source])
    certain = float(np.abs(chain.sum(axis=0) - 1.0).max())
    if not certain <= CERTAIN:
        raise UndecidedError(
            "The steady state could not be found: some state decays too slowly beside "
            "the others for double precision; what follows a landing is off by "
            f"{certain:.2g}"
        )
    weights = np.zeros(part.dimension)
    weights[landings] = stationary(np.clip(chain, 0.0, None).T)
    rho = modes.integral(weights)
    return np.asarray((rho + rho.conj().T) / (2 * np.trace(rho).real))


class _Modes:
    """A = V Λ V⁻¹ and G_ab = −1/(λ_a + λ_b*), so that ∫ e^{Aτ}Xe^{A†τ} dτ has a form.

    A basis V that is close to singular shows in the chain's sums.
    """

    def __init__(self, a: ComplexArray) -> None:
        values, self._vectors = linalg.eig(a)
        with np.errstate(divide="ignore", invalid="ignore"):
            self._inverse = linalg.inv(self._vectors)
            self._kernel = -1.0 / (values[:, None] + values.conj())

    def stays(self, rows: IndexArray, landings: IndexArray) -> FloatArray:
        """Return ∫ |(e^{Aτ})_it|² dτ for ``rows`` i and ``landings`` t, (R, T)."""
        out = np.empty((rows.size, landings.size))
        into = self._inverse[:, landings]
        for r, i in enumerate(rows.tolist()):
            y = self._vectors[i][:, None] * into
            out[r] = (y * (self._kernel @ y.conj())).sum(axis=0).real
        return out

    def integral(self, weights: FloatArray) -> ComplexArray:
        """Return ∫ e^{Aτ} diag(weights) e^{A†τ} dτ, (S, S)."""
        middle = (self._inverse * weights) @ self._inverse.conj().T
        v = self._vectors
        return np.asarray(v @ (middle * self._kernel) @ v.conj().T)
