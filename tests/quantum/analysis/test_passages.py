"""First passages, committors and forecasts against closed forms and ensembles."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest
from dense_algebra import random_bath
from scipy import linalg

from spacewheat_sim import BathOperators, QuantumBath, analysis
from spacewheat_sim.errors import ArgumentError, RunError, UnknownNameError


def chain(*jumps: tuple[str, str, float]) -> BathOperators:
    names = list(dict.fromkeys(name for jump in jumps for name in jump[:2]))
    return BathOperators.from_terms(names, np.zeros((len(names),) * 2), jumps)


def test_a_classical_chain_has_its_known_passage() -> None:
    ops = chain(("A", "B", 1.0), ("B", "A", 3.0), ("B", "C", 1.0), ("C", "C", 1.0))
    found = analysis.first_passage(ops, "C", start="A")
    # From B: a quarter goes on, three quarters go back: 4 visits to A and B each.
    assert found.probability == 1.0
    assert found.mean == pytest.approx(4 * (1 + 0.25), rel=1e-12)
    assert found.mean_given == found.mean


def test_a_passage_that_may_not_come_has_a_mean_of_those_that_do() -> None:
    ops = chain(("A", "B", 1.0), ("A", "C", 3.0))
    found = analysis.first_passage(ops, "B", start="A")
    assert found.probability == pytest.approx(0.25, rel=1e-14)
    assert found.mean == np.inf
    assert found.mean_given == pytest.approx(0.25, rel=1e-12)
    assert found.cdf(1.0) == pytest.approx(0.25 * (1 - np.exp(-4.0)), rel=1e-12)


def test_where_nothing_leads_the_passage_never_comes() -> None:
    ops = chain(("A", "B", 1.0), ("C", "A", 1.0))
    found = analysis.first_passage(ops, "C", start="A")
    assert found.probability == 0.0
    assert found.mean == np.inf
    assert np.isnan(found.mean_given)


@pytest.mark.parametrize("exponent", [1, 8, 16, 30])
def test_rare_passages_keep_six_digits(exponent: int) -> None:
    rate = 10.0**-exponent
    ops = chain(
        ("A", "B", 1.0), ("B", "A", 2.0), ("A", "C", rate), ("A", "D", 3 * rate)
    )
    both = analysis.first_passage(ops, ["C", "D"], start="A")
    alone = analysis.first_passage(ops, "C", start="A")
    assert both.probability == 1.0
    assert alone.probability == pytest.approx(0.25, rel=1e-9)
    # Each visit to A lasts 1/(1 + 4r), and B follows it unless it is the last.
    leaving = 4 * rate
    assert both.mean == pytest.approx((1 + 0.5) / leaving, rel=1e-6)


def test_a_passage_through_weak_couplings_keeps_six_digits() -> None:
    """A–B is coupled by 1e-10 beside decays of 1: K = 4g²/Γ to leading order."""
    g, gamma = 1e-10, 1.0
    h = np.zeros((3, 3))
    h[0, 1] = h[1, 0] = g
    ops = BathOperators.from_terms(
        "🌾💀🍂", h, [("💀", "🍂", gamma), ("🍂", "🌾", 1.0)]
    )
    found = analysis.first_passage(ops, "🍂", start="🌾")
    assert found.probability == 1.0
    assert found.mean == pytest.approx(gamma / (4 * g**2), rel=1e-6)


@pytest.mark.parametrize("n", [3, 5, 8])
def test_distributions_are_those_of_the_killed_master_equation(n: int) -> None:
    ops = random_bath(n, seed=60 + n)
    target = n - 1
    found = analysis.first_passage(ops, ops.emojis[target], start=ops.emojis[0])
    killed, eye = -1j * np.zeros((n * n, n * n)), np.eye(n)
    h = ops.hamiltonian.toarray()
    killed = -1j * (np.kron(h, eye) - np.kron(eye, h.T))
    for jump in ops.jumps:
        s, t = jump.source, jump.target
        product = np.zeros((n, n))
        product[s, s] = jump.rate
        killed -= (np.kron(product, eye) + np.kron(eye, product)) / 2
        if t != target:
            killed[t * n + t, s * n + s] += jump.rate
    rho = np.zeros(n * n)
    rho[0] = 1.0
    trace = np.eye(n).ravel()
    times = np.array([0.0, 0.3, 2.0, 9.0])
    wanted = [1 - float((trace @ linalg.expm(killed * t) @ rho).real) for t in times]
    assert np.abs(found.cdf(times) - wanted).max() < 1e-10
    mean = -float((trace @ np.linalg.solve(killed, rho)).real)
    assert found.mean == pytest.approx(mean, rel=1e-9)


def test_a_superposition_starts_like_its_own_wait() -> None:
    ops = random_bath(4, seed=71)
    rng = np.random.default_rng(3)
    ket = rng.normal(size=4) + 1j * rng.normal(size=4)
    found = analysis.first_passage(ops, ops.emojis[3], start=ket / np.linalg.norm(ket))
    assert found.probability == pytest.approx(1.0, abs=1e-12)
    late = np.linspace(0.0, 400.0, 4001)
    mean = np.trapezoid(1 - found.cdf(late), late)
    assert found.mean == pytest.approx(mean, rel=1e-3)


def test_committors_of_a_random_walk_rise_in_steps() -> None:
    names = "🌾🍄💀🍂🐇"
    steps = [(names[i], names[i + d], 1.0) for i in range(1, 4) for d in (-1, 1)]
    ops = BathOperators.from_terms(names, np.zeros((5, 5)), steps)
    found = analysis.committor(ops, "🐇", "🌾")
    assert [found[name] for name in names[1:4]] == pytest.approx([0.25, 0.5, 0.75])


@pytest.mark.parametrize("n", [22, 128])
@pytest.mark.slow
def test_passages_agree_with_a_million_trajectories(n: int) -> None:
    """Four standard errors at eight times: a false alarm once in 2000 runs."""
    rng = np.random.default_rng(n)
    h = np.where(rng.random((n, n)) < 4 / n, rng.normal(size=(n, n)), 0.0)
    names = [f"e{i}" for i in range(n)]
    jumps = [
        (names[i], names[(7 * i + 3) % n], float(rng.uniform(0.2, 1))) for i in range(n)
    ]
    ops = BathOperators.from_terms(names, (h + h.T) / 2, jumps)
    bath = QuantumBath(ops, seed=1)
    bath.initialize_emoji(names[0])
    count = 1_000_000
    duration = 8.0
    run = bath.ensemble(duration, count, 1.0, seed=5, first_passage=names[3])
    found = analysis.first_passage(ops, names[3], start=names[0])
    times = np.sort(run.first_passages)
    times = times[np.isfinite(times)]
    for time in np.arange(1.0, 9.0):
        share = np.searchsorted(times, time) / count
        exact = float(found.cdf(time))
        error = np.sqrt(max(exact * (1 - exact), 1e-12) / count)
        assert abs(share - exact) < 4 * error + 1e-9


def test_a_forecast_names_the_next_jump() -> None:
    ops = chain(("A", "B", 1.0), ("A", "C", 3.0), ("B", "A", 1.0), ("C", "A", 1.0))
    bath = QuantumBath(ops, seed=0)
    bath.initialize_emoji("A")
    found = bath.forecast()
    assert [(c.source, c.target) for c in found.channels[:2]] == [
        ("A", "C"),
        ("A", "B"),
    ]
    assert found.channels[0].probability == pytest.approx(0.75, rel=1e-14)
    assert found.median == pytest.approx(np.log(2) / 4, rel=1e-11)
    assert found.survival(0.5) == pytest.approx(np.exp(-2.0), rel=1e-12)
    assert found.mean == pytest.approx(0.25, rel=1e-12)


def test_a_forecast_from_a_dark_state_says_never() -> None:
    ops = chain(("A", "B", 1.0))
    bath = QuantumBath(ops, seed=0)
    bath.initialize_weighted({"A": 0.25, "B": 0.75})
    found = bath.forecast()
    assert found.never == pytest.approx(0.75, rel=1e-12)
    assert found.median == np.inf
    assert found.mean == np.inf
    assert found.survival(1e6) == pytest.approx(0.75, rel=1e-12)


def test_a_driven_forecast_goes_over_into_the_static_one() -> None:
    ops = random_bath(5, seed=81)
    jumps = [(ops.emojis[j.source], ops.emojis[j.target], j.rate) for j in ops.jumps]
    still = [(ops.emojis[1], lambda _: 0.0)]
    driven = BathOperators.from_terms(ops.emojis, ops.hamiltonian, jumps, still)
    a = analysis.forecast(ops, ops.emojis[0])
    b = analysis.forecast(driven, ops.emojis[0])
    for mine, other in zip(a.channels, b.channels, strict=True):
        assert mine.probability == pytest.approx(other.probability, abs=2e-9)
    assert a.median == pytest.approx(b.median, rel=1e-9)
    assert a.survival([0.2, 3.0]) == pytest.approx(b.survival([0.2, 3.0]), abs=1e-10)


def test_forecasts_of_a_driven_bath_agree_with_trajectories() -> None:
    """Shares of first channels, 4000 runs, 4.5 standard errors."""
    ops = BathOperators.from_terms(
        "🌾💀",
        [[0, 0.6], [0.6, 0]],
        [("🌾", "💀", 0.3), ("💀", "🌾", 0.8)],
        [("🌾", 2.0, "cosine", 0.3, 0.0)],
    )
    bath = QuantumBath(ops, seed=0)
    bath.initialize_emoji("🌾")
    found = bath.forecast()
    first = 0
    count = 1500
    for seed in range(count):
        own = QuantumBath(ops, seed=seed)
        own.initialize_emoji("🌾")
        events: tuple[object, ...] = ()
        while not events:
            events = own.evolve(1.0)
        first += events[0].source == "🌾"  # type: ignore[attr-defined]
    wanted = next(c.probability for c in found.channels if c.source == "🌾")
    error = np.sqrt(wanted * (1 - wanted) / count)
    assert abs(first / count - wanted) < 4.5 * error


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (
            lambda ops: analysis.first_passage(ops, "🌵", start="A"),
            UnknownNameError,
            "🌵",
        ),
        (lambda ops: analysis.first_passage(ops, "A"), ArgumentError, "start"),
        (
            lambda ops: analysis.first_passage(ops, [], start="A"),
            ArgumentError,
            "target",
        ),
        (
            lambda ops: analysis.first_passage(ops, "B", start="A").cdf(-1),
            ArgumentError,
            "negative",
        ),
        (
            lambda ops: analysis.first_passage(ops, "B", start="A").cdf(np.nan),
            ArgumentError,
            "finite",
        ),
        (lambda ops: analysis.committor(ops, "A", "A"), ArgumentError, "both"),
        (analysis.forecast, ArgumentError, "start"),
        (lambda ops: analysis.modes(ops, 0), ArgumentError, "count"),
    ],
)
def test_bad_questions_are_refused(call, error, said) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error, match=said):
        call(chain(("A", "B", 1.0), ("B", "A", 1.0)))


def test_a_median_has_its_digits_in_any_unit_of_time() -> None:
    for rate in (1e-13, 1.0, 1e13):
        bath = QuantumBath(chain(("A", "B", rate)))
        bath.initialize_emoji("A")
        assert bath.forecast().median == pytest.approx(np.log(2) / rate, rel=1e-11)


def test_a_small_decay_beside_large_energies_is_not_lost() -> None:
    """From any state a jump comes for sure, on average after 2/γ = 2 · 10^5 s."""
    h = np.array([[0.0, 1e7, 0.0], [1e7, 0.0, 0.0], [0.0, 0.0, 0.0]])
    ops = BathOperators.from_terms("ABC", h, [("A", "C", 1e-5)])
    bath = QuantumBath(ops)
    bath.initialize_ket([0.6, 0.8j, 0.0])

    ahead = bath.forecast()
    assert ahead.never == 0.0
    assert ahead.channels[0].probability == pytest.approx(1.0, abs=1e-11)
    assert ahead.mean == pytest.approx(2e5, rel=1e-9)
    assert ahead.survival(2e5) == pytest.approx(np.exp(-1.0), abs=1e-9)
    found = analysis.first_passage(bath, "C")
    assert found.probability == pytest.approx(1.0, abs=1e-11)
    assert found.mean == pytest.approx(2e5, rel=1e-9)


def test_a_dark_state_beside_a_small_decay_keeps_its_share() -> None:
    """Of A, half is (A − B)/√2, which no jump ever leaves."""
    h = np.array([[0.0, 0.0, 1e4], [0.0, 0.0, 1e4], [1e4, 1e4, 0.0]])
    ops = BathOperators.from_terms("ABC", h, [("C", "A", 1e-5)])
    bath = QuantumBath(ops)
    bath.initialize_emoji("A")

    ahead = bath.forecast()
    assert ahead.never == pytest.approx(0.5, abs=1e-13)
    assert ahead.channels[0].probability == pytest.approx(0.5, abs=1e-11)
    assert ahead.survival(0.0) == pytest.approx(1.0, abs=1e-13)
    assert ahead.survival(1e8) == pytest.approx(0.5, abs=1e-13)


def test_what_doubles_cannot_hold_is_refused() -> None:
    """Waits from A last 10^38 s, which its mode in doubles does not tell from never."""
    h = np.array([[0.0, 1e-6, 0.0], [1e-6, 7e3, 1e-6], [0.0, 1e-6, 1.0]])
    ops = BathOperators.from_terms("ABC", h, [("C", "B", 4e5)])
    bath = QuantumBath(ops)
    bath.initialize_ket([1.0, 1.0, 1.0])
    with pytest.raises(RunError, match="too far apart for double precision"):
        bath.forecast()
    with pytest.raises(RunError, match="too far apart for double precision"):
        analysis.first_passage(bath, "B")


def test_a_time_that_doubles_lose_is_found_with_more_digits() -> None:
    """A wait in A ends once in 10^46 s, and sooner or later a jump leads to D."""
    h = np.zeros((4, 4))
    h[0, 2] = h[2, 0] = 2e-11
    h[1, 2] = h[2, 1] = 1e12
    jumps = [("B", "D", 1.0), ("C", "A", 1e12)]
    ops = BathOperators.from_terms("ABCD", h, jumps)
    found = analysis.first_passage(ops, "D", start="B")
    assert found.probability == pytest.approx(1.0, abs=1e-12)
    assert found.mean > 1e40


def test_a_committor_is_known_where_doubles_lose_the_wait() -> None:
    """From A only B decays, by a coupling of 10^-18 of its decay, and lands on C."""
    h = np.zeros((4, 4))
    h[0, 1] = h[1, 0] = 1e-6
    ops = BathOperators.from_terms("ABCD", h, [("B", "C", 1e12), ("D", "D", 1.0)])
    found = analysis.committor(ops, "C", "D")
    assert found["A"] == pytest.approx(1.0, abs=1e-12)
    assert found["D"] == 0.0


def test_the_mean_of_a_sure_landing_has_its_digits_beside_waits_that_modes_lose():
    """Its bound held for the probability alone, and was 0: it was off by 8.5e-5."""
    h = np.zeros((4, 4))
    h[0, 1] = h[1, 0] = 2.21226567e-13
    h[0, 3] = h[3, 0] = 1.70669370e-13
    h[1, 2] = h[2, 1] = -9.58262227e-09
    h[1, 3] = h[3, 1] = 1.71945319e-09
    h[2, 3] = h[3, 2] = 4.09563790e-07
    h[0, 0], h[1, 1] = 1.28694375e-05, 1.78211153e-02
    jumps = [
        (0, 0, 2.5394375211658146e-06),
        (1, 3, 7.423402605677252e-14),
        (2, 2, 5.164935031379071e-13),
        (2, 0, 4.8884245416112576e-06),
        (3, 0, 0.1703820526969453),
    ]
    named = [("🌾🍄💀🍂"[s], "🌾🍄💀🍂"[t], rate) for s, t, rate in jumps]
    found = analysis.first_passage(
        BathOperators.from_terms("🌾🍄💀🍂", h, named), "💀", start="💀"
    )
    with mpmath.workdps(120):
        n, whole = 4, mpmath.zeros(16)
        b = -1j * mpmath.matrix(h)
        for s, t, rate in jumps:
            b[s, s] -= mpmath.mpf(rate) / 2
            if t != 2:
                whole[t * 5, s * 5] += mpmath.mpf(rate)
        for i, j, k in itertools.product(range(n), repeat=3):
            whole[i * n + j, k * n + j] += b[i, k]
            whole[i * n + j, i * n + k] += mpmath.conj(b[j, k])
        begin = mpmath.zeros(16, 1)
        begin[10] = -1
        spent = mpmath.lu_solve(whole, begin)
        mean = float(sum(mpmath.re(spent[5 * i]) for i in range(n)))
    assert found.probability == pytest.approx(1.0, abs=1e-12)
    assert found.mean == pytest.approx(mean, rel=1e-6)
