"""Counting statistics against the tilted matrix of N² × N², and known processes."""

from __future__ import annotations

import numpy as np
import pytest
from dense_algebra import liouvillian, pair_of, random_bath
from scipy import linalg, special, stats

from spacewheat_sim import BathOperators, QuantumBath, analysis
from spacewheat_sim.errors import ArgumentError, SpacewheatError, UnknownNameError


def poisson(rate: float = 2.0) -> BathOperators:
    """One state that is seen at a rate: jumps are independent."""
    return BathOperators.from_terms("🌾", [[0.3]], [("🌾", "🌾", rate)])


def renewal(a: float = 0.7, b: float = 1.9) -> BathOperators:
    """🌾 → 💀 → 🌾: θ² + (a + b)θ + ab(1 − e^s) = 0."""
    jumps = [("🌾", "💀", a), ("💀", "🌾", b)]
    return BathOperators.from_terms("🌾💀", np.zeros((2, 2)), jumps)


def test_independent_jumps_have_equal_cumulants() -> None:
    found = analysis.counting(poisson(), [("🌾", "🌾")])
    assert found.cumulants(6) == pytest.approx([2.0] * 6, rel=1e-10)
    assert found.fano == pytest.approx(1.0, rel=1e-12)
    for s in (-3.0, -0.1, 0.0, 0.5, 4.0):
        assert found.scgf(s) == pytest.approx(2.0 * np.expm1(s), rel=1e-11, abs=1e-14)
    # I(x) = x ln(x/r) − x + r
    wanted = 3.0 * np.log(1.5) - 1.0
    assert found.rate_function(3.0) == pytest.approx(wanted, rel=1e-9)


def test_a_two_state_renewal_process_has_its_closed_form() -> None:
    a, b = 0.7, 1.9
    found = analysis.counting(renewal(a, b), [("🌾", "💀")])
    for s in (-20.0, -1.0, 0.3, 2.0, 25.0):
        wanted = (-(a + b) + np.sqrt((a + b) ** 2 + 4 * a * b * np.expm1(s))) / 2
        assert found.scgf(s) == pytest.approx(wanted, rel=1e-9)
    assert found.mean == pytest.approx(a * b / (a + b), rel=1e-12)
    assert found.fano == pytest.approx((a**2 + b**2) / (a + b) ** 2, rel=1e-12)


@pytest.mark.parametrize("s", [-30.0, -60.0, -290.0])
def test_without_the_only_way_back_theta_is_the_slowest_decay(s: float) -> None:
    """θ + a = ab e^s/(θ + b): what is left of it is below rounding at last."""
    a, b = 0.7, 1.9
    found = analysis.counting(renewal(a, b), [("🌾", "💀")])
    wanted = -a + a * b * np.exp(s) / (b - a)
    assert found.scgf(s) == pytest.approx(wanted, rel=1e-13)


def test_theta_of_two_slow_halves_keeps_the_half_that_is_not_counted() -> None:
    """Counted jumps are all but forbidden in one half: rates there are e^−250."""
    fast = [("🌾", "🍄", 1.8), ("🍄", "🌾", 1.0), ("💀", "🍂", 2.0), ("🍂", "💀", 1.0)]
    slow = [("🌾", "💀", 0.0026), ("💀", "🌾", 0.004)]
    ops = BathOperators.from_terms("🌾🍄💀🍂", np.zeros((4, 4)), fast + slow)
    found = analysis.counting(ops, [("🌾", "🍄")])
    for s in (-250.0, -1.0, 100.0):
        wanted = np.linalg.eigvals(liouvillian(ops, {(0, 1): s})).real.max()
        assert found.scgf(s) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_theta_is_the_leading_eigenvalue_of_the_tilted_matrix(n: int) -> None:
    ops = random_bath(n, seed=10 + n)
    states, names = pair_of(ops, 0)
    found = analysis.counting(ops, [names])
    for s in (-4.0, -0.5, 0.2, 1.0, 3.0):
        wanted = np.linalg.eigvals(liouvillian(ops, {states: s})).real.max()
        assert found.scgf(s) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("n", [3, 6])
def test_cumulants_are_derivatives_of_theta(n: int) -> None:
    """The dense θ on a circle in the complex plane, by Cauchy's formula."""
    ops = random_bath(n, seed=20 + n)
    states, names = pair_of(ops, 1)
    found = analysis.counting(ops, [names]).cumulants(5)
    radius, count = 0.4, 64
    points = radius * np.exp(2j * np.pi * np.arange(count) / count)
    theta = []
    for s in points:
        values = np.linalg.eigvals(liouvillian(ops, {states: s}))
        theta.append(values[np.argmax(values.real)])
    for order in range(1, 6):
        wanted = np.mean(np.array(theta) / points**order).real
        wanted *= float(np.prod(np.arange(1, order + 1)))
        assert found[order - 1] == pytest.approx(wanted, rel=1e-9, abs=1e-10)


def test_the_distribution_is_that_of_a_dense_generating_function() -> None:
    ops = random_bath(4, seed=31)
    states, names = pair_of(ops, 0)
    start = np.diag([1.0, 0, 0, 0]).astype(complex)
    found = analysis.counting(ops, [names]).distribution(3.0, 63, start="🌾")
    chi = 2 * np.pi * np.arange(64) / 64
    trace = np.eye(4).ravel()
    values = [
        trace @ linalg.expm(3.0 * liouvillian(ops, {states: 1j * x})) @ start.ravel()
        for x in chi
    ]
    wanted = np.fft.fft(values).real / 64
    assert np.abs(found - wanted).max() < 1e-10
    assert found.sum() == pytest.approx(1.0, abs=1e-10)


@pytest.mark.parametrize(
    ("time", "most"), [(1e-12, 8), (1e-3, 30), (0.5, 70), (5.0, 130), (80.0, 250)]
)
def test_rare_numbers_of_jumps_have_digits_down_to_1e_minus_100(time, most) -> None:
    """Of two states that are left at one rate; three jumps in 1e-12 s were 0."""
    jumps = [("🌾", "💀", 0.7), ("💀", "🌾", 0.7)]
    ops = BathOperators.from_terms("🌾💀", [[0.3, 0.4], [0.4, 0.0]], jumps)
    found = analysis.counting(ops, [pair[:2] for pair in jumps])
    chances = found.distribution(time, most)
    n = np.arange(most + 1)
    logs = n * np.log(0.7 * time) - 0.7 * time - special.gammaln(n + 1)
    told = logs > np.log(1e-100)
    assert chances[told] == pytest.approx(np.exp(logs[told]), rel=1e-11)
    assert not chances[~told].any()


@pytest.mark.parametrize("most", [None, 950])
def test_the_distribution_after_a_long_time_is_that_of_independent_jumps(most) -> None:
    jumps = [("🌾", "🌾", 2.0), ("💀", "🌾", 1.0)]
    ops = BathOperators.from_terms("🌾💀", np.zeros((2, 2)), jumps)
    found = analysis.counting(ops, [("🌾", "🌾")]).distribution(500.0, most, start="🌾")
    wanted = stats.poisson.pmf(np.arange(found.size), 1000.0)
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-33)


def test_the_spectrum_begins_at_the_variance_and_ends_at_the_rate() -> None:
    ops = random_bath(5, seed=41)
    _, names = pair_of(ops, 0)
    counted = analysis.counting(ops, [names])
    low, high = analysis.spectrum(ops, [names], [0.0, 1e5])
    assert low == pytest.approx(counted.variance, rel=1e-10)
    assert high == pytest.approx(counted.mean, rel=1e-6)


def test_a_fluorescing_atom_never_jumps_twice_at_once() -> None:
    """g(τ) = 1 − e^{−3γτ/4}(cos Ω'τ + 3γ/(4Ω') sin Ω'τ) of resonance fluorescence."""
    drive, rate = 1.1, 0.6
    h = [[0, drive / 2], [drive / 2, 0]]
    ops = BathOperators.from_terms("🌑🌕", h, [("🌕", "🌑", rate)])
    times = np.array([0.0, 0.5, 2.0, 7.0, 40.0])
    found = analysis.correlation(ops, [("🌕", "🌑")], [("🌕", "🌑")], times)
    w = np.sqrt(drive**2 - rate**2 / 16)
    decay = np.exp(-0.75 * rate * times)
    wanted = 1 - decay * (np.cos(w * times) + 0.75 * rate / w * np.sin(w * times))
    assert np.abs(found - wanted).max() < 1e-10


def test_a_response_at_rest_is_the_slope_of_the_steady_state() -> None:
    ops = random_bath(4, seed=51)
    found = analysis.response(ops, "🌾", "🍄", [0.0])[0]

    def steady(change: float) -> float:
        h = ops.hamiltonian.toarray()
        h[1, 1] += change
        moved = BathOperators.from_terms(
            ops.emojis,
            h,
            [(ops.emojis[j.source], ops.emojis[j.target], j.rate) for j in ops.jumps],
        )
        return float(QuantumBath(moved, "master").steady_state()[0, 0].real)

    h = 1e-3
    wanted = (8 * (steady(h) - steady(-h)) - (steady(2 * h) - steady(-2 * h))) / (
        12 * h
    )
    assert found == pytest.approx(wanted, rel=1e-7)


def test_rare_jumps_keep_their_digits() -> None:
    jumps = [
        ("🌾", "💀", 1.0),
        ("🌾", "🍂", 1e-30),
        ("💀", "🌾", 2.0),
        ("🍂", "🌾", 1.0),
    ]
    ops = BathOperators.from_terms("🌾💀🍂", np.zeros((3, 3)), jumps)
    found = analysis.counting(ops, [("🌾", "🍂")])
    assert found.mean == pytest.approx(2e-30 / 3, rel=1e-9)
    assert found.variance == pytest.approx(2e-30 / 3, rel=1e-6)


def test_jumps_that_die_out_are_never_counted() -> None:
    ops = BathOperators.from_terms("🥚🐣", np.zeros((2, 2)), [("🥚", "🐣", 1.0)])
    found = analysis.counting(ops, [("🥚", "🐣")])
    assert found.mean == 0.0
    assert np.isnan(found.fano)
    assert found.scgf(2.0) == 0.0
    assert found.dies_out
    assert "never where the biome settles" in str(found)
    # From a start there is one in all, however long it lasts.
    assert found.distribution(1e3, 2, start="🥚") == pytest.approx([0, 1, 0], abs=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda ops: analysis.counting(ops, [("🌾", "🌵")]), UnknownNameError, "🌵"),
        (lambda ops: analysis.counting(ops, [("💀", "💀")]), UnknownNameError, "🌾→💀"),
        (lambda ops: analysis.counting(ops, []), ArgumentError, "at least one pair"),
        (lambda ops: analysis.counting(ops, ["🌾💀💀"]), ArgumentError, "pairs"),
        (lambda ops: analysis.counting(ops, 3), ArgumentError, "list of pairs"),
        (lambda _: analysis.counting("forest", []), ArgumentError, "load_biome"),
        (
            lambda ops: analysis.counting(ops, [("🌾", "💀")]).scgf(1e4),
            ArgumentError,
            "between",
        ),
        (
            lambda ops: analysis.counting(ops, [("🌾", "💀")]).cumulants(0),
            ArgumentError,
            "order",
        ),
        (
            lambda ops: analysis.counting(ops, [("🌾", "💀")]).cumulants(99),
            ArgumentError,
            "at most 12",
        ),
        (
            lambda ops: analysis.counting(ops, [("🌾", "💀")]).rate_function(-1.0),
            ArgumentError,
            "0 /s or more",
        ),
        (
            lambda ops: analysis.spectrum(ops, [("🌾", "💀")], ["x"]),
            ArgumentError,
            "rad/s",
        ),
        (
            lambda ops: analysis.correlation(
                ops, [("🌾", "💀")], [("🌾", "💀")], [-1.0]
            ),
            ArgumentError,
            "negative",
        ),
        (lambda ops: analysis.response(ops, "🌾", 3, [0.0]), ArgumentError, "pair"),
    ],
)
def test_what_cannot_be_counted_is_said(call, error, said) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error, match=said) as caught:
        call(renewal())
    assert isinstance(caught.value, SpacewheatError)


def test_a_driven_biome_is_told_what_applies_to_it() -> None:
    ops = BathOperators.from_terms(
        "🌾💀",
        [[0, 1], [1, 0]],
        [("🌾", "💀", 1.0)],
        [("🌾", np.sin)],
    )
    with pytest.raises(ArgumentError, match="the cycle, sensitivities"):
        analysis.counting(ops, [("🌾", "💀")])


def test_answers_print_as_tables_and_draw_themselves(tmp_path) -> None:  # type: ignore[no-untyped-def]
    found = analysis.counting(renewal(), [("🌾", "💀")])
    assert "Fano factor" in str(found)
    assert "<table>" in found._repr_html_()
    found.plot(path=tmp_path / "counts.png")
    assert (tmp_path / "counts.png").stat().st_size > 1000


def test_states_that_are_left_for_good_do_not_limit_how_rare_counts_can_be() -> None:
    """A jumps as a Poisson process; B, which lasts longer, comes to A once."""
    jumps = [("A", "A", 2.0), ("B", "A", 1.5)]
    ops = BathOperators.from_terms("AB", np.zeros((2, 2)), jumps)
    found = analysis.counting(ops, [("A", "A")])
    for s in (-20.0, -3.0, -0.5, 0.5, 3.0):
        assert found.scgf(s) == pytest.approx(2 * np.expm1(s), rel=1e-12)


def test_rare_counts_beside_fast_jumps_keep_their_digits() -> None:
    """θ² + (a + b)θ = ab(e^s − 1), with b up to 10^24 times a."""
    slow = 1e-9
    for fast in (1.0, 1e9, 1e15):
        jumps = [("A", "B", slow), ("B", "A", fast)]
        ops = BathOperators.from_terms("AB", np.zeros((2, 2)), jumps)
        found = analysis.counting(ops, [("A", "B")])
        for s in (-20.0, -1e-6, 1e-6, 0.5, 3.0):
            rate = slow * fast * np.expm1(s)
            root = np.sqrt((slow + fast) ** 2 + 4 * rate)
            wanted = 2 * rate / (slow + fast + root)
            assert found.scgf(s) == pytest.approx(wanted, rel=1e-9)
