"""Spectra and responses at frequencies far below the energies."""

from __future__ import annotations

import numpy as np
import pytest
from exact_responses import NAMES, Exact, bath_of_decades

from spacewheat_sim import BathOperators, analysis
from spacewheat_sim.errors import RunError

# 🍄 is coupled to 🌾 across a gap, and falls to 💀: a slow mode of 1e-6 /s or so.
COUPLINGS = [[4e4, 3.0, 0.0], [3.0, 0.0, 2.0], [0.0, 2.0, -2e4]]
JUMPS = [(0, 1, 40.0), (1, 1, 300.0), (2, 0, 1e-4), (1, 2, 0.5)]


EXACT = Exact(COUPLINGS, JUMPS)
FREQUENCIES = [0.0, 1e-40, 1e-31, 1e-28, 1e-20, 1e-10, 1e-5, 1.0]


@pytest.mark.parametrize("omega", [1e-14, 1e-11, 1e-8, 1e-5, 1e-2, 10.0, 1e4])
def test_they_are_right(omega):
    """At 1e-11 rad/s digits were lost in silence, all of them at 1e-14."""
    jumps = [(NAMES[s], NAMES[t], rate) for s, t, rate in JUMPS]
    operators = BathOperators.from_terms(NAMES[:3], np.array(COUPLINGS), jumps)
    spectrum, response = EXACT.spectrum(0, 1, omega), EXACT.responses((0, 1), omega)[0]

    found = analysis.spectrum(operators, [("🍄", "🌾")], [omega])
    moved = analysis.response(operators, "🍄", ("🍄", "🌾"), [omega])

    assert found[0] == pytest.approx(spectrum, rel=1e-6)
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
def test_a_small_response_beside_fast_rates_is_as_good_as_promised(omega):
    """At ω = 0 it was 0.5 instead of −3.3e-16, and then refused."""
    up, across = 1.4310882174315269e-05, 2.5738262535039434e-11
    h = [[0, up, 0], [up, 2.086693061806754e-14, across], [0, across, 0]]
    jumps = [
        (0, 1, 1.047366909058832e-16),
        (1, 1, 0.2084405210407663),
        (2, 2, 4.340195929718941e-27),
    ]

    found = analysis.response(operators_of(h, jumps), "💀", "💀", [omega])

    expected = Exact(h, jumps).responses(2, omega)
    assert abs(found[0] - expected[2]) < 1e-12 / jumps[1][2]


@pytest.mark.parametrize("seed", [21, 43])
def test_a_response_over_30_decades_is_right_or_refused(seed):
    """That of seed 43 at 1e-10 rad/s was 66 times too large."""
    rng, h, jumps = bath_of_decades(seed, 30.0)
    operators, exact, n = operators_of(h, jumps), Exact(h, jumps), len(h)
    observed = int(rng.integers(n))
    source, target, _ = jumps[int(rng.integers(len(jumps)))]
    largest = max(np.abs(h).max(), *(rate for *_, rate in jumps))
    known = 0
    for changed in (source, (source, target)):
        if isinstance(changed, int):
            name = NAMES[source]
        else:
            name = (NAMES[source], NAMES[target])
        for omega in FREQUENCIES:
            try:
                found = analysis.response(operators, NAMES[observed], name, [omega])
            except RunError:
                continue
            known += 1
            expected = exact.responses(changed, omega)
            allowed = 1e-6 * np.abs(expected).max() + 1e-12 / largest
            assert abs(found[0] - expected[observed]) <= allowed

    assert known >= 6


@pytest.mark.parametrize(("seed", "pair"), [(40, 2), (77, 1)])
def test_a_spectrum_over_30_decades_is_right_or_refused(seed, pair):
    """That of seed 77 at 1e-20 rad/s was off by 4 thousandths."""
    _, h, jumps = bath_of_decades(seed, 30.0)
    operators, exact = operators_of(h, jumps), Exact(h, jumps)
    source, target, _ = jumps[pair]
    known = 0
    for omega in FREQUENCIES:
        try:
            found = analysis.spectrum(
                operators, [(NAMES[source], NAMES[target])], [omega]
            )
        except RunError:
            continue
        known += 1
        assert found[0] == pytest.approx(
            exact.spectrum(source, target, omega), rel=1e-6
        )

    assert known >= 3


def operators_of(h, jumps):
    named = [(NAMES[s], NAMES[t], rate) for s, t, rate in jumps]
    return BathOperators.from_terms(NAMES[: len(h)], np.array(h), named)
