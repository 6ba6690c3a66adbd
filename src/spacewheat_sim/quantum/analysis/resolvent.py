"""(z − L)⁻¹ without a matrix of N² × N²."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.analysis.no_jump import NoJump

# Corrections by the residual; each takes off as many digits as a solution has.
CORRECTIONS = 2
# The largest share that the residual of a solution may still correct.
SURE, TINY = 1e-6, 1e-300


class Resolvent:
    """Y = (z − L)⁻¹X with LY = BY + YB† + diag(W diag Y).

    With G₀X = ∫ e^{−zτ} e^{Bτ} X e^{B†τ} dτ and the landing matrix M(z),

        Y = G₀X + G₀ diag(q),     q = (1 − W M)⁻¹ W diag(G₀X).

    At z = 0 the map is singular: the Y of a traceless X with tr Y = 0 is found. Near it
    the map is all but singular, and the same is done where X is known to be traceless:
    q = (1 − W M + f 1ᵀ)⁻¹ (W diag(G₀X) + σ f) with the landings f in the steady state,
    and the number σ for which Y is traceless.
    Published for Lindblad generators as semi-Markov processes: Liu, arXiv:2208.03910;
    Radaelli, Landi and Binder, Phys. Rev. A 110, 062212 (2024).

    Attributes:
        z: The point, in 1/s.
        times: M(z), (N, N).
    """

    def __init__(
        self,
        no_jump: NoJump,
        b: ComplexArray,
        feed: FloatArray,
        z: complex,
        steady: ComplexArray | None = None,
    ) -> None:
        """Prepare for many X.

        Args:
            no_jump: The evolution between jumps.
            b: B = −iH − Γ/2, (N, N).
            feed: W_ts in 1/s, (N, N).
            z: Where; 0 needs ``steady``.
            steady: The one ρ with Lρ = 0, (N, N), if every X is traceless.
        """
        self.z = z
        self._no_jump, self._b, self._feed = no_jump, b, feed
        self._steady = steady
        self.times = no_jump.times(z)
        chain = np.eye(len(feed)) - feed @ self.times
        if steady is not None:
            # Its null vectors are 1 on the left and the landings f on the right.
            landings = (feed @ steady.diagonal().real)[:, None]
            landings = landings / landings.sum()
            chain = chain + landings @ np.ones((1, len(feed)))
        self._chain = np.linalg.inv(chain)
        if steady is not None and z != 0:
            fixed = no_jump.integral(np.diag(self._chain @ landings[:, 0]), z)
            self._steady = np.asarray(fixed / fixed.trace())

    def generate(self, y: ComplexArray, *, adjoint: bool = False) -> ComplexArray:
        """Return LY, or L†Y = B†Y + YB + diag(Wᵀ diag Y), (N, N)."""
        if adjoint:
            product = self._b.conj().T @ y + y @ self._b
            return np.asarray(product + np.diag(self._feed.T @ y.diagonal()))
        product = self._b @ y + y @ self._b.conj().T
        return np.asarray(product + np.diag(self._feed @ y.diagonal()))

    def solve(
        self, x: ComplexArray, *, adjoint: bool = False, surely: bool = False
    ) -> ComplexArray:
        """Return (z − L)⁻¹X, or (z − L†)⁻¹X, (N, N).

        The second is at z = 0 that Y of which tr ρY = 0, and tr ρX is then to be 0.

        Args:
            x: X, (N, N).
            adjoint: Whether the second is wanted.
            surely: Whether it is to be known to :data:`SURE`.

        Raises:
            RunError: it is not. Energies lie so far above the rates that what cancels
                among them in the residual is more than all rates.
        """
        once = self._solve_adjoint if adjoint else self._solve

        def correction(y: ComplexArray) -> ComplexArray:
            return once(x - self.z * y + self.generate(y, adjoint=adjoint))

        y = once(x)
        for _ in range(CORRECTIONS):
            y = y + correction(y)
        if surely:
            _check(y, correction(y))
        return y

    def _solve(self, x: ComplexArray) -> ComplexArray:
        first = self._no_jump.integral(x, self.z)
        landings = self._chain @ (self._feed @ first.diagonal())
        y = first + self._no_jump.integral(np.diag(landings), self.z)
        if self._steady is not None:
            y = y - y.trace() * self._steady
        return y

    def _solve_adjoint(self, x: ComplexArray) -> ComplexArray:
        first = self._no_jump.adjoint_integral(x, self.z)
        # s = diag Y obeys s = diag G₀†X + MᵀWᵀs, and W^T s is what feeds back.
        fed = self._feed.T @ (self._chain.T @ first.diagonal())
        y = first + self._no_jump.adjoint_integral(np.diag(fed), self.z)
        if self._steady is not None:
            y = y - np.sum(self._steady.T * y) * np.eye(len(y))
        return y


def _check(y: ComplexArray, correction: ComplexArray) -> None:
    """Raise a RunError if a solution would be corrected by more than :data:`SURE`."""
    share = np.abs(correction).max() / max(np.abs(y).max(), TINY)
    if not share <= SURE:
        raise RunError(
            f"The answer is not known to {SURE:g}: energies and rates lie too far "
            "apart for double precision"
        )
