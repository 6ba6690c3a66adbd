"""Numbers of biomes with rhythms, and of registers, found again in histories."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pond import CHANGING, STATIC, pond
from scipy import stats

from spacewheat_sim import World, analysis, learn, load_biome
from spacewheat_sim.content.numbers.paths import matching
from spacewheat_sim.engine.bath.events import Jumped, Measured, event_record
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.shaping.fit import fit_of, strays
from spacewheat_sim.engine.shaping.free_numbers import FreeNumbers
from spacewheat_sim.engine.shaping.histories import read_histories
from spacewheat_sim.engine.shaping.likelihoods import Likelihood, kets_of
from spacewheat_sim.engine.world.commands import Collapse
from spacewheat_sim.errors import ArgumentError, RunError, UnknownNameError
from spacewheat_sim.quantum.analysis.forecast import populations_at
from spacewheat_sim.quantum.analysis.histories.followed import Followed

# Nothing of it ever repeats.
PASSING = """\
schema: 1
name: Passing
emojis: [🌿, 🐇, 🐺]
initial: {emoji: 🌿}
icons:
  - emoji: 🌿
    name: Grass
    couplings: {🐇: 0.4}
    drivers:
      - {rhythm: {shape: ramp, over: 9}, amplitude: 0.5}
      - {rhythm: {shape: cosine, period: 6.2831}, amplitude: 0.3}
  - emoji: 🐇
    name: Rabbit
    transfers_from: {🌿: {rate: 0.3, rhythm: {shape: fade, over: 30}, depth: 0.5}}
    drivers: [{rhythm: {shape: sine, period: 4.1}, amplitude: 0.4}]
    couplings: {🐺: 0.5}
  - {emoji: 🐺, name: Wolf, transfers_from: {🐇: 0.5}, transfers_to: {🌿: 0.4}}
"""
CHANGING_FREE = [
    "🌿.couplings.🐇",
    "🌿.drivers.0.amplitude",
    "🐇.transfers_from.🌿",
    "🐺.transfers_from.🐇",
]


def history(biome: CompiledBiome, seed: int, seconds: float) -> list[Jumped]:
    bath = biome.bath(seed=seed, method="trajectory")
    found: list[Jumped] = []
    while bath.time < seconds:
        step = min(seconds - bath.time, 50_000.0)
        events = bath.evolve_many(step, 1).events
        found += [event for event in events if isinstance(event, Jumped)]
    return found


def standardized(found: Any, true: CompiledBiome) -> list[float]:
    """Return by how many standard errors each number that has one is missed."""
    return [
        (found.values[path] - true.number(path)) / error
        for path, error in found.standard_errors.items()
        if math.isfinite(error)
    ]


def check_gradient(biome: CompiledBiome, seconds: float, free: list[str]) -> None:
    """Compare with differences, extrapolated twice by Richardson."""
    pieces = read_histories(biome, [history(biome, 4, seconds)])
    task = Likelihood(FreeNumbers.of(biome, free, 10.0), pieces)
    count = len(task.numbers.paths)
    here = np.clip(
        np.where(task.numbers.values == 0.0, 0.4, np.linspace(-0.2, 0.2, count)),
        task.numbers.low + 0.05,
        task.numbers.high - 0.05,
    )
    _, found = task.at(here)
    for place, path in enumerate(task.numbers.paths):

        def difference(h: float, place: int = place) -> float:
            step = np.zeros(count)
            step[place] = h
            return (task.at(here + step)[0] - task.at(here - step)[0]) / (2 * h)

        a, b, c = (difference(h) for h in (5e-4, 1e-3, 2e-3))
        near, far = (4 * a - b) / 3, (4 * b - c) / 3
        wanted = (16 * near - far) / 15
        assert found[place] == pytest.approx(wanted, rel=1e-7, abs=1e-10), path


@pytest.mark.parametrize(
    ("text", "free"),
    [
        (
            STATIC,
            [
                "🌿.couplings.🐇",
                "🐺.transfers_from.🐇",
                "🐺.decay.rate",
                "🐺.dephasing",
            ],
        ),
        (
            CHANGING,
            ["🌿.couplings.*", "🌿.drivers.*", "🐇.transfers_from.*", "🐺.dephasing"],
        ),
        (PASSING, ["🌿.drivers.*", "🐇.transfers_from.*", "🐺.transfers_to.*"]),
    ],
)
def test_gradients_of_likelihoods_are_those_of_differences(
    text: str, free: list[str], tmp_path: Path
) -> None:
    biome = pond(tmp_path, text)
    known = matching(free, biome.numbers)
    paths = [p for p in known if not p.endswith(("period", "over"))]
    check_gradient(biome, 40.0, paths)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "free"),
    [
        ("desert_bloom", ["🌵.*", "🏜.*"]),
        ("qubit_farm", ["☀.*", "🌾.*", "🌧.*", "rhythms.day.phase"]),
        ("forest", ["🐺.*", "🐇.*", "☀.*"]),
        ("night_shift", ["🦉.*", "🍄.*", "rhythms.night.phase"]),
    ],
)
def test_gradients_of_built_in_biomes_are_those_of_differences(
    name: str, free: list[str]
) -> None:
    check_gradient(load_biome(name), 900.0, free)


def test_a_static_history_followed_is_as_likely_as_from_tables(tmp_path: Path) -> None:
    biome = pond(tmp_path, STATIC)
    jumps = history(biome, 5, 200.0)
    pieces = read_histories(biome, [jumps])
    operators = biome.operators
    followed = Followed(operators.generator, operators.drive, pieces, kets_of(biome))
    rates = [
        sum(
            term.rate
            for term in operators.jumps
            if operators.emojis[term.source] == jump.source
            and operators.emojis[term.target] == jump.target
        )
        for jump in jumps
    ]
    found = 2 * followed.logarithm + math.fsum(map(math.log, rates))
    plain = [(jump.time, jump.source, jump.target) for jump in jumps]
    wanted = analysis.log_likelihood(biome, plain, "🌿", jumps[-1].time)
    assert found == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("text", [CHANGING, PASSING])
def test_survival_under_drivers_is_that_of_density_matrices(
    text: str, tmp_path: Path
) -> None:
    biome = pond(tmp_path, text)
    operators = biome.operators
    pieces = read_histories(biome, [history(biome, 6, 40.0)])
    followed = Followed(operators.generator, operators.drive, pieces, kets_of(biome))
    for p in range(min(8, pieces.times.size)):
        rho = np.zeros((len(operators), len(operators)), dtype=np.complex128)
        rho[pieces.starts[p], pieces.starts[p]] = 1.0
        wanted = populations_at(
            operators.generator,
            operators.drive,
            rho,
            float(pieces.begins[p]),
            pieces.times[p : p + 1],
        )[0]
        survival = np.exp(2 * followed.logarithms[p, 0])
        found = survival * np.abs(followed.ends[p]) ** 2
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_numbers_of_a_driven_biome_are_found_again(tmp_path: Path) -> None:
    """Four standardized errors; the largest exceeds 4.5 once in 30,000."""
    true = pond(tmp_path, CHANGING)
    start = true.with_all({"🐺.transfers_from.🐇": 0.2, "🌿.drivers.0.amplitude": 0.9})
    found = learn(start, [history(true, 8, 1500.0)], CHANGING_FREE)
    assert max(map(abs, standardized(found, true))) < 4.5
    assert found.fit > 1e-4


@pytest.mark.slow
def test_errors_under_drivers_are_as_large_as_is_said(tmp_path: Path) -> None:
    """χ² of 48 standardized errors: outside of 22 … 84 but once in 1000."""
    true = pond(tmp_path, CHANGING)
    missed = [
        own
        for seed in range(12)
        for own in standardized(
            learn(true, [history(true, seed, 3000.0)], CHANGING_FREE), true
        )
    ]
    assert len(missed) == 48
    assert 22.0 < sum(own**2 for own in missed) < 84.0


STEADY = [
    ("hiding_place", ["*.couplings.*", "*.dephasing", "🦩.*"], 1_900_000.0),
    ("cheese_cellar", ["🥛.couplings.*", "*.transfers_to.*"], 330_000.0),
    ("harbor", ["*.couplings.*", "*.transfers_to.*"], 164_000.0),
]


def learned_from(name: str, free: list[str], seconds: float, seed: int) -> Any:
    """Return what is learned with the search begun beside the true numbers."""
    true = load_biome(name)
    paths = [
        path
        for path in matching(free, true.numbers)
        if true.number(path) and not path.endswith("value")
    ]
    beside = {
        path: true.number(path) * (1.3 if place % 2 else 0.75)
        for place, path in enumerate(paths)
    }
    return learn(true.with_all(beside), [history(true, seed, seconds)], paths)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "free", "seconds"), STEADY)
def test_built_in_biomes_are_learned_from_100_000_jumps(
    name: str, free: list[str], seconds: float
) -> None:
    """Of 5, 7 and 13 numbers all are within 3 errors but once in 15."""
    found = learned_from(name, free, seconds, 1)
    assert found.jumps > 100_000
    assert max(map(abs, standardized(found, load_biome(name)))) < 3.0
    assert found.fit > 1e-3


@pytest.mark.slow
@pytest.mark.parametrize(("name", "free", "seconds"), STEADY)
def test_errors_of_built_in_biomes_are_as_large_as_is_said(
    name: str, free: list[str], seconds: float
) -> None:
    """χ² of all standardized errors of 8 seeds: out of its bounds once in 1000."""
    true = load_biome(name)
    missed = [
        own
        for seed in range(8)
        for own in standardized(learned_from(name, free, seconds / 15, seed), true)
    ]
    low, high = stats.chi2.ppf([5e-4, 1 - 5e-4], len(missed))
    assert low < sum(own**2 for own in missed) < high


@pytest.mark.slow
def test_a_built_in_biome_is_learned_from_100_000_jumps() -> None:
    """Four errors within 3: all of them but once in 90."""
    true = load_biome("night_shift")
    free = [
        "🍄.transfers_from.🍂",
        "🍄.transfers_to.🍂",
        "🦉.transfers_from.🦇",
        "rhythms.night.phase",
    ]
    start = true.with_all({free[0]: 0.5, free[2]: 0.3, free[3]: math.pi + 0.4})
    found = learn(start, [history(true, 1, 340_000.0)], free)
    assert found.jumps > 100_000
    assert max(map(abs, standardized(found, true))) < 3.0
    assert found.fit > 1e-3


def test_numbers_of_a_register_are_found_again() -> None:
    """Three standardized errors; the largest exceeds 4.5 once in 40,000."""
    true = load_biome("qubit_farm")
    free = ["🌊.transfers_from.🏜", "🌾.transfers_from.🌱", "🌾.alignments.☀"]
    found = learn(true, [history(true, 3, 900.0)], free)
    assert found.jumps > 300
    assert max(map(abs, standardized(found, true))) < 4.5
    assert found.fit > 1e-4


def test_a_wrong_rhythm_does_not_fit(tmp_path: Path) -> None:
    true = pond(tmp_path, CHANGING)
    jumps = history(true, 9, 4000.0)
    wrong = true.with_("🌿.drivers.0.amplitude", 3.0)
    assert learn(wrong, [jumps], ["🍂.transfers_to.🌿"]).fit < 1e-6


def test_short_logs_of_the_right_biome_fit(tmp_path: Path) -> None:
    """Waits that end within 3 s are short, and none the odder for it."""
    egg = load_biome("decay_chain")
    for seed in range(120):
        folder = tmp_path / str(seed)
        folder.mkdir()
        jumps = [event_record(jump) for jump in history(egg, seed, 3.0)]
        lines = "\n".join(map(json.dumps, jumps))
        (folder / "events.jsonl").write_text(lines, encoding="utf-8")
        run = {"parameters": {"biome": "decay_chain", "steps": 30, "dt": 0.1}}
        (folder / "meta.json").write_text(json.dumps(run), encoding="utf-8")
    logs = sorted(tmp_path.iterdir())
    found = learn(egg, logs, ["🥚.decay.rate", "🐣.decay.rate"])
    assert max(map(abs, standardized(found, egg))) < 4.0
    assert found.fit > 0.01


def test_waits_cut_short_count_as_far_as_they_were_seen() -> None:
    waited = np.minimum(np.random.default_rng(3).exponential(size=400), 0.5)
    ended = waited < 0.5
    assert strays(waited, ended) > 0.01
    assert strays(waited[ended], ended[ended]) < 1e-6


@pytest.mark.parametrize(
    ("draw", "low", "high"),
    [("exponential", 30, 75), ("uniform", 490, 500)],
)
def test_how_far_jumps_stray_is_as_probable_as_said(
    draw: str, low: int, high: int
) -> None:
    """Of 500 right samples 50 are below 0.1: from 30 to 75 but once in 1000."""
    stream = np.random.default_rng(7)
    ended = np.ones(120, dtype=np.bool_)
    samples = [
        stream.exponential(size=120)
        if draw == "exponential"
        else stream.uniform(0.5, 1.5, size=120)
        for _ in range(500)
    ]
    assert low <= sum(strays(own, ended) < 0.1 for own in samples) <= high


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_few_jumps_look_odd_as_seldom_as_many(count: int) -> None:
    """Of 3000 about 30 are below 0.01 and 300 below 0.1, and never twice as many."""
    stream = np.random.default_rng(11)
    ended = np.ones(count, dtype=np.bool_)
    found = np.array(
        [strays(stream.exponential(size=count), ended) for _ in range(3000)]
    )
    assert 12 <= np.count_nonzero(found < 0.01) <= 50
    assert 180 <= np.count_nonzero(found < 0.1) <= 360


@pytest.mark.slow
def test_fits_of_the_right_biome_are_evenly_spread() -> None:
    """Of 300 histories of hiding_place; Kolmogorov's distance, once in 1000."""
    true = load_biome("hiding_place")
    numbers = FreeNumbers.of(true, ["🦩.*"], 10.0)
    # At the end, so that the last wait is cut short and not left out.
    looked = Measured(1500.0, "🦩", "🪷", "projective", 1.0, None)
    found = []
    for seed in range(300):
        seen = [*history(true, seed, 1500.0), looked]
        task = Likelihood(numbers, read_histories(true, [seen]))
        found.append(fit_of(true.operators, task))
    assert stats.kstest(found, "uniform").pvalue > 1e-3


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("initial.weights.🌿", "not where it began"),
        ("🌿.drivers.0.rhythm.period", "how long a rhythm takes"),
    ],
)
def test_numbers_that_cannot_be_learned_are_refused(
    path: str, said: str, tmp_path: Path
) -> None:
    biome = pond(tmp_path, CHANGING)
    with pytest.raises(ArgumentError, match=said):
        learn(biome, [(1.0, "🌿", "🐇"), (2.0, "🐇", "🐺")], [path])


@pytest.mark.parametrize("text", [STATIC, CHANGING], ids=["static", "changing"])
def test_waits_too_long_to_be_followed_are_refused(text: str, tmp_path: Path) -> None:
    """A path of 10^20 steps has no room in any memory."""
    history = [(1e20, "🌿", "🐇"), (2e20, "🐇", "🐺")]
    with pytest.raises(RunError, match=r"A wait of .* cannot be followed: it takes"):
        learn(pond(tmp_path, text), history, ["🐇.transfers_from.🌿"])


def test_a_jump_at_once_is_as_dense_as_its_rate(tmp_path: Path) -> None:
    """After 0 s in a biome that never repeats there is no time to cut into cells."""
    text = CHANGING.replace("sine, period: 7, phase: 0.3", "ramp, over: 9")
    text = text.replace("{weights: {🌿: 0.6, 🐇: 0.3, 🍂: 0.1}}", "{emoji: 🌿}")
    found = learn(pond(tmp_path, text), [(0.0, "🌿", "🐇")], ["🐇.transfers_from.🌿"])
    # The more, the likelier: 1000 times the rate of 0.3 /s, in full at time 0.
    assert found.bounded == ("🐇.transfers_from.🌿",)
    assert found.log_likelihood == pytest.approx(math.log(300.0), rel=1e-12)


def test_the_edges_of_pulses_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"rhythms.rain.duty cannot be learned"):
        learn(load_biome("desert_bloom"), [], ["rhythms.rain.duty"])
    with pytest.raises(UnknownNameError, match="night"):
        learn(load_biome("night_shift"), [], ["rhythms.nigth.phase"])


@pytest.mark.parametrize("is_disturbed", [False, True])
def test_a_register_is_learned_from_until_it_is_disturbed(
    is_disturbed: bool, tmp_path: Path
) -> None:
    world = World(["qubit_farm"], seed=2, dt=0.5)
    with SessionLog(tmp_path / "session.jsonl") as log:
        log.begin(world)
        for _ in range(40):
            log.tick(world)
        log.tick(world, [Collapse("qubit_farm", "🌾", 0.5)] if is_disturbed else [])
        for _ in range(40):
            log.tick(world)
        log.end(world)
    pieces = read_histories(load_biome("qubit_farm"), log.path)
    last = float(pieces.begins[-1] + pieces.times[-1])
    assert last == pytest.approx(20.5 if is_disturbed else 40.5, abs=0.51)


def test_jumps_of_a_register_that_cannot_be_told_apart_are_refused(
    tmp_path: Path,
) -> None:
    file = tmp_path / "gated.yaml"
    file.write_text(
        "schema: 1\nname: Gated\nregister: [{north: ☀, south: 🌙}, "
        "{north: 🌾, south: 🌱}]\ninitial: uniform\nicons:\n"
        "  - {emoji: 🌾, name: Grain, transfers_from: {🌱: {rate: 0.5, when: ☀}}}\n"
        "  - {emoji: 🌱, name: Seedling, transfers_to: {🌾: {rate: 0.2, unless: ☀}}}\n",
        encoding="utf-8",
    )
    gated = load_biome(file)
    free = ["🌾.transfers_from.🌱"]
    with pytest.raises(ArgumentError, match="does not say which of them came"):
        learn(gated, [(1.0, "🌱", "🌾")], free)
    jump = {"event": "jumped", "time": 1.0, "source": "🌱", "target": "🌾"}
    acted = jump | {"icon": "🌾", "kind": "transfer"}
    log = tmp_path / "events.jsonl"
    log.write_text(json.dumps(acted), encoding="utf-8")
    (known,) = read_histories(gated, log).operators.tolist()
    assert gated.operators.jumps[known].when == gated.operators.index("☀")
