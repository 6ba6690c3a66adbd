"""(z − L)⁻¹ without a matrix of N² × N²."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.analysis.no_jump import NoJump, no_jump_matrix
from spacewheat_sim.quantum.steady.flows import Flows
from spacewheat_sim.quantum.steady.kernels.elimination import respond

# Corrections by the residual; each takes off as many digits as a solution has.
CORRECTIONS = 3
# The largest share that the last of them may change, and one after which none is left.
SURE, SMALL, TINY = 1e-6, 1e-9, 1e-300
# The same of solutions that are wanted in two doubles a number, and their rounding.
CLOSE_CORRECTIONS, CLOSE, ROUNDING = 5, 1e-14, 2.0**-102


class Twofold(NamedTuple):
    """A matrix in two doubles a number, and what is not known of it.

    Attributes:
        value: The first of them, (N, N).
        rest: What is to be added to it, (N, N).
        errors: Of its entries, as the last correction of each, (N, N).
    """

    value: ComplexArray
    rest: ComplexArray
    errors: FloatArray


class Resolvent:
    """Y = (z − L)⁻¹X with LY = BY + YB† + diag(W diag Y).

    With G₀X = ∫ e^{−zτ} e^{Bτ} X e^{B†τ} dτ and the landing matrix M(z),

        Y = G₀X + G₀ diag(q),     q = (1 − W M)⁻¹ W diag(G₀X).

    At z = 0 the map is singular: the Y of a traceless X with tr Y = 0 is found. Near it
    the map is all but singular, and the same is done where X is known to be traceless:
    q = (1 − W M + f 1ᵀ)⁻¹ (W diag(G₀X) + σ f) with the landings f in the steady state,
    and the number σ for which Y is traceless. At z = 0 q comes from elimination that
    never subtracts, as in :mod:`spacewheat_sim.quantum.steady.kernels.elimination`.

    Y is kept in two doubles a number, and what X − zY + LY leaves is summed in these,
    so that slow modes keep their digits beside large energies and fast exchange.

    Published for Lindblad generators as semi-Markov processes: Liu, arXiv:2208.03910;
    Radaelli, Landi and Binder, Phys. Rev. A 110, 062212 (2024).

    Attributes:
        z: The point, in 1/s.
        times: M(z), (N, N).
    """

    def __init__(
        self,
        flows: Flows,
        no_jump: NoJump,
        z: complex,
        steady: ComplexArray | None = None,
    ) -> None:
        """Prepare for many X.

        Args:
            flows: H and the jumps.
            no_jump: The evolution between jumps.
            z: Where; 0 needs ``steady``.
            steady: The one ρ with Lρ = 0, (N, N), if every X is traceless.
        """
        self.z = z
        self._flows, self._no_jump = flows, no_jump
        _, self._feed = flows.decay_and_feed()
        self.times = no_jump.times(z)
        self._steady, self._settled = steady, np.zeros(flows.size)
        if steady is not None:
            landings = self._feed @ steady.diagonal().real
            self._settled = landings / landings.sum()
            if z != 0:
                fixed = no_jump.integral(np.diag(self._chain @ self._settled), z)
                self._steady = np.asarray(fixed / fixed.trace())

    @cached_property
    def _chain(self) -> ComplexArray | FloatArray:
        """(1 − W M)⁻¹, or (1 − W M + f 1ᵀ)⁻¹ of traceless X alone, (N, N)."""
        landed = self._feed @ self.times
        chain = np.eye(len(landed)) - landed
        if self.z == 0:
            # Columns of W M sum to 1, and what leaves a state may be all but none.
            np.fill_diagonal(landed, 0.0)
            np.fill_diagonal(chain, landed.sum(axis=0))
        # The null vectors of 1 − W M are 1 on the left and f on the right.
        chain = chain + self._settled[:, None]
        try:
            return np.asarray(np.linalg.inv(chain))
        except np.linalg.LinAlgError:
            raise unknown() from None

    @cached_property
    def _sizes(self) -> FloatArray:
        return np.abs(no_jump_matrix(self._flows))

    def generate(self, y: ComplexArray) -> ComplexArray:
        """Return LY, summed in twice the digits of a double, (N, N)."""
        rest = np.zeros_like(y)
        own = self._flows.slope(*_hermitian(y, rest))
        return own + 1j * self._flows.slope(*_skew(y, rest))

    def solve(self, x: ComplexArray) -> ComplexArray:
        """Return (z − L)⁻¹X, (N, N).

        Raises:
            RunError: it is not known to :data:`SURE`. Energies and rates lie too far
                apart.
        """
        found = Twofold(x, np.zeros_like(x), np.zeros(x.shape))
        return self._refined(found, SMALL, CORRECTIONS).value

    def solve_closely(self, x: Twofold) -> Twofold:
        """Return (z − L)⁻¹X in two doubles a number, of an X that is given so.

        Raises:
            RunError: as :meth:`solve`.
        """
        return self._refined(x, CLOSE, CLOSE_CORRECTIONS)

    def left_over(self, x: Twofold, y: Twofold) -> ComplexArray:
        """Return X − zY + LY, summed in twice the digits of a double, (N, N)."""
        z = complex(self.z)
        own, lost = _hermitian(x.value, x.rest), _skew(x.value, x.rest)
        re, im = _hermitian(y.value, y.rest), _skew(y.value, y.rest)
        left = self._flows.left_over(own, re, (z.real, z.imag), im)
        return left + 1j * self._flows.left_over(lost, im, (z.real, -z.imag), re)

    def blur(self, y: Twofold) -> FloatArray:
        """Return a bound on what the sums of :meth:`left_over` lost, (N, N)."""
        size = np.abs(y.value)
        moved = self._sizes @ size
        back = size @ self._sizes.T
        fed = np.diag(self._feed @ size.diagonal())
        return np.asarray(ROUNDING * (moved + back + fed + abs(self.z) * size))

    def _refined(self, x: Twofold, small: float, corrections: int) -> Twofold:
        """Return (z − L)⁻¹X, corrected until no share above ``small`` is left to do."""
        y, rest = self._solve(x.value), np.zeros_like(x.value)
        for _ in range(corrections):
            left = self.left_over(x, Twofold(y, rest, x.errors))
            correction = self._solve(left)
            share = _share(correction, y)
            more = rest + correction
            if self._steady is not None:
                more = more - (y.trace() + more.trace()) * self._steady
            total = y + more
            y, rest = total, more - (total - y)
            if share <= small:
                break
        else:
            _check(share)
        return Twofold(y, rest, np.abs(correction))

    def solve_adjoint(self, x: ComplexArray) -> ComplexArray:
        """Return (z − L†)⁻¹X, (N, N).

        It is at z = 0 that Y of which tr ρY = 0, and tr ρX is then to be 0.

        Raises:
            RunError: as :meth:`solve`.
        """
        y, rest = self._solve_adjoint(x), np.zeros_like(x)
        for _ in range(CORRECTIONS):
            left = x + self._generate_back(y, rest) - self.z * y - self.z * rest
            correction = self._solve_adjoint(left)
            share = _share(correction, y)
            more = rest + correction
            if self._steady is not None:
                more = more - _mean(self._steady, y + more) * np.eye(len(y))
            total = y + more
            y, rest = total, more - (total - y)
            if share <= SMALL:
                return y
        _check(share)
        return y

    def _generate_back(self, y: ComplexArray, rest: ComplexArray) -> ComplexArray:
        """Return L†(Y + rest), summed in twice the digits of a double, (N, N)."""
        own = self._flows.adjoint_slope(*_hermitian(y, rest))
        return own + 1j * self._flows.adjoint_slope(*_skew(y, rest))

    def _solve(self, x: ComplexArray) -> ComplexArray:
        first = self._no_jump.integral(x, self.z)
        landings = self._landings(self._feed @ first.diagonal())
        y = first + self._no_jump.integral(np.diag(landings), self.z)
        if self._steady is not None:
            y = y - y.trace() * self._steady
        return y

    def _landings(self, first: ComplexArray) -> ComplexArray:
        """Return (1 − W M)⁻¹ f of first landings f, (N,)."""
        if self.z:
            return np.asarray(self._chain @ first)
        chain = np.real(self._feed @ self.times)
        re = respond(chain.copy(), first.real.copy())
        return np.asarray(re + 1j * respond(chain, first.imag.copy()))

    def _solve_adjoint(self, x: ComplexArray) -> ComplexArray:
        if self._steady is not None:
            # What rounding has left of tr ρX would be held for the longest wait.
            x = x - _mean(self._steady, x) * np.eye(len(x))
        first = self._no_jump.adjoint_integral(x, self.z)
        # s = diag Y obeys s = diag G₀†X + MᵀWᵀs, and W^T s is what feeds back.
        fed = self._feed.T @ (self._chain.T @ first.diagonal())
        y = first + self._no_jump.adjoint_integral(np.diag(fed), self.z)
        if self._steady is not None:
            y = y - _mean(self._steady, y) * np.eye(len(y))
        return y


def _hermitian(
    y: ComplexArray, rest: ComplexArray
) -> tuple[ComplexArray, ComplexArray]:
    """Return the Hermitian part of Y + rest, and what its rounding lost."""
    other = y.conj().T
    total = y + other
    turned = total - y
    lost = (y - (total - turned)) + (other - turned)
    return total / 2, (lost + rest + rest.conj().T) / 2


def _skew(y: ComplexArray, rest: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
    """Return the Hermitian part of −i(Y + rest), and what its rounding lost."""
    return _hermitian(-1j * y, -1j * rest)


def _mean(rho: ComplexArray, y: ComplexArray) -> complex:
    """Return tr ρY."""
    return complex(np.sum(rho.T * y))


def _share(correction: ComplexArray, y: ComplexArray) -> float:
    return float(np.abs(correction).max() / max(np.abs(y).max(), TINY))


def _check(share: float) -> None:
    """Raise a RunError if the last correction was more than :data:`SURE`."""
    if not share <= SURE:
        raise unknown()


def unknown() -> RunError:
    """Return the error of an answer that doubles do not hold."""
    return RunError(
        f"The answer is not known to {SURE:g}: energies and rates lie too far "
        "apart for double precision"
    )
