"""Files with mistakes in them: clean reports only, and what passes runs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bounds import OutOfBoundsError, bounded
from hypothesis import given, settings
from hypothesis import strategies as st

from spacewheat_sim import load_biome
from spacewheat_sim.content.checks.check import biome_files, check_content
from spacewheat_sim.content.folders import content_folder
from spacewheat_sim.lab.scenario_problems import scenario_problems
from spacewheat_sim.plain_values import CONTROL

TESTS = Path(__file__).parents[1]
# Of the processor, and of memory at a time: many times what the largest file takes.
SECONDS, MEGABYTES = 2.0, 50.0
FILES = sorted(
    path
    for folder in (
        content_folder("biomes"),
        content_folder("icons"),
        TESTS / "content_bad",
        TESTS / "content_good",
    )
    for path in folder.glob("*.yaml")
)
# What slips into files: signs of YAML, numbers beyond all bounds, and odd characters.
PIECES = st.sampled_from(
    [
        *[
            ":",
            ",",
            "-",
            "{",
            "}",
            "[",
            "]",
            "#",
            "&",
            "*",
            "!",
            "|",
            ">",
            "'",
            '"',
            "%",
            "@",
            "`",
            "~",
            "\t",
            "\\",
        ],
        *("null", "true", "no", "1e400", "-1", "0", ".nan", ".inf", "1e-320", "0x1F"),
        *(
            "🐇",
            "🐇🍂",
            "☀\ufe0f",
            "\ufe0e",
            "\u200d",
            "\xa0",
            "\x85",
            "\u2028",
            "\x1b",
        ),
        *("\x00", "\ud83d", "$", "when: ☀", "rate: 2", "schema: 2", "claims: [1]"),
        *("'\\ud83d\\udc07'", "\n", "\n  ", "\n- ", "register: []", "<<: *a", "&a "),
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw a file with up to six changes of its text."""
    text = draw(st.sampled_from(FILES)).read_bytes().decode("utf-8", "replace")
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 12))
        kind = draw(st.sampled_from(["insert", "delete", "double", "line", "cut"]))
        if kind == "insert":
            text = text[:place] + draw(PIECES) + text[place:]
        elif kind == "delete":
            text = text[:place] + text[place + length :]
        elif kind == "double":
            text = text[: place + length] + text[place:]
        elif kind == "line":
            lines = text.splitlines(keepends=True) or [""]
            taken = lines.pop(draw(st.integers(0, len(lines) - 1)))
            lines.insert(draw(st.integers(0, len(lines))), taken)
            text = "".join(lines)
        elif draw(st.booleans()):
            text = text[:place]
    return text.encode("utf-8", "surrogatepass")


def check_and_run(raw: bytes, folder: Path, megabytes: float | None = None) -> None:
    """Check a file within bounds; a biome that passes must run."""
    path = folder / "mutated.yaml"
    path.write_bytes(raw)
    with bounded(SECONDS, megabytes):
        report = check_content([path], scenario_problems)
    for problem in report.problems:
        assert CONTROL.search(str(problem)) is None
        assert problem.line >= 1
        assert problem.column >= 1
    if not report.errors and biome_files([path]):
        bath = load_biome(path).bath(seed=0)
        bath.evolve(0.01)
        axes = bath.operators.qubits or 1
        assert sum(bath.probabilities().values()) == pytest.approx(axes, abs=1e-6)


@settings(max_examples=40)
@given(mutated())
def test_a_mutated_file_is_read_or_refused_in_words(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_and_run(raw, Path(folder))


@pytest.mark.slow
@settings(max_examples=1000)
@given(mutated())
def test_many_mutated_files_are_read_or_refused_in_words(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_and_run(raw, Path(folder), MEGABYTES)


@pytest.mark.slow
@settings(max_examples=300)
@given(mutated(), st.integers(10, 200))
def test_a_mutated_file_many_times_over_keeps_within_bounds(
    raw: bytes, times: int
) -> None:
    # Mistakes, each with its report, and names, each with its suggestions, add up.
    text = (raw * times)[: 2**17]
    with tempfile.TemporaryDirectory() as folder, bounded(5.0, 100.0):
        path = Path(folder) / "mutated.yaml"
        path.write_bytes(text)
        check_content([path], scenario_problems)


@pytest.mark.slow
def test_a_file_of_mistakes_alone_takes_no_longer_than_another(tmp_path: Path) -> None:
    path, count = tmp_path / "mistakes.yaml", 8000
    unknown = "".join(f"k{k}: 1\n" for k in range(count))
    path.write_text("schema: 1\nicons: []\n" + "a: 1\n" * count + unknown)
    with bounded(5.0):
        report = check_content([path], scenario_problems)
    assert report.errors == 2 * count


def test_a_mutated_file_takes_no_more_memory_than_it_may(tmp_path: Path) -> None:
    for path in FILES[:: max(1, len(FILES) // 12)]:
        raw = path.read_bytes()
        check_and_run(raw[: len(raw) // 2] + raw, tmp_path, MEGABYTES)


def hang() -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("work", "bounds", "said"),
    [
        (hang, (0.05, None), "s of the processor"),
        (lambda: bytearray(3_000_000), (5.0, 1.0), "MB"),
    ],
)
def test_bounds_are_kept(
    work: Callable[[], object], bounds: tuple[float, float | None], said: str
) -> None:
    def bounded_work() -> None:
        with bounded(*bounds):
            work()

    with pytest.raises(OutOfBoundsError, match=said):
        bounded_work()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_passes_the_check_runs(path: Path, tmp_path: Path) -> None:
    if path.parent.name != "icons":
        check_and_run(path.read_bytes(), tmp_path)
