"""Every way in which content can be wrong is told, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from spacewheat_sim.content.biome import MOST_EMOJIS, BiomeFile
from spacewheat_sim.content.challenge.challenge import ChallengeFile
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.icon import Icon, IconFile
from spacewheat_sim.content.problems import Problem, show_key_path
from spacewheat_sim.content.rhythms.rate import ChangingRate
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.content.yaml.builder import MAX_NODES
from spacewheat_sim.content.yaml.loader import MAX_BYTES, parse_yaml
from spacewheat_sim.emoji import known_emojis
from spacewheat_sim.engine.challenges.compiled import playing_problems
from spacewheat_sim.lab.scenario_problems import scenario_problems

BAD = Path(__file__).parents[1] / "content_bad"
FIXTURES = sorted(path.stem for path in BAD.glob("*.yaml"))

# rule, line, column, key path of each problem of each file
EXPECTED = {
    "axis_named_twice": [
        ("repeated-axis", 4, 31, "axes[1]"),
    ],
    "couplings_that_cancel": [
        ("canceled-coupling", 3, 10, "emojis[0]"),
    ],
    "driver_that_nothing_feels": [
        ("idle-driver", 3, 10, "emojis[0]"),
    ],
    "emoji_alone": [
        ("isolated", 3, 17, "emojis[2]"),
    ],
    "emojis_without_a_comma": [
        ("emoji", 3, 10, "emojis[0]"),
        ("emoji", 3, 21, "emojis[2]"),
        ("emoji", 3, 28, "emojis[3]"),
        ("emoji", 3, 38, "emojis[4]"),
    ],
    "experiment_that_cannot_run": [
        ("parameter", 4, 17, "parameters.L"),
        ("parameter", 4, 23, "parameters.T"),
        ("unknown-parameter", 4, 27, "parameters.LL"),
    ],
    "keycap_without_quotes": [
        ("syntax", 3, 13, "file"),
    ],
    "line_ends_of_another_yaml": [
        ("syntax", 1, 10, "file"),
    ],
    "no_blank_after_colon": [
        ("blank", 4, 21, "initial.weights.☀:0.6"),
        ("blank", 4, 28, "initial.weights.💧:0.4"),
    ],
    "no_break_space_indent": [
        ("syntax", 5, 1, "file"),
    ],
    "parts_without_a_bridge": [
        ("disconnected", 3, 9, "emojis"),
    ],
    "terms_mostly_dropped": [
        ("mostly-dropped", 3, 9, "emojis"),
    ],
    "trap": [
        ("trap", 3, 10, "emojis[0]"),
    ],
    "unknown_experiment": [
        ("unknown-experiment", 3, 13, "experiment"),
    ],
    "yaml_of_another_version": [
        ("version", 1, 1, "file"),
    ],
    "empty_layer": [
        ("empty-layer", 4, 10, "layers.bsae"),
    ],
    "layers_of_a_biome": [
        ("greater_than_equal", 4, 16, "layers.base"),
        ("name", 4, 20, "layers.bad layer"),
    ],
    "rhythm_without_sense": [
        ("less_than", 3, 42, "rhythms.blink.duty"),
        ("name", 4, 3, "rhythms.2nd"),
        ("depth-of-nothing", 8, 24, "icons[0].decay.depth"),
        ("less_than_equal", 9, 77, "icons[0].transfers_to.💧.depth"),
    ],
    "rhythm_of_other_keys": [
        ("no-length", 3, 9, "rhythms.tide"),
        ("idle-key", 3, 25, "rhythms.tide.over"),
        ("idle-key", 4, 32, "rhythms.hour.period"),
    ],
    "two_icons_in_a_layer": [
        ("twin-icons", 5, 13, "icons[1].emoji"),
        ("extends-nothing", 7, 29, "icons[3].extends"),
    ],
    "unknown_rhythm": [
        ("unknown-rhythm", 5, 24, "icons[0].drivers[0].rhythm"),
        ("unknown-rhythm", 6, 32, "icons[0].decay.rhythm"),
    ],
    "no_icons_at_all": [
        ("empty-file", 1, 1, "file"),
    ],
    "absent_initial_emoji": [
        ("absent-initial", 4, 18, "initial.emoji"),
    ],
    "alias_and_anchor": [
        ("anchor", 4, 20, "initial.weights"),
        ("alias", 5, 8, "axes[0]"),
    ],
    "axis_of_absent_emoji": [
        ("absent-axis", 4, 26, "axes[0].south"),
    ],
    "axis_of_one_emoji": [
        ("flat-axis", 4, 26, "axes[0].south"),
    ],
    "bad_coupling": [
        ("complex", 5, 21, "icons[0].couplings.💧"),
    ],
    "chain_over_absent_emoji": [
        ("absent-in-chain", 6, 5, "markov.chain.🌵"),
        ("absent-in-chain", 7, 9, "markov.chain.☀.🌵"),
    ],
    "chain_row_empty": [
        ("empty-row", 6, 5, "markov.chain.☀"),
        ("empty-row", 7, 5, "markov.chain.💧"),
    ],
    "chain_row_negative": [
        ("greater_than_equal", 4, 26, "markov.chain.☀.💧"),
    ],
    "chain_row_sum": [
        ("row-sum", 4, 18, "markov.chain.☀"),
    ],
    "chain_with_missing_row": [
        ("missing-row", 5, 10, "markov.chain"),
    ],
    "claim_of_absent_emoji": [
        ("absent-in-claim", 5, 17, "claims[0].coherence"),
    ],
    "ground_that_is_not_there": [
        ("absent-ground", 7, 15, "harvest.to"),
    ],
    "claim_of_absent_jump": [
        ("mostly-dropped", 3, 9, "emojis"),
        ("absent-jump", 5, 13, "claims[0].first"),
    ],
    "claim_of_no_axis": [
        ("claimed-axes", 10, 17, "claims[0].coherence"),
    ],
    "claim_of_no_pair": [
        ("pair", 5, 13, "claims[0].jumps"),
    ],
    "claim_of_other_axes": [
        ("claimed-axes", 12, 19, "claims[0].information"),
        ("claimed-axes", 12, 19, "claims[0].information"),
        ("claimed-axes", 13, 17, "claims[1].coherence"),
        ("claimed-axes", 14, 19, "claims[2].information"),
    ],
    "information_of_levels": [
        ("claimed-axes", 5, 6, "claims[0].information"),
    ],
    "claim_without_sense": [
        ("claim", 5, 5, "claims[0]"),
        ("claim", 6, 29, "claims[1].mean"),
        ("claim", 7, 5, "claims[2]"),
        ("claim", 8, 26, "claims[3].over"),
        ("claim", 9, 40, "claims[4].rate"),
        ("claim", 10, 5, "claims[5]"),
        ("claim", 11, 36, "claims[6].value"),
        ("claimed-axes", 12, 6, "claims[7].information"),
        ("claim", 13, 6, "claims[8].purity"),
    ],
    "custom_tag": [
        ("tag", 4, 14, "description"),
    ],
    "driver_too_fast": [
        ("fast-rhythm", 8, 48, "icons[0].drivers[0].rhythm.period"),
    ],
    "duplicate_key": [
        ("duplicate-key", 5, 5, "icons[0].name"),
    ],
    "emoji_key_with_and_without_selector": [
        ("duplicate-key", 5, 25, "icons[0].couplings.☀️"),
    ],
    "emoji_listed_twice": [
        ("twin-emojis", 3, 17, "emojis[2]"),
    ],
    "emoji_without_icon": [
        ("inert", 3, 13, "emojis[1]"),
    ],
    "empty": [
        ("empty", 1, 1, "file"),
    ],
    "icon_name_as_emoji": [
        ("emoji", 4, 18, "initial.emoji"),
    ],
    "list_at_top": [
        ("model_type", 1, 1, "file"),
    ],
    "many_at_once": [
        ("extra_forbidden", 4, 1, "initail"),
        ("zero-weights", 5, 20, "initial.weights"),
        ("flat-axis", 6, 26, "axes[0].south"),
        ("less_than_equal", 7, 40, "evolution.tolerance"),
        ("self-coupling", 9, 40, "icons[0].couplings.💧"),
        ("greater_than_equal", 9, 59, "icons[0].dephasing"),
        ("self-coupling", 10, 41, "icons[1].couplings.🌿"),
    ],
    "mapping_as_key": [
        ("key", 4, 11, "initial"),
    ],
    "meta_not_finite": [
        ("free-data", 3, 7, "meta"),
    ],
    "merge_key": [
        ("merge", 4, 13, "evolution"),
    ],
    "missing_keys": [
        ("missing", 3, 5, "icons[0].name"),
        ("missing", 4, 12, "icons[0].decay.rate"),
    ],
    "negative_rate": [
        ("greater_than_equal", 5, 24, "icons[0].transfers_to.💧"),
        ("greater_than_equal", 6, 19, "icons[0].decay.rate"),
    ],
    "negative_weight": [
        ("greater_than_equal", 4, 31, "initial.weights.💧"),
    ],
    "nested_too_deeply": [
        ("depth", 2, 31, "file"),
    ],
    "no_emojis": [
        ("too_short", 3, 9, "emojis"),
    ],
    "not_utf8": [
        ("encoding", 2, 8, "file"),
    ],
    "not_yaml": [
        ("syntax", 3, 7, "file"),
    ],
    "number_as_key": [
        ("key", 4, 21, "initial.weights"),
    ],
    "number_as_word": [
        ("string_type", 5, 18, "icons[0].description"),
        ("int_type", 6, 20, "icons[0].trophic_level"),
        ("tuple_type", 7, 11, "icons[0].tags"),
    ],
    "only_comments": [
        ("empty", 1, 1, "file"),
    ],
    "option_of_another_method": [
        ("idle-option", 4, 29, "evolution.hamiltonian_step"),
        ("idle-option", 4, 55, "evolution.active_threshold"),
    ],
    "own_icon_of_absent_emoji": [
        ("idle-icon", 5, 13, "icons[0].emoji"),
    ],
    "rates_not_finite": [
        ("finite_number", 5, 24, "icons[0].transfers_to.💧"),
        ("finite_number", 6, 16, "icons[0].dephasing"),
        ("finite_number", 7, 21, "icons[0].couplings.🌿"),
    ],
    "scenario_parameter": [
        ("parameter", 4, 24, "parameters.g"),
        ("parameter", 4, 40, "parameters.boundary"),
        ("greater_than_equal", 5, 7, "seed"),
    ],
    "schema_missing": [
        ("missing", 1, 1, "schema"),
    ],
    "self_coupling": [
        ("self-coupling", 5, 26, "icons[0].couplings.🌵"),
    ],
    "self_decay": [
        ("self-decay", 5, 32, "icons[0].decay.target"),
    ],
    "self_transfer": [
        ("self-transfer", 5, 20, "icons[0].transfers_to.🌵"),
        ("self-transfer", 6, 22, "icons[0].transfers_from.🌵"),
    ],
    "stationary_without_chain": [
        ("no-chain", 4, 19, "initial.markov"),
    ],
    "tab_indent": [
        ("syntax", 3, 1, "file"),
    ],
    "tolerance_out_of_range": [
        ("less_than_equal", 4, 24, "evolution.tolerance"),
        ("greater_than", 4, 47, "evolution.active_threshold"),
    ],
    "tolerance_without_meaning": [
        ("idle-option", 4, 27, "evolution.tolerance"),
    ],
    "two_documents": [
        ("documents", 2, 1, "file"),
    ],
    "two_icons": [
        ("twin-icons", 5, 12, "icons[1].emoji"),
    ],
    "two_initials": [
        ("initial", 4, 10, "initial"),
    ],
    "two_own_icons": [
        ("twin-icons", 6, 13, "icons[1].emoji"),
    ],
    "unknown_initial": [
        ("initial", 4, 10, "initial"),
    ],
    "unknown_key": [
        ("extra_forbidden", 5, 5, "icons[0].self_enrgy"),
    ],
    "unknown_method": [
        ("literal_error", 4, 21, "evolution.method"),
    ],
    "unknown_shape": [
        ("literal_error", 5, 15, "icons[0].drivers[0].rhythm.shape"),
    ],
    "weight_of_absent_emoji": [
        ("absent-initial", 4, 27, "initial.weights.🌵"),
    ],
    "weights_all_zero": [
        ("zero-weights", 4, 20, "initial.weights"),
    ],
    "control_characters": [
        ("control-character", 2, 7, "name"),
        ("control-character", 3, 14, "emojis[1]"),
        ("control-character", 5, 1, "file"),
    ],
    "word_as_number": [
        ("float_type", 5, 18, "icons[0].self_energy"),
        ("float_type", 6, 16, "icons[0].dephasing"),
    ],
    "wrong_schema": [
        ("schema", 1, 9, "schema"),
    ],
    "gate_on_own_axis": [
        ("kind-of-biome", 7, 36, "icons[0].transfers_to.🌙.when"),
        ("kind-of-biome", 7, 62, "icons[0].transfers_to.🌾.unless"),
        ("kind-of-biome", 10, 47, "icons[1].transfers_from.🍄.unless"),
    ],
    "pair_of_one_axis": [
        ("kind-of-biome", 7, 22, "icons[0].pair_couplings.🌙"),
        ("kind-of-biome", 8, 18, "icons[0].alignments.🌙"),
    ],
    "poles_of_levels": [
        ("poles", 4, 11, "initial.poles"),
    ],
    "register_and_emojis": [
        ("kind", 4, 1, "register"),
    ],
    "register_axis_of_two": [
        ("register-axes", 4, 8, "axes[0]"),
    ],
    "register_empty": [
        ("too_short", 3, 11, "register"),
    ],
    "register_of_nine_axes_under_master": [
        ("many-axes", 4, 3, "register"),
    ],
    "register_pole_twice": [
        ("twin-poles", 3, 54, "register[1].south"),
    ],
    "register_poles": [
        ("poles", 4, 22, "initial.poles[1]"),
        ("poles", 4, 26, "initial.poles[2]"),
    ],
    "register_weights": [
        ("register-weights", 4, 24, "initial.weights.☀"),
        ("register-weights", 4, 33, "initial.weights.🌾"),
        ("register-weights", 4, 42, "initial.weights.🍄"),
    ],
    "register_with_chain": [
        ("register-chain", 4, 19, "initial.markov"),
        ("register-chain", 5, 1, "markov"),
    ],
    "register_with_spec": [
        ("register-method", 4, 21, "evolution.method"),
    ],
    "registers_only_in_levels": [
        ("kind-of-biome", 7, 5, "icons[0].pair_couplings"),
        ("kind-of-biome", 8, 5, "icons[0].alignments"),
        ("kind-of-biome", 9, 36, "icons[0].transfers_to.🌙.when"),
    ],
    "self_pair_coupling": [
        ("self-coupling", 7, 22, "icons[0].pair_couplings.☀"),
        ("self-coupling", 8, 18, "icons[0].alignments.☀"),
    ],
    "challenge_acts_without_sense": [
        ("act", 7, 5, "acts[0]"),
        ("act", 8, 5, "acts[1]"),
        ("act", 9, 5, "acts[2]"),
        ("act", 10, 22, "acts[3].strength"),
        ("act", 11, 43, "acts[4].between"),
    ],
    "challenge_goals_without_sense": [
        ("goal", 11, 39, "goal.quantities[0].period"),
        ("goal", 12, 8, "goal.quantities[1].steady"),
        ("goal", 13, 28, "goal.quantities[2].at"),
        ("goal", 14, 30, "goal.quantities[3].over"),
        ("goal", 15, 38, "goal.quantities[4].value"),
        ("goal", 16, 7, "goal.quantities[5]"),
    ],
    "challenge_in_no_biome": [
        ("unplayable", 3, 8, "biome"),
    ],
    "challenge_malformed": [
        ("greater_than", 4, 10, "seconds"),
        ("greater_than_equal", 7, 28, "acts[0].cost"),
        ("pair", 8, 15, "acts[1].measure"),
        ("less_than_equal", 9, 29, "acts[2].strength"),
        ("greater_than", 11, 19, "goal.harvested.🐇"),
        ("missing", 12, 8, "stars[2]"),
        ("literal_error", 13, 7, "sees"),
        ("extra_forbidden", 14, 1, "budgets"),
    ],
    "challenge_of_absent_things": [
        ("unplayable", 7, 15, "acts[0].harvest"),
        ("unplayable", 8, 12, "acts[1].gate"),
        ("unplayable", 9, 12, "acts[2].gate"),
        ("unplayable", 10, 12, "acts[3].edit"),
        ("unplayable", 11, 12, "acts[4].edit"),
        ("unplayable", 12, 12, "acts[5].edit"),
        ("unplayable", 13, 14, "acts[6].weight"),
        ("unplayable", 14, 15, "acts[7].measure"),
        ("unplayable", 16, 19, "goal.harvested.🐺"),
        ("unplayable", 18, 15, "goal.quantities[0].jumps"),
        ("unplayable", 19, 20, "goal.quantities[1].population"),
        ("unplayable", 20, 21, "goal.quantities[2].information"),
    ],
    "challenge_rules_broken": [
        ("guess", 1, 1, "file"),
        ("steps", 5, 7, "step"),
        ("unpayable", 8, 28, "acts[0].cost"),
        ("act", 9, 5, "acts[1]"),
        ("goal", 11, 7, "goal"),
        ("stars", 12, 8, "stars"),
        ("guess", 13, 48, "hidden.values"),
    ],
    "challenge_without_steps": [("steps", 5, 7, "step")],
    "transfer_values": [
        ("missing", 7, 24, "icons[0].transfers_to.🌙.rate"),
        ("greater_than_equal", 7, 47, "icons[0].transfers_to.🌾.rate"),
        ("float_type", 7, 56, "icons[0].transfers_to.🍄"),
        ("extra_forbidden", 8, 38, "icons[0].transfers_from.🌙.wen"),
        ("greater_than_equal", 8, 52, "icons[0].transfers_from.🌾"),
        ("emoji", 8, 80, "icons[0].transfers_from.🍄.when"),
    ],
}

DEAD_RULES = {
    *("isolated", "disconnected", "trap", "canceled-coupling", "mostly-dropped"),
    *("idle-driver", "repeated-axis"),
}
WARNINGS = {"empty-layer", "idle-icon", "row-sum", "inert"} | DEAD_RULES

PARSER_RULES = {
    *("syntax", "encoding", "empty", "documents", "depth", "alias", "anchor", "tag"),
    *("merge", "key", "duplicate-key", "control-character", "blank", "version"),
}
SCHEMA_RULES = {
    *("extra_forbidden", "missing", "literal_error", "emoji", "complex", "initial"),
    *("schema", "parameter", "float_type", "int_type", "string_type", "tuple_type"),
    *("model_type", "too_short", "finite_number", "greater_than"),
    *("greater_than_equal", "less_than_equal", "less_than", "name"),
    *("pair", "free-data"),
}


CHECK_RULES = {
    *("absent-jump", "inert", "empty-layer", "kind-of-biome", "unknown-rhythm"),
    *("unknown-experiment", "unknown-parameter", "unplayable"),
} | DEAD_RULES


def problems_of(name: str) -> tuple[Problem, ...]:
    return check_content(
        [BAD / f"{name}.yaml"], scenario_problems, playing_problems
    ).problems


def only_problem(name: str) -> str:
    (problem,) = problems_of(name)
    return str(problem).partition("content_bad/")[2]


@pytest.mark.parametrize("name", FIXTURES)
def test_each_bad_file_is_reported_at_its_places(name: str) -> None:
    found = [
        (problem.rule, problem.line, problem.column, show_key_path(problem.key_path))
        for problem in problems_of(name)
    ]
    assert found == EXPECTED[name]


@pytest.mark.parametrize("name", FIXTURES)
def test_only_harmless_rules_are_warnings(name: str) -> None:
    for problem in problems_of(name):
        assert (problem.severity == "warning") == (problem.rule in WARNINGS)


def test_every_rule_is_broken_by_some_file() -> None:
    broken = {rule for places in EXPECTED.values() for rule, *_ in places}
    models = (Icon, IconFile, BiomeFile, Rhythm, ChangingRate, ChallengeFile)
    rules = {rule.name for model in models for rule in model.rules}
    assert broken == rules | PARSER_RULES | SCHEMA_RULES | CHECK_RULES


def test_malformed_and_meaningless_are_told_apart() -> None:
    kinds = {p.rule: p.kind for name in FIXTURES for p in problems_of(name)}
    assert kinds["extra_forbidden"] == kinds["duplicate-key"] == "malformed"
    assert kinds["self-coupling"] == kinds["greater_than_equal"] == "meaningless"
    assert kinds["finite_number"] == "meaningless"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "self_coupling",
            (
                "self_coupling.yaml:5:26: icons[0].couplings.🌵: 🌵 couples to itself; "
                "wanted `self_energy` for the energy of the emoji itself"
            ),
        ),
        (
            "unknown_method",
            (
                "unknown_method.yaml:4:21: evolution.method: unknown value 'trajctory';"
                " wanted one of trajectory, master, spec (did you mean trajectory?)"
            ),
        ),
        (
            "chain_row_sum",
            (
                "chain_row_sum.yaml:4:18: markov.chain.☀: warning: the row of ☀ sums "
                "to 1.4 and is normalized; wanted a sum of 1"
            ),
        ),
        (
            "empty",
            "empty.yaml:1:1: file: is empty; wanted a mapping with `schema: 1`",
        ),
    ],
)
def test_a_report_reads_as_promised(name: str, line: str) -> None:
    assert only_problem(name) == line


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("unknown_key", "(did you mean self_energy?)"),
        ("unknown_shape", "(did you mean cosine?)"),
        ("unknown_initial", "(did you mean uniform?)"),
        ("icon_name_as_emoji", "(did you mean ☀?)"),
    ],
)
def test_a_near_miss_gets_a_suggestion(name: str, suggestion: str) -> None:
    assert only_problem(name).endswith(suggestion)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("duplicate_key", ":4:5"),
        ("emoji_key_with_and_without_selector", ":5:17"),
        ("emoji_listed_twice", ":3:10"),
        ("two_icons", ":3:12"),
        ("two_own_icons", ":5:13"),
    ],
)
def test_a_repetition_names_both_places(name: str, first: str) -> None:
    assert f"{name}.yaml{first};" in only_problem(name)


def test_two_icons_in_two_files_name_both_places(tmp_path: Path) -> None:
    text = "schema: 1\nicons:\n  - {emoji: 🌵, name: Cactus}\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    (problem,) = check_content([tmp_path]).problems
    assert problem.path == str(tmp_path / "b.yaml")
    assert f"first at {tmp_path / 'a.yaml'}:3:13" in problem.message


def test_all_files_are_reported_together() -> None:
    report = check_content([BAD], scenario_problems, playing_problems)
    assert report.files == len(FIXTURES)
    assert {Path(problem.path).stem for problem in report.problems} == set(FIXTURES)


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    (problem,) = check_content([path]).problems
    assert "too large" in problem.message


def test_too_many_values_are_refused() -> None:
    document = parse_yaml(b"[" + b"0," * MAX_NODES + b"]", "many.yaml")
    assert [problem.rule for problem in document.problems] == ["nodes"]


def test_a_missing_file_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    (problem,) = check_content([tmp_path / "nowhere.yaml"]).problems
    assert problem.message == "cannot be read: no such file or directory"


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    (problem,) = check_content([tmp_path]).problems
    assert problem.message == "the folder contains no content"


def many(count: int) -> list[str]:
    """Return different emojis."""
    return sorted(known_emojis() - set("#*0123456789"))[-count:]


def test_a_biome_has_a_most_of_emojis(tmp_path: Path) -> None:
    file = tmp_path / "crowd.yaml"
    for count, fine in ((MOST_EMOJIS, True), (MOST_EMOJIS + 1, False)):
        emojis = ", ".join(many(count))
        file.write_text(f"schema: 1\nname: Crowd\nemojis: [{emojis}]\n", "utf-8")
        found = check_content([file]).problems
        problems = [p for p in found if p.severity == "error"]
        assert (not problems) is fine
    assert "there are more than 2,048; wanted at most 2,048" in str(problems[0])
