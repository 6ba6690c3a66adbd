import json

import pytest

from spacewheat_sim.errors import RunError
from spacewheat_sim.lab.bundle import Bundle


def test_nothing_is_seen_at_the_final_place_before_the_bundle_is_whole(tmp_path):
    bundle = Bundle(tmp_path, "forest", {"seed": 1})
    bundle.write_results({"answer": 1.5})

    assert not bundle.path.exists()
    bundle.close()
    assert sorted(path.name for path in bundle.path.iterdir()) == [
        "meta.json",
        "results.json",
    ]


def test_two_runs_of_one_second_get_two_folders(tmp_path):
    first, second = (Bundle(tmp_path, "forest", {}) for _ in range(2))

    assert first.path != second.path


def test_a_run_id_is_stamp_name_and_eight_hex_digits(tmp_path):
    bundle = Bundle(tmp_path, "my forest/☀", {})

    stamp, name, token = bundle.path.name.split("-")
    assert len(stamp) == 16
    assert stamp.endswith("Z")
    assert name == "my_forest"
    assert int(token, 16) < 2**32


def test_a_nan_is_refused_rather_than_written(tmp_path):
    bundle = Bundle(tmp_path, "x", {})

    with pytest.raises(ValueError, match="JSON compliant"):
        bundle.write_results({"answer": float("nan")})


def test_floats_survive_the_table(tmp_path):
    bundle = Bundle(tmp_path, "x", {})
    bundle.write_table(["value"], [[0.1 + 0.2], [1e-300]])
    bundle.close()

    text = (bundle.path / "table.csv").read_text().split()
    assert [float(word) for word in text[1:]] == [0.1 + 0.2, 1e-300]


def test_timings_stand_apart_from_what_is_compared(tmp_path):
    bundle = Bundle(tmp_path, "x", {"seed": 3})
    with bundle.timed("evolution"):
        pass
    bundle.close()

    meta = json.loads((bundle.path / "meta.json").read_text())
    assert set(meta["timings"]) == {"evolution", "total"}
    assert meta["seed"] == 3
    assert meta["files"] == {}


def test_a_place_that_is_a_file_is_told(tmp_path):
    (tmp_path / "runs").write_text("")

    with pytest.raises(RunError, match="choose another folder"):
        Bundle(tmp_path / "runs", "x", {})
