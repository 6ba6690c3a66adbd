import numpy as np
import pytest
from scipy import stats

from spacewheat_sim import BathOperators, QuantumBath, load_biome, seeding
from spacewheat_sim.engine.bath.ensemble import methods
from spacewheat_sim.quantum.ensembles import tabulated
from spacewheat_sim.quantum.ensembles.tables import build_tables
from spacewheat_sim.quantum.ensembles.tabulated import RenewalRun, Renewals
from spacewheat_sim.quantum.kernels import renewal
from spacewheat_sim.quantum.kernels.draws import next_uniform


def random_operators(n, seed):
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    h *= 0.3 * (rng.random((n, n)) < 0.5)
    names = [f"state{i}" for i in range(n)]
    jumps = [
        (names[i], names[int(rng.integers(n))], float(rng.uniform(0.02, 0.3)))
        for i in range(n)
        for _ in range(2)
    ]
    return BathOperators.from_terms(names, h + h.conj().T, jumps)


def ran(run):
    run.run(lambda _share: None)
    return run.sums()


@pytest.fixture(scope="module")
def bath():
    bath = QuantumBath(random_operators(7, 1), "trajectory", seed=0)
    bath.initialize_ket(np.arange(1, 8) * np.exp(1j * np.arange(7)))
    return bath


def test_the_kernel_draws_what_numpy_draws_for_the_same_trajectory():
    key = seeding.trajectory_key(12)
    for number in (0, 1, 2**40):
        counts, key_halves = np.zeros(1, dtype=np.int64), np.array(key, dtype=np.uint64)
        drawn = [next_uniform(counts, 0, number, key_halves) for _ in range(11)]
        assert np.array_equal(drawn, seeding.trajectory_stream(12, number).random(11))


def test_interpolation_weights_reproduce_polynomials_of_degree_seven():
    weights = np.empty(8)
    points = np.arange(-3, 5.0)
    for x in (0.0, 0.31, 1.0):
        renewal.lagrange_weights(x, weights)
        for k in range(8):
            assert weights @ points**k == pytest.approx(x**k, abs=1e-11)


def test_tables_are_refined_no_more_where_only_rounding_is_left(bath):
    operators, ket = bath.operators, bath.amplitudes
    hamiltonian = operators.hamiltonian.toarray()
    tables = [
        build_tables(operators.generator, hamiltonian, ket[None], 10.0, tolerance)
        for tolerance in (1e-13, 0.0)
    ]
    assert tables[0].error <= 1e-13
    assert tables[1].error < 1e-13
    # Twelve halvings would be a thousand times as many.
    assert tables[1].hazard.shape[1] < 20 * tables[0].hazard.shape[1]


def test_tables_hold_the_no_jump_evolution_to_their_tolerance(bath):
    operators, ket = bath.operators, bath.amplitudes
    tables = build_tables(
        operators.generator, operators.hamiltonian.toarray(), ket[None], 10.0, 1e-9
    )
    assert tables.error <= 1e-9
    b = -1j * operators.hamiltonian.toarray() - np.diag(operators.generator.decay / 2)
    values, vectors = np.linalg.eig(b)
    start = np.linalg.solve(vectors, ket)
    weights = np.empty(8)
    for tau in np.random.default_rng(0).uniform(0, 10, 50):
        psi = vectors @ (np.exp(values * tau) * start)
        exact = np.abs(psi) ** 2
        cell = int(tau / tables.step)
        x = tau / tables.step - cell
        renewal.lagrange_weights(x, weights)
        found = weights @ tables.populations[-1, cell : cell + 8]
        hazard = tables.cells[-1, cell] @ x ** np.arange(8)
        assert np.abs(found - exact / exact.sum()).max() < 3e-9
        assert hazard == pytest.approx(-np.log(exact.sum()), abs=3e-9)


def test_a_trajectory_of_the_ensemble_is_a_single_one_on_the_same_stream(bath):
    count = 400
    result = bath.ensemble(8.0, count, dt=2.0, seed=5, first_passage="state3")
    histories = [result.history(i) for i in range(count)]

    counts = np.zeros_like(result.jump_counts)
    for number, jumps in enumerate(histories):
        for jump in jumps:
            counts[jump.channel] += 1
        first = jumps[0].time if jumps else np.inf
        assert result.first_jumps[number] == pytest.approx(first, abs=1e-7)
        landed = [j.time for j in jumps if bath.operators.jumps[j.channel].target == 3]
        wanted = landed[0] if landed else np.inf
        assert result.first_passages[number] == pytest.approx(wanted, abs=1e-7)
    assert np.array_equal(counts, result.jump_counts)
    assert counts.sum() > count / 2


def test_tables_and_evolution_give_the_same_means(bath, monkeypatch):
    by_tables = bath.ensemble(8.0, 300, dt=1.0, seed=9)
    monkeypatch.setattr(methods, "MOST_TABLE_BYTES", 0.0)
    evolved = bath.ensemble(8.0, 300, dt=1.0, seed=9)

    assert np.abs(by_tables.populations - evolved.populations).max() < 1e-8
    assert np.abs(by_tables.standard_error - evolved.standard_error).max() < 1e-6
    assert np.array_equal(by_tables.jump_counts, evolved.jump_counts)


def test_a_mixed_start_is_unravelled_the_same_way_by_both_methods(monkeypatch):
    bath = QuantumBath(random_operators(5, 2), "master", seed=0)
    bath.evolve(3.0)
    by_tables = bath.ensemble(4.0, 200, dt=1.0, seed=3)
    monkeypatch.setattr(methods, "MOST_TABLE_BYTES", 0.0)
    evolved = bath.ensemble(4.0, 200, dt=1.0, seed=3)

    assert np.abs(by_tables.populations - evolved.populations).max() < 1e-8
    assert np.array_equal(by_tables.jump_counts, evolved.jump_counts)


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=pytest.mark.slow if n else ()) for n in range(3)]
)
def test_a_million_trajectories_agree_with_the_master_equation(seed):
    operators = random_operators(6, 10 + seed)
    bath = QuantumBath(operators, "master", seed=0)
    bath.initialize_emoji("state0")
    result = bath.ensemble(10.0, 1_000_000, dt=1.0, seed=seed)
    exact = bath.evolve_many(1.0, 10).populations
    z = (result.populations - exact) / np.maximum(result.standard_error, 1e-9)
    # 60 correlated normal numbers beyond 5: a false alarm once in 30,000 runs.
    assert np.abs(z[1:]).max() < 5.0


def test_first_passages_of_a_decay_chain_follow_its_law():
    bath = load_biome("decay_chain").bath(seed=0)
    result = bath.ensemble(200.0, 20_000, dt=200.0, seed=4, first_passage="🐥")
    assert np.isfinite(result.first_passages).all()
    # 🥚 → 🐣 at 0.5 /s, 🐣 → 🐥 at 0.25 /s: P(t) = 1 − 2 e^{−t/4} + e^{−t/2}.
    p_value = stats.kstest(
        result.first_passages, lambda t: 1 - 2 * np.exp(-t / 4) + np.exp(-t / 2)
    ).pvalue
    assert p_value > 1e-4  # the false-alarm rate


def test_output_times_taken_in_blocks_change_nothing(bath, monkeypatch):
    whole = bath.ensemble(6.0, 500, dt=0.5, seed=1)
    monkeypatch.setattr(tabulated, "DEPOSIT_BYTES", 1.0)
    blocks = bath.ensemble(6.0, 500, dt=0.5, seed=1)
    # One matrix product per block: the sums are the same to rounding.
    assert np.abs(whole.populations - blocks.populations).max() < 1e-13
    assert np.array_equal(whole.first_jumps, blocks.first_jumps)


def test_the_number_of_threads_changes_no_bit(bath):
    import numba

    results = []
    for threads in (1, 2):
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        results.append(bath.ensemble(6.0, 1000, dt=0.5, seed=1))
    first, second = results
    assert np.array_equal(first.populations, second.populations)
    assert np.array_equal(first.standard_error, second.standard_error)


def test_dark_starts_never_jump():
    operators = BathOperators.from_terms("🌾💀", np.zeros((2, 2)), [("🌾", "💀", 0.5)])
    bath = QuantumBath(operators, seed=0)
    bath.initialize_emoji("💀")
    result = bath.ensemble(50.0, 10, dt=10.0, seed=0)
    assert np.isinf(result.first_jumps).all()
    assert np.array_equal(result.populations[:, 1], np.ones(6))


def test_sums_do_not_depend_on_how_many_outputs_are_asked_for(bath):
    operators = bath.operators
    tables = build_tables(
        operators.generator,
        operators.hamiltonian.toarray(),
        bath.amplitudes[None],
        5.0,
        1e-9,
    )
    few, many = (
        ran(
            RenewalRun(
                Renewals(tables, operators.generator, np.ones(1), 5.0, (1, 2), 100),
                times,
            )
        )
        for times in (np.array([5.0]), np.linspace(0, 5, 11))
    )
    assert np.abs(few.populations.mean[-1] - many.populations.mean[-1]).max() < 1e-12
