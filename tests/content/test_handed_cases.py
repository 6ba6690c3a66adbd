"""Small files that once were read wrongly, each with what is said of it today."""

from __future__ import annotations

from pathlib import Path

import pytest

from spacewheat_sim import load_biome
from spacewheat_sim.content.checks.check import check_content

HEAD = "schema: 1\nname: T\n"
TWO = HEAD + "emojis: [🐇, 🍂]\n"
ICONS = TWO + "icons:\n"
# The file, and the rules that it breaks with the severity of each.
CASES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "bell in an emoji": (
        HEAD + 'emojis: ["🐇\\a", "🍂\\0"]\n',
        [("control-character", "error")] * 2,
    ),
    "escape in an emoji": (
        HEAD + 'emojis: ["🐇\\e[1;5;35;40", 🍂]\n',
        [("control-character", "error")],
    ),
    "escape in a key": (
        TWO + '"\\e[31mfoo\\e[2J": 1\n',
        [("control-character", "error")],
    ),
    "escape in a name": (
        'schema: 1\nname: "\\e[31mRED\\e]0;pwn\\a"\nemojis: [🐇, 🍂]\n',
        [("control-character", "error")],
    ),
    "imaginary couplings that cancel": (
        ICONS
        + "  - {emoji: 🐇, name: R, couplings: {🍂: {im: 0.5}}}\n"
        + "  - {emoji: 🍂, name: L, couplings: {🐇: {im: 0.5}}}\n",
        [("canceled-coupling", "warning")],
    ),
    "real couplings that cancel": (
        ICONS
        + "  - {emoji: 🐇, name: R, couplings: {🍂: 0.5}}\n"
        + "  - {emoji: 🍂, name: L, couplings: {🐇: -0.5}}\n",
        [("canceled-coupling", "warning")],
    ),
    "weights without a blank": (
        TWO + "initial: {weights: {🐇:0.6, 🍂:0.4}}\n",
        [("blank", "error")] * 2,
    ),
    "a keycap that begins a comment": (
        HEAD + "emojis: [🐇, #\ufe0f\u20e3, 🍂]\n",
        [("syntax", "error")],
    ),
    "a line separator": (
        "schema: 1\u2028name: T\u2028emojis: [🐇, 🍂]\nbad: 1\n",
        [("syntax", "error")],
    ),
    "a next line": ("schema: 1\x85name: T\x85emojis: [🐇]\n", [("syntax", "error")]),
    "emojis as JSON escapes them": (
        '{"schema": 1, "name": "T", "emojis": ["\\ud83d\\udc07", "\\ud83c\\udf42"]}',
        [("mostly-dropped", "warning"), ("trap", "warning")],
    ),
    "an unknown key of a transfer": (
        ICONS
        + "  - {emoji: 🐇, name: R, transfers_from: {🍂: {rate: 0.02, gate: 🔥}}}\n",
        [("extra_forbidden", "error")],
    ),
    "a trap": (
        HEAD
        + "emojis: [⚡, 🔋]\nharvest: {to: 🔋}\nicons:\n"
        + "  - {emoji: ⚡, name: Spark, transfers_from: {🔋: 0.1}}\n"
        + "  - {emoji: 🔋, name: Cell}\n",
        [("trap", "warning")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_refused_read_or_warned_of(name: str, tmp_path: Path) -> None:
    text, expected = CASES[name]
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    problems = check_content([path]).problems

    assert [(p.rule, p.severity) for p in problems] == expected
    assert "\x1b" not in "".join(map(str, problems))
    if all(problem.severity == "warning" for problem in problems):
        bath = load_biome(path).bath(seed=0)
        bath.evolve(1.0)
        assert sum(bath.probabilities().values()) == pytest.approx(1.0)
