"""Bundles that somebody has edited: told in a sentence, whatever was done to them."""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacewheat_sim.cli import main
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.jsonio import digest
from spacewheat_sim.lab import rerun as rerun_module
from spacewheat_sim.lab.bundle.reading import read_bundle
from spacewheat_sim.lab.comparison import compare
from spacewheat_sim.lab.experiment import Tolerance
from spacewheat_sim.lab.sweep import sweep as sweep_module

RUN = ["lab", "run", "ising_1d", "--L", "8", "--T_grid", "1", "2", "2", "--seed", "0"]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that nobody may change."""
    root = tmp_path_factory.mktemp("original")
    words = ["--method", "transfer_matrix", "--no-figures", "--out", str(root)]
    assert main([*RUN, *words]) == 0
    (folder,) = root.iterdir()
    return folder


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of a sweep that nobody may change."""
    root = tmp_path_factory.mktemp("swept")
    words = ["sweep", "decay_chain", "--set", "🥚.decay.rate=0.1,0.2", "--seeds", "2"]
    measure = ["--measure", "{population: 🥚, at: 1}", "--dt", "1"]
    assert main([*words, *measure, "--out", str(root)]) == 0
    (folder,) = root.iterdir()
    return folder


@pytest.fixture
def bundle(original: Path, tmp_path: Path) -> Path:
    """A copy of it that may be changed."""
    return Path(shutil.copytree(original, tmp_path / "bundle"))


def meta_of(bundle: Path) -> dict[str, Any]:
    return dict(json.loads((bundle / "meta.json").read_text()))


def change(bundle: Path, **changes: Any) -> None:
    (bundle / "meta.json").write_text(json.dumps({**meta_of(bundle), **changes}))


def change_table(bundle: Path, text: str) -> None:
    """Write another table, with its right hash."""
    (bundle / "table.csv").write_text(text)
    change(bundle, files={**meta_of(bundle)["files"], "table.csv": digest(text)})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": "abc"}, "`seed` must be a whole number from 0, but is 'abc'"),
        ({"seed": None}, "`seed` must be"),
        ({"seed": -1}, "`seed` must be"),
        ({"seed": True}, "`seed` must be"),
        ({"seed": 1.0}, "`seed` must be"),
        ({"experiment": None}, "`experiment` must be"),
        ({"experiment": "ising1d"}, "did you mean 'ising_1d'"),
        ({"parameters": None}, "`parameters` must be a mapping"),
        ({"parameters": [1]}, "`parameters` must be a mapping"),
        ({"parameters": {"L": 10**400}}, "--L cannot be"),
        ({"parameters": {"L": [9] * 10**5}}, "--L cannot be"),
        ({"parameters": {"L": float("nan")}}, "--L cannot be nan"),
        ({"parameters": {"\x1b[31m": 1}}, "Unknown parameter '\\x1b[31m'"),
        ({"status": "interrupted"}, "ended interrupted before it had all results"),
        ({"status": "failed", "stopped_in": "writing"}, "ended failed"),
        ({"status": "done"}, "`status` must be one of complete"),
        ({"stopped_in": {}}, "`stopped_in` must be one of run"),
        ({"kind": "session"}, "not from an experiment, a simulation or a sweep"),
        ({"kind": "sweep"}, "results.json is not that of a sweep"),
        ({"kind": 3}, "`kind` must be"),
        ({"schema_version": True}, "`schema_version` must be"),
        ({"schema_version": 0}, "`schema_version` must be"),
        ({"schema_version": 2}, "schema version 2"),
        ({"files": {}}, "does not list results.json"),
        ({"files": None}, "`files` must be a mapping"),
    ],
)
def test_edited_metadata_exits_with_2_and_says_what_is_wrong(
    changes: dict[str, Any], said: str, bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(bundle, **changes)
    assert main(["lab", "rerun", str(bundle)]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert len(captured.err) < 500 + len(str(bundle))
    assert captured.out == ""


@pytest.mark.parametrize(
    "key", ["schema_version", "kind", "status", "experiment", "parameters", "seed"]
)
def test_a_missing_key_is_named(key: str, bundle: Path) -> None:
    meta = meta_of(bundle)
    del meta[key]
    (bundle / "meta.json").write_text(json.dumps(meta))
    with pytest.raises(ArgumentError, match=f"it has no `{key}`"):
        read_bundle(bundle)


@pytest.mark.parametrize("name", ["results.json", "table.csv"])
def test_a_file_that_is_not_listed_is_damage(name: str, bundle: Path) -> None:
    files = meta_of(bundle)["files"]
    del files[name]
    change(bundle, files=files)
    with pytest.raises(ArgumentError, match=f"does not list {name}"):
        read_bundle(bundle)


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "figures/../../outside",
        "/etc/passwd",
        "..\\outside",
        "link",
        "folder/outside",
        "",
        "a\0b",
        "meta.json",
    ],
)
def test_no_file_outside_the_folder_is_looked_at(name: str, bundle: Path) -> None:
    outside = bundle.parent / "outside"
    outside.write_text("secret")
    (bundle / "link").symlink_to(outside)
    (bundle / "folder").symlink_to(bundle.parent)
    files = meta_of(bundle)["files"] | {name: digest("secret")}
    change(bundle, files=files)
    with pytest.raises(ArgumentError, match="is not a file of its folder"):
        read_bundle(bundle)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("circle", "too many levels of symbolic links"),
        ("pipe", "it is no regular file"),
        ("figures", "it is no regular file|is a directory"),
        ("a" * 300, "file name too long"),
        ("gone", "is missing"),
    ],
)
def test_a_part_that_cannot_be_read_is_told(name: str, said: str, bundle: Path) -> None:
    (bundle / "circle").symlink_to(bundle / "circle")
    (bundle / "figures").mkdir()
    os.mkfifo(bundle / "pipe")
    change(bundle, files=meta_of(bundle)["files"] | {name: ""})
    with pytest.raises(ArgumentError, match=said):
        read_bundle(bundle)


def test_a_run_whose_figures_were_interrupted_can_be_compared(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(bundle, status="interrupted", stopped_in="figures")
    assert main(["lab", "rerun", str(bundle)]) == 0
    assert capsys.readouterr().out == "identical\n"


# --- comparison -----------------------------------------------------------------------


@pytest.mark.parametrize("word", ["nan", "inf", "-inf", "1e999", ""])
def test_a_number_that_is_not_finite_equals_nothing(word: str, bundle: Path) -> None:
    head, first, *rest = (bundle / "table.csv").read_text().splitlines()
    cells = [word if cell == "1.0" else cell for cell in first.split(",")]
    change_table(bundle, "\n".join([head, ",".join(cells), *rest]) + "\n")
    assert main(["lab", "rerun", str(bundle)]) == 3


def write_pair(folder: Path, results: Any, table: str = "x\n1.0\n") -> Path:
    folder.mkdir()
    (folder / "results.json").write_text(json.dumps(results))
    (folder / "table.csv").write_text(table)
    return folder


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (float("nan"), float("nan")),
        (float("inf"), float("inf")),
        (1.0, float("inf")),
        (1, True),
        (0, None),
        (1.0, "1.0"),
        (10**400, 10**400 + 1),
        ({"a": 1}, {"b": 1}),
        ([1, 2], [1, 2, 3]),
        ({}, []),
        (1.0, [1.0]),
    ],
)
def test_what_cannot_be_equal_is_different(
    found: Any, expected: Any, tmp_path: Path
) -> None:
    # A space keeps the files from being identical.
    left = write_pair(tmp_path / "left", {"v": found})
    right = write_pair(tmp_path / "right", {"v": expected}, "x\n1.00\n")
    assert compare(left, right, Tolerance()).judgment == "different"


@pytest.mark.parametrize(
    "table", ["x\n1.0,nan\n", "x,y\n1.0,2.0\n", "y\n1.0\n", "x\n1.0\n\n", ""]
)
def test_a_table_of_another_shape_is_different(table: str, tmp_path: Path) -> None:
    left = write_pair(tmp_path / "left", {})
    right = write_pair(tmp_path / "right", {}, table)
    assert compare(left, right, Tolerance()).judgment == "different"
    assert compare(right, left, Tolerance()).judgment == "different"


def test_cells_beyond_the_header_are_compared(tmp_path: Path) -> None:
    left = write_pair(tmp_path / "left", {}, "x\n1.0,2.0\n")
    right = write_pair(tmp_path / "right", {}, "x\n1.0,3.0\n")
    assert compare(left, right, Tolerance()).judgment == "different"


def test_a_tolerance_of_nothing_asks_for_equal_numbers(tmp_path: Path) -> None:
    left = write_pair(tmp_path / "left", {"v": 1e-300}, "x\n1\n")
    right = write_pair(tmp_path / "right", {"v": 0}, "x\n1.0\n")
    exact = Tolerance(0.0, 0.0)
    assert compare(left, right, exact).judgment == "different"
    assert compare(left, left, exact).judgment == "identical"


# --- anything at all ------------------------------------------------------------------

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**30), 2**63])
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["../x", "results.json", "complete", "figures", "experiment"])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner)
    ),
    max_leaves=8,
)


def places(tree: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a tree of JSON."""
    items = tree.items() if isinstance(tree, dict) else ()
    items = enumerate(tree) if isinstance(tree, list) else items
    for key, value in items:
        yield (*at, key)
        yield from places(value, (*at, key))


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[int, str, Any]]:
    """Return some edits: a place by number, what to do there, and a value."""
    how = st.sampled_from(["replace", "remove", "add"])
    edit = st.tuples(st.integers(0, 200), how, ANYTHING)
    return draw(st.lists(edit, min_size=1, max_size=3))


def edited(meta: dict[str, Any], changes: list[tuple[int, str, Any]]) -> Any:
    tree: Any = copy.deepcopy(meta)
    for number, how, value in changes:
        paths = list(places(tree))
        if not paths:
            return value
        *above, key = paths[number % len(paths)]
        parent = tree
        for step in above:
            parent = parent[step]
        if how == "remove":
            del parent[key]
        elif how == "add" and isinstance(parent, dict):
            parent[f"{key}x"] = value
        else:
            parent[key] = value
    return tree


def told(
    bundle: Path, raw: bytes, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Return the code and the words of a rerun of ``bundle`` with this metadata."""
    (bundle / "meta.json").write_bytes(raw)
    code = main(["lab", "rerun", str(bundle)])
    return code, capsys.readouterr().err


@pytest.fixture
def unrun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no experiment run: what is read is what is tested, not what is computed."""

    def refuse(*_: object, **__: object) -> None:
        raise RunError("would run")

    monkeypatch.setattr(rerun_module, "run_experiment", refuse)
    monkeypatch.setattr(sweep_module, "run_sweep", refuse)


def check_any_edit(
    original: Path,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    examples: int,
) -> None:
    bundle = Path(shutil.copytree(original, folder / "bundle"))
    meta = meta_of(original)
    whole = (original / "meta.json").read_bytes()

    def check(raw: bytes) -> None:
        code, said = told(bundle, raw, capsys)
        # What is not refused came as far as the run.
        assert code == 2 or (code == 1 and said == "error: would run\n"), said
        assert said.startswith("error: ")
        assert "defect" not in said
        assert "Traceback" not in said

    @settings(max_examples=examples)
    @given(edits())
    def any_value(changes: list[tuple[int, str, Any]]) -> None:
        text = json.dumps(edited(meta, changes))
        check(text.encode("utf-8", "surrogatepass"))

    @settings(max_examples=examples)
    @given(st.integers(0, len(whole)), st.integers(0, 40), st.binary(max_size=12))
    def any_bytes(start: int, length: int, piece: bytes) -> None:
        check(whole[:start] + piece + whole[start + length :])

    any_value()
    any_bytes()


@pytest.mark.usefixtures("unrun")
def test_no_edit_of_metadata_ends_in_anything_but_a_sentence(
    original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_any_edit(original, tmp_path, capsys, 150)


@pytest.mark.usefixtures("unrun")
def test_no_edit_of_a_sweeps_metadata_ends_in_anything_but_a_sentence(
    swept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_any_edit(swept, tmp_path, capsys, 150)


@pytest.mark.slow
@pytest.mark.usefixtures("unrun")
def test_thousands_of_edits_of_metadata_end_in_sentences(
    original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_any_edit(original, tmp_path, capsys, 1500)


@pytest.mark.slow
@pytest.mark.usefixtures("unrun")
def test_thousands_of_edits_of_a_sweeps_metadata_end_in_sentences(
    swept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_any_edit(swept, tmp_path, capsys, 1500)


@pytest.mark.parametrize("raw", [b"[" * 10**5, b"9" * 5000, b"\xff", b"", b"null"])
@pytest.mark.usefixtures("unrun")
def test_metadata_that_is_no_json_of_ours_is_told(
    raw: bytes, bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = told(bundle, raw, capsys)
    assert code == 2
    assert "meta.json is" in said


def test_no_damage_to_results_is_called_equal(original: Path, tmp_path: Path) -> None:
    bundle = Path(shutil.copytree(original, tmp_path / "bundle"))
    names = ("results.json", "table.csv")
    whole = {name: (original / name).read_bytes() for name in names}

    @settings(max_examples=200)
    @given(st.sampled_from(names), st.integers(0, 400), st.binary(max_size=6))
    def any_bytes(name: str, start: int, piece: bytes) -> None:
        raw = whole[name][:start] + piece + whole[name][start + len(piece) :]
        (bundle / name).write_bytes(raw)
        try:
            verdict = compare(original, bundle, Tolerance())
        except ArgumentError as error:
            assert name in str(error)  # noqa: PT017 -- a verdict is as good
        else:
            assert (verdict.judgment == "identical") == (raw == whole[name])
        finally:
            (bundle / name).write_bytes(whole[name])

    any_bytes()
