"""Tables of the no-jump evolution from every state that a jump can leave."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, Int32Array, IntArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels.renewal import BEFORE, STENCIL
from spacewheat_sim.quantum.kernels.renewal_tables import midpoint_error, tabulate
from spacewheat_sim.quantum.kernels.squaring import base_propagator
from spacewheat_sim.quantum.series.powers import TERMS

# Grid step to try first, as a share of 1/‖B‖, and how often it may be halved.
FIRST_STEP = 0.5
MOST_HALVINGS = 12
GUIDE_BINS = 1024
# Seconds that a grid point takes, by itself, per entry and per product, with all the
# grids that were too coarse: measured on one core of a server of 2024.
POINT_SECONDS, ENTRY_SECONDS, PRODUCT_SECONDS = 35e-6, 50e-9, 0.3e-9
# What a grid point adds to the error of Λ: the rounding of one propagator, and its sum.
POINT_ROUNDING = 4e-16
AFTER = STENCIL - BEFORE - 1


class RenewalTables(NamedTuple):
    """Populations and hazard since the last jump, on a uniform grid of τ.

    Start s is the basis state |targets_s⟩, one that jumps lead to; after these come
    the kets that a trajectory may begin in. Values between grid points are
    interpolated through eight points, so the grid reaches from τ = −3 steps, where
    the same evolution runs backward, to four steps past the end.

    Attributes:
        targets: The states that jumps lead to, sorted.
        step: Grid step in seconds.
        populations: |ψ_i(τ)|² / ‖ψ(τ)‖², (S, J + 8, N); row 3 is τ = 0.
        hazard: Λ(τ) = −ln ‖ψ̃(τ)‖², from τ = 0 on, (S, J + 1).
        cells: Coefficients of Λ's polynomial in each cell, (S, J, 8).
        guide: For each of G equal bins of Λ the cell to begin at, (S, G).
        guide_scale: Bins per unit of Λ, (S,).
        error: Largest interpolation error found, in populations and in Λ.
    """

    targets: Int32Array
    step: float
    populations: FloatArray
    hazard: FloatArray
    cells: FloatArray
    guide: IntArray
    guide_scale: FloatArray
    error: float


def table_bytes(generator: Generator, kets: int, duration: float) -> float:
    """Return the memory that making the tables of a run takes at most, roughly."""
    starts = np.unique(generator.jumps.targets).size + kets
    points = 2 * _points(generator, duration)
    return starts * points * (generator.dimension + STENCIL + 1) * 8.0


def table_seconds(generator: Generator, kets: int, duration: float) -> float:
    """Return roughly how long one core of today takes to make the tables of a run."""
    starts = np.unique(generator.jumps.targets).size + kets
    n = generator.dimension
    each = POINT_SECONDS + ENTRY_SECONDS * starts * n + PRODUCT_SECONDS * starts * n * n
    return each * _points(generator, duration)


def table_rounding(generator: Generator, duration: float) -> float:
    """Return roughly the error that rounding has added to Λ at the end of a run."""
    return POINT_ROUNDING * _points(generator, duration)


def _points(generator: Generator, duration: float) -> float:
    """Return the points of a grid whose first step was halved once."""
    return 2 * duration * generator.ket_bound / FIRST_STEP + STENCIL


def build_tables(
    generator: Generator,
    hamiltonian: ComplexArray,
    kets: ComplexArray,
    duration: float,
    tolerance: float,
) -> RenewalTables:
    """Tabulate the no-jump evolution dψ̃/dt = (−iH − Γ/2) ψ̃ for ``duration``.

    The step is halved until the values halfway between grid points, computed, agree
    with the interpolated ones to ``tolerance``, or until they agree no better: what is
    left then is rounding, which more points only add to.

    Args:
        generator: The jumps.
        hamiltonian: H, dense, (N, N), static.
        kets: Normalized first kets, (M, N).
        duration: Seconds that the tables must span.
        tolerance: Largest error of populations and of Λ.

    Raises:
        ArgumentError: a jump lands in several states, or the bath is a register.
    """
    if not generator.jumps.are_single or generator.qubits:
        raise ArgumentError(
            "Trajectories are drawn from tables where every jump lands in one state "
            "and the populations of states are what is wanted; in a register a jump "
            "lands in as many as there are of the axes that it leaves alone"
        )
    n = generator.dimension
    # A constant energy would shorten no step, but cost digits of every one.
    b = -1j * (hamiltonian - np.diag(generator.frame)) - np.diag(generator.decay / 2)
    targets = np.unique(generator.jumps.targets)
    starts = np.vstack((np.eye(n)[targets], kets)).astype(np.complex128)
    cells = max(1, math.ceil(duration * generator.ket_bound / FIRST_STEP))
    populations, hazard = _evolve(b, starts, duration, cells)
    error = math.inf
    for _ in range(MOST_HALVINGS):
        coarser = error
        finer, finer_hazard = _evolve(b, starts, duration, 2 * cells)
        error = max(
            midpoint_error(populations, finer),
            midpoint_error(hazard[:, :, None], finer_hazard[:, :, None]),
        )
        # The finer grid is better by two to the eighth.
        cells, populations, hazard = 2 * cells, finer, finer_hazard
        error /= 2.0**STENCIL
        if error <= tolerance or error >= coarser:
            break
    return _tables(targets, populations, hazard, duration / cells, error)


def _evolve(
    b: ComplexArray, starts: ComplexArray, duration: float, cells: int
) -> tuple[FloatArray, FloatArray]:
    """Return populations (S, J + 8, N) and Λ (S, J + 8) on ``cells`` cells."""
    step = duration / cells
    populations = np.empty((starts.shape[0], cells + STENCIL, starts.shape[1]))
    hazard = np.empty((starts.shape[0], cells + STENCIL))
    tabulate(_real_step(b, step), _real_step(b, -step), starts, populations, hazard)
    hazard -= hazard[:, BEFORE : BEFORE + 1].copy()
    return populations, hazard


def _real_step(b: ComplexArray, step: float) -> FloatArray:
    """Return e^{b·step} as it acts on real and imaginary parts, (2N, 2N)."""
    power = np.empty_like(b)
    base_propagator(b, step, TERMS, power)
    power[np.diag_indices_from(power)] += 1.0
    return np.block([[power.real, -power.imag], [power.imag, power.real]])


def _tables(
    targets: Int32Array,
    populations: FloatArray,
    hazard: FloatArray,
    step: float,
    error: float,
) -> RenewalTables:
    # Λ never falls; rounding must not make it.
    onward = np.maximum.accumulate(hazard[:, BEFORE:-AFTER], axis=1)
    cells = onward.shape[1] - 1
    windows = np.lib.stride_tricks.sliding_window_view(hazard, STENCIL, axis=1)
    largest = np.maximum(onward[:, -1], 1e-300)
    bins = np.arange(GUIDE_BINS) / GUIDE_BINS
    guide = np.array(
        [
            np.searchsorted(row, bins * top, side="right") - 1
            for row, top in zip(onward, largest, strict=True)
        ]
    )
    return RenewalTables(
        targets,
        step,
        populations,
        onward,
        _polynomials(windows[:, :cells]),
        np.clip(guide, 0, max(cells - 1, 0)),
        GUIDE_BINS / largest,
        error,
    )


def _polynomials(values: FloatArray) -> FloatArray:
    """Return the coefficients of the polynomials through ``values`` (S, J, 8)."""
    found = np.zeros(values.shape)
    for k, basis in enumerate(_BASIS):
        found += values[..., k : k + 1] * basis
    return found


def _lagrange(k: int) -> FloatArray:
    """Return the polynomial that is 1 at point k of −3 … 4, and 0 at the others."""
    points = [*range(-BEFORE, AFTER + 1)]
    others = [p for p in points if p != points[k]]
    coefficients, scale = [1], 1
    for p in others:
        pairs = zip([0, *coefficients], [*coefficients, 0], strict=True)
        coefficients = [higher - p * same for higher, same in pairs]
        scale *= points[k] - p
    return np.array(coefficients) / scale


_BASIS = [_lagrange(k) for k in range(STENCIL)]
