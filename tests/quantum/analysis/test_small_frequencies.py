"""Spectra and responses at frequencies far below the energies."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from spacewheat_sim import BathOperators, analysis
from spacewheat_sim.errors import RunError

# 🍄 is coupled to 🌾 across a gap, and falls to 💀: a slow mode of 1e-6 /s or so.
COUPLINGS = [[4e4, 3.0, 0.0], [3.0, 0.0, 2.0], [0.0, 2.0, -2e4]]
JUMPS = [(0, 1, 40.0), (1, 1, 300.0), (2, 0, 1e-4), (1, 2, 0.5)]
NAMES = "🍄🌾💀"


def exact(omega: float) -> tuple[complex, complex]:
    """S of 🍄→🌾, and χ of 🍄 where the rate of that jump swings, by 60 digits."""
    n = 3
    with mpmath.workdps(60):
        h = mpmath.matrix(COUPLINGS)
        lost = [mpmath.mpf(0)] * n
        for source, _, rate in JUMPS:
            lost[source] += mpmath.mpf(rate)
        b = -1j * h - mpmath.diag(lost) / 2
        whole = mpmath.zeros(n * n)
        for i in range(n):
            for j in range(n):
                for k in range(n):
                    whole[i * n + j, k * n + j] += b[i, k]
                    whole[i * n + j, i * n + k] += mpmath.conj(b[j, k])
        for source, target, rate in JUMPS:
            whole[target * (n + 1), source * (n + 1)] += mpmath.mpf(rate)
        rows = mpmath.matrix(whole)
        for k in range(n * n):
            rows[0, k] = 1 if k % (n + 1) == 0 else 0
        unit = mpmath.zeros(n * n, 1)
        unit[0] = 1
        rho = mpmath.lu_solve(rows, unit)
        flow = 40 * rho[0]
        start = -flow * rho
        start[4] += flow
        swing = mpmath.zeros(n * n, 1)
        for j in range(1, n):
            swing[j], swing[j * n] = -rho[j] / 2, -rho[j * n] / 2
        swing[0], swing[4] = -rho[0], rho[0]
        matrix = mpmath.mpc(0, omega) * mpmath.eye(n * n) - whole
        moved = mpmath.lu_solve(matrix, start)[0]
        spectrum = flow + 2 * 40 * mpmath.re(moved)
        return complex(spectrum), complex(mpmath.lu_solve(matrix, swing)[0])


@pytest.mark.parametrize("omega", [1e-14, 1e-11, 1e-8, 1e-5, 1e-2, 10.0, 1e4])
def test_they_are_right(omega):
    """At 1e-11 rad/s digits were lost in silence, all of them at 1e-14."""
    jumps = [(NAMES[s], NAMES[t], rate) for s, t, rate in JUMPS]
    operators = BathOperators.from_terms(NAMES, np.array(COUPLINGS), jumps)
    spectrum, response = exact(omega)

    found = analysis.spectrum(operators, [("🍄", "🌾")], [omega])
    moved = analysis.response(operators, "🍄", ("🍄", "🌾"), [omega])

    assert found[0] == pytest.approx(spectrum.real, rel=1e-6)
    assert abs(moved[0] - response) < 1e-6 * abs(response)


def test_where_jumps_die_out_a_population_follows_no_rate():
    operators = BathOperators.from_terms("🥚🐣", np.zeros((2, 2)), [("🥚", "🐣", 1.0)])

    found = analysis.response(operators, "🐣", ("🥚", "🐣"), [0.0, 1e-9, 1.0])

    assert found == pytest.approx([0.0, 0.0, 0.0], abs=1e-15)


def test_a_dark_superposition_that_follows_an_energy_is_refused():
    """It was answered by 0, whatever the frequency."""
    couplings = [[0, 0, 0.5], [0, 0, 0.4], [0.5, 0.4, 0]]
    jumps = [("🌾", "🥚", 1.0), ("🌾", "🐣", 1.0)]
    operators = BathOperators.from_terms("🥚🐣🌾", couplings, jumps)

    with pytest.raises(RunError, match="superposition"):
        analysis.response(operators, "🥚", "🐣", [1.0])


@pytest.mark.parametrize("omega", [0.0, 1e-40, 1e-28])
def test_a_response_that_roundings_decide_is_refused(omega):
    """At ω = 0 it was 0.5 instead of 3.3e-16."""
    up, across = 1.4310882174315269e-05, 2.5738262535039434e-11
    couplings = [[0, up, 0], [up, 2.086693061806754e-14, across], [0, across, 0]]
    rates = [1.047366909058832e-16, 0.2084405210407663, 4.340195929718941e-27]
    pairs = [("🍄", "🌾"), ("🌾", "🌾"), ("💀", "💀")]
    jumps = [(*pair, rate) for pair, rate in zip(pairs, rates, strict=True)]
    operators = BathOperators.from_terms(NAMES, couplings, jumps)

    with pytest.raises(RunError, match="double precision"):
        analysis.response(operators, "💀", "💀", [omega])
