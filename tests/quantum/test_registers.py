"""Registers against a dense Liouvillian that is built from the definitions."""

from __future__ import annotations

import numpy as np
import pytest
from register_reference import NAMES, RegisterTerms, random_ket, random_register

from spacewheat_sim import BathBatch, BathOperators, QuantumBath
from spacewheat_sim.errors import (
    ArgumentError,
    ImpossibleOutcomeError,
    UnknownNameError,
)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_hamiltonian_and_jumps_are_those_of_the_definitions(n):
    """Every kind of term, as Kronecker products, to rounding."""
    terms = random_register(np.random.default_rng(n), n, driven=True)
    operators = terms.operators()

    assert operators.hamiltonian_at(0.7).toarray() == pytest.approx(
        terms.hamiltonian(0.7), abs=1e-13
    )
    for k, wanted in enumerate(terms.lindblad()):
        found = np.zeros_like(wanted)
        sources, targets = operators.generator.jumps.entries(k)
        found[targets, sources] = np.sqrt(operators.jumps[k].rate)
        assert found == pytest.approx(wanted, abs=1e-15)


@pytest.mark.parametrize("driven", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_master_agrees_with_the_dense_liouvillian(n, driven):
    """Density matrices of random registers to 1e-10, from a random ket."""
    rng = np.random.default_rng(10 * n + driven)
    terms = random_register(rng, n, driven=driven)
    ket = random_ket(rng, n)
    bath = QuantumBath(terms.operators(), method="master", tolerance=1e-12)
    bath.initialize_ket(ket)
    recording = bath.evolve_many(0.1, 13)
    wanted = terms.evolved(np.outer(ket, ket.conj()), 1.3)

    assert np.abs(bath.density_matrix() - wanted).max() < 1e-10
    populations = terms.pole_populations(wanted)
    assert recording.populations.shape == (14, 2 * n)
    assert recording.populations[-1] == pytest.approx(populations, abs=1e-10)


def test_long_intervals_agree_with_the_dense_liouvillian():
    """By Faber series and, at n ≤ 4, by powers of a propagator."""
    rng = np.random.default_rng(5)
    for n in (2, 4):
        terms = random_register(rng, n, driven=False)
        ket = random_ket(rng, n)
        for duration in (7.0, 3000.0):
            bath = QuantumBath(terms.operators(), method="master")
            bath.initialize_ket(ket)
            bath.evolve(duration)
            wanted = terms.evolved(np.outer(ket, ket.conj()), duration)
            assert np.abs(bath.density_matrix() - wanted).max() < 1e-9


@pytest.mark.parametrize("driven", [False, True])
def test_trajectories_average_to_the_dense_liouvillian(driven):
    """Three axes; no population beyond 4.5 standard errors (36 rows: 2.4e-4)."""
    rng = np.random.default_rng(21)
    terms = random_register(rng, 3, driven=driven)
    ket = random_ket(rng, 3)
    bath = QuantumBath(terms.operators(), seed=1)
    bath.initialize_ket(ket)
    ensemble = bath.ensemble(1.2, 6000, dt=0.2, seed=2)
    rho = np.outer(ket, ket.conj())

    for row in range(1, 7):
        wanted = terms.pole_populations(terms.evolved(rho, 0.2 * row))
        off = np.abs(ensemble.populations[row] - wanted)
        assert (off <= 4.5 * ensemble.standard_error[row]).all()


def test_jumps_come_as_often_as_their_rates_say():
    """Mean counts are ∫ tr L†Lρ dt; 4.5 standard errors of Poisson's law or less."""
    rng = np.random.default_rng(31)
    terms = random_register(rng, 3, driven=False)
    ket = random_ket(rng, 3)
    bath = QuantumBath(terms.operators(), seed=1)
    bath.initialize_ket(ket)
    ensemble = bath.ensemble(1.0, 6000, dt=1.0, seed=4)
    nodes, weights = np.polynomial.legendre.leggauss(12)
    rho = np.outer(ket, ket.conj())
    states = [terms.evolved(rho, (1 + node) / 2) for node in nodes]

    for k, each in enumerate(terms.lindblad()):
        rates = [np.trace(each.conj().T @ each @ state).real for state in states]
        wanted = 6000 * float(weights @ rates) / 2
        spread = np.sqrt(max(wanted, 1.0))
        assert abs(ensemble.jump_counts[k] - wanted) < 4.5 * 1.5 * spread


def test_single_baths_and_batches_make_the_same_trajectories():
    """Bath i of a batch is a bath with the stream of trajectory i."""
    from spacewheat_sim import seeding

    terms = random_register(np.random.default_rng(41), 3, driven=True)
    batch = BathBatch(terms.operators(), 20, seed=7)
    jumps = []
    for _ in range(40):
        jumps += batch.evolve(0.05)
    populations = batch.populations()
    for i in (0, 3, 11, 19):
        stream = seeding.trajectory_stream(7, i)
        alone = QuantumBath(terms.operators(), stream=stream)
        events = alone.evolve_many(0.05, 40).events
        assert alone.populations() == pytest.approx(populations[i], abs=1e-9)
        assert [e.source for e in events] == [e.source for b, e in jumps if b == i]


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_batches_collapse_onto_poles_as_single_baths_do(method):
    """A pole is asked for its own probability, not for that of a basis state."""
    operators = BathOperators.from_register(NAMES[:2])
    single = QuantumBath(operators, method=method)
    batch = BathBatch(operators, 2, method=method)
    for bath in (single, batch):
        bath.initialize_poles(["☀", "🌾"])  # basis state 0, of poles 0 and 2
        bath.apply_gate("RX", NAMES[1], angle=1.0)  # and of pole 3, somewhat
        bath.partial_collapse("🍄", 0.5)
        bath.full_collapse("🌾")

    assert batch.populations()[1] == pytest.approx(single.populations(), abs=1e-15)
    with pytest.raises(ImpossibleOutcomeError, match=r"onto 🌙: its probability is 0"):
        batch.full_collapse("🌙")


def test_trajectories_of_an_ensemble_can_be_run_alone():
    """The first jumps that the compiled run and a single trajectory see agree."""
    terms = random_register(np.random.default_rng(43), 3, driven=True)
    bath = QuantumBath(terms.operators(), seed=1)
    ensemble = bath.ensemble(2.0, 40, seed=3, first_passage="🌾")
    lands = terms.operators().lands(terms.operators().index("🌾"))
    for number in range(40):
        history = ensemble.history(number)
        first = history[0].time if history else np.inf
        assert ensemble.first_jumps[number] == pytest.approx(first, abs=1e-8)
        landed = [jump.time for jump in history if lands[jump.channel]]
        first = landed[0] if landed else np.inf
        assert ensemble.first_passages[number] == pytest.approx(first, abs=1e-8)


def test_states_do_not_depend_on_dt():
    """To the tolerance, driven and not, kets and density matrices."""
    terms = random_register(np.random.default_rng(51), 3, driven=True)
    for method in ("trajectory", "master"):
        ends = []
        for dt, steps in ((1 / 240, 480), (1 / 60, 120), (0.5, 4), (1.0, 2)):
            bath = QuantumBath(terms.operators(), method=method, seed=5)
            bath.evolve_many(dt, steps)
            ends.append(bath.populations())
        for end in ends[1:]:
            assert end == pytest.approx(ends[0], abs=1e-8)


def test_products_stay_products_without_terms_across_axes():
    """The ket of three free axes is the product of three baths of one, to 1e-13."""
    rng = np.random.default_rng(61)
    axes = NAMES[:3]
    whole = RegisterTerms(axes)
    parts = []
    for north, south in axes:
        part = RegisterTerms(((north, south),))
        part.energies.append((north, rng.normal()))
        part.couplings.append((north, south, complex(*rng.normal(size=2))))
        part.jumps.append((north, south, 0.4))
        part.jumps.append((south, south, 0.2))
        whole.energies += part.energies
        whole.couplings += part.couplings
        whole.jumps += part.jumps
        parts.append(part)
    bath = QuantumBath(whole.operators(), method="master", tolerance=1e-13)
    bath.evolve(1.7)
    product = np.ones((1, 1))
    for part in parts:
        alone = QuantumBath(part.operators(), method="master", tolerance=1e-13)
        alone.evolve(1.7)
        product = np.kron(product, alone.density_matrix())

    assert np.abs(bath.density_matrix() - product).max() < 1e-13


def test_an_untouched_axis_keeps_its_coherence_while_another_jumps():
    """🔥 decays to ❄; ☀/🌙 in |+⟩ stays there, under both methods."""
    operators = BathOperators.from_register(
        [("🔥", "❄"), ("☀", "🌙")], jumps=[("🔥", "❄", 0.5)]
    )
    for method in ("trajectory", "master"):
        bath = QuantumBath(operators, method=method, seed=3)
        bath.initialize_weighted({"🔥": 1.0})
        bath.evolve(20.0)
        assert bath.probability("❄") == pytest.approx(1.0, abs=1e-4)
        axis = bath.project_onto_axis("☀", "🌙")
        assert axis.coherence == pytest.approx(1.0, abs=1e-14)
        assert axis.radius == pytest.approx(1.0, abs=1e-15)


def test_one_excitation_moves_as_in_a_level_biome():
    """Exchange, same-rate transfers and energies of norths, from one north alone.

    A register in which one axis is north and all others south stays so under exchange
    couplings and transfers between norths, and is then the level biome of its norths.
    The two part where dephasing acts on a south, where energies are on souths, and
    where a jump ends the excitation; none of that is here.
    """
    rng = np.random.default_rng(71)
    norths = [pair[0] for pair in NAMES[:4]]
    energies = rng.normal(size=4)
    terms = RegisterTerms(NAMES[:4])
    terms.energies += zip(norths, energies.tolist(), strict=True)
    hamiltonian = np.diag(energies).astype(complex)
    jumps = []
    for i in range(4):
        for j in range(i):
            c = complex(*rng.normal(size=2))
            terms.couplings.append((norths[i], norths[j], c))
            hamiltonian[i, j] += c / 2
            hamiltonian[j, i] += np.conj(c) / 2
            jumps.append((norths[i], norths[j], rng.uniform(0, 0.5)))
        jumps.append((norths[i], norths[i], rng.uniform(0, 0.3)))
    terms.jumps += jumps
    level = BathOperators.from_terms(norths, hamiltonian, jumps)
    register = terms.operators()
    one, many = (QuantumBath(each, method="master") for each in (level, register))
    one.initialize_emoji("🔥")
    many.initialize_poles(["🔥"])
    one.evolve(2.3)
    many.evolve(2.3)

    assert many.populations()[::2] == pytest.approx(one.populations(), abs=1e-10)
    one, many = (QuantumBath(each, seed=9) for each in (level, register))
    one.initialize_emoji("🔥")
    many.initialize_poles(["🔥"])
    first, second = (bath.evolve_many(0.1, 60) for bath in (one, many))
    assert second.populations[:, ::2] == pytest.approx(first.populations, abs=1e-8)
    assert [(e.source, e.target) for e in first.events] == [
        (e.source, e.target) for e in second.events
    ]


def test_energies_far_from_zero_change_nothing():
    """A common energy of 1e7 rad/s is a phase, whatever jumps carry phases about."""
    terms = random_register(np.random.default_rng(81), 3, driven=False)
    far = RegisterTerms(**vars(terms))
    far.energies = [*terms.energies, ("☀", 1e7), ("🌙", 1e7)]
    for method, seed in (("master", 0), ("trajectory", 4)):
        ends = []
        for each in (terms, far):
            bath = QuantumBath(each.operators(), method=method, seed=seed)
            bath.evolve_many(0.25, 8)
            ends.append(bath.populations())
        assert ends[1] == pytest.approx(ends[0], abs=1e-6)


def test_registers_of_too_many_axes_are_refused_before_anything_is_made():
    """14 axes for kets, 8 under master; the message tells the memory."""
    axes = [(f"{i}⃣", f"{i}🟥") for i in range(16)]
    with pytest.raises(ArgumentError, match=r"at most 14 axes, but has 16.*MiB"):
        BathOperators.from_register(axes)
    operators = BathOperators.from_register(axes[:9])
    with pytest.raises(ArgumentError, match=r"at most 8 axes, but has 9.*MiB"):
        QuantumBath(operators, method="master")
    with pytest.raises(ArgumentError, match="at most 8 axes"):
        BathBatch(operators, 3, method="master")
    assert QuantumBath(operators).amplitudes.shape == (512,)


def test_spec_has_no_meaning_for_a_register():
    """It moves amplitude between emojis, which are no states here."""
    operators = BathOperators.from_register([("☀", "🌙")])
    for make in (QuantumBath, lambda *a, **k: BathBatch(*a, 2, **k)):
        with pytest.raises(ArgumentError, match="no meaning for a register"):
            make(operators, method="spec")


@pytest.mark.parametrize(
    ("axes", "terms", "message"),
    [
        ([("☀", "🌙"), ("☀", "🍄")], {}, "must not repeat an emoji"),
        ([("☀", "☀")], {}, "must not repeat an emoji"),
        ([], {}, "at least one pair"),
        (["☀"], {}, "pairs"),
        (NAMES[:2], {"pair_couplings": [("☀", "☀", 1.0)]}, "joins one pole"),
        (NAMES[:2], {"pair_couplings": [("☀", "🌙", 1.0)]}, "two poles of one axis"),
        (NAMES[:2], {"alignments": [("☀", "🌙", 1.0)]}, "two poles of one axis"),
        (NAMES[:2], {"couplings": [("☀", "☀", 1.0)]}, "joins one pole"),
        (NAMES[:2], {"couplings": [("☀", "🌾", np.nan)]}, "finite number"),
        (NAMES[:2], {"energies": [("☀", "hot")]}, "finite number"),
        (NAMES[:2], {"jumps": [("☀", "🌾", -1.0)]}, "not negative"),
        (NAMES[:2], {"jumps": [("☀", "🌾", 1.0, {"when": "🌙"})]}, "leaves alone"),
        (NAMES[:2], {"jumps": [("☀", "🌙", 1.0, {"unless": "☀"})]}, "leaves alone"),
        (NAMES[:2], {"jumps": [("☀", "🌙", 1.0, {"if": "🌾"})]}, "Unknown gate"),
        (NAMES[:2], {"jumps": [("☀", "🌙", 1.0, "🌾")]}, "must be a mapping"),
        (NAMES[:2], {"jumps": [("☀", "🦖", 1.0)]}, "Unknown emoji"),
        (
            NAMES[:2],
            {"jumps": [("☀", "🌙", 1.0, {"when": "🌾", "unless": "🍄"})]},
            "two different axes",
        ),
    ],
)
def test_terms_that_mean_nothing_are_refused(axes, terms, message):
    """Each with a message that says what was given and what was wanted."""
    with pytest.raises(ArgumentError, match=message):
        BathOperators.from_register(axes, **terms)


def test_poles_of_two_axes_are_no_axis():
    """An axis of a register is one of its own, in either direction."""
    bath = QuantumBath(BathOperators.from_register(NAMES[:2]))
    with pytest.raises(ArgumentError, match="poles of two axes"):
        bath.project_onto_axis("☀", "🌾")
    with pytest.raises(UnknownNameError):
        bath.measure_axis("☀", "🦖")
    bath.initialize_weighted({"☀": 0.9})
    there, back = bath.project_onto_axis("☀", "🌙"), bath.project_onto_axis("🌙", "☀")
    assert there.bloch[2] == pytest.approx(-back.bloch[2])


def test_starts_of_registers():
    """uniform, weights, poles, an emoji, a ket; what is none is refused."""
    bath = QuantumBath(BathOperators.from_register(NAMES[:3]))
    assert bath.amplitudes == pytest.approx(np.full(8, 8**-0.5))
    bath.initialize_weighted({"☀": 0.7, "🍄": 0.1})
    assert list(bath.probabilities().values()) == pytest.approx(
        [0.7, 0.3, 0.9, 0.1, 0.5, 0.5]
    )
    bath.initialize_weighted({"☀": 0.7, "🌙": 0.3})
    assert bath.probability("☀") == pytest.approx(0.7)
    bath.initialize_poles(["🌾"])
    assert bath.amplitudes.tolist() == [0, 0, 0, 0, 0, 1, 0, 0]
    bath.initialize_emoji("☀")
    assert bath.amplitudes.tolist() == [0, 0, 0, 1, 0, 0, 0, 0]
    for start, message in (
        (lambda: bath.initialize_weighted({"☀": 1.2}), "from 0 to 1"),
        (lambda: bath.initialize_weighted({"☀": 0.5, "🌙": 0.6}), "add up to 1"),
        (lambda: bath.initialize_poles(["☀", "🌙"]), "at most one pole of each axis"),
        (lambda: bath.initialize_poles(["🦖"]), "Unknown emoji"),
        (lambda: bath.initialize_from_markov({"☀": {"🌙": 1.0}}), "level biome"),
        (lambda: bath.initialize_ket([1, 0]), "shape"),
        (lambda: bath.amplitude("☀"), "no amplitude of its own"),
    ):
        with pytest.raises(ArgumentError, match=message):
            start()
    level = QuantumBath(BathOperators.from_terms("☀🌙", np.zeros((2, 2))))
    with pytest.raises(ArgumentError, match="Only a register has poles"):
        level.initialize_poles(["☀"])
