"""Recordings and ensembles in other packages' hands."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser

import nanoarrow
import numpy as np

from spacewheat_sim import load_biome
from spacewheat_sim.engine.bath.recordings.recorder import Recorder


def recorded(name: str, axes, seconds: float = 2.0):
    bath = load_biome(name).bath(seed=3)
    recorder = Recorder(bath, axes=axes)
    for _ in range(int(seconds * 10)):
        bath.evolve(0.1)
        recorder.sample()
    return recorder.recording()


def test_a_dataset_has_every_number_of_a_recording() -> None:
    run = recorded("biotic_flux", [("🌾", "💀"), ("☀", "🌙")])
    found = run.to_xarray()
    assert found["time"].attrs["units"] == "s"
    np.testing.assert_array_equal(found["time"], run.time)
    wheat = run.populations[:, run.emojis.index("🌾")]
    np.testing.assert_array_equal(found["populations"].sel(emoji="🌾"), wheat)
    np.testing.assert_array_equal(found["energy"], run.observables["energy"])
    second = found.sel(axis="☀/🌙")
    np.testing.assert_array_equal(second["radius"], run.axes[1].radius)
    np.testing.assert_array_equal(
        second["bloch"].sel(direction="z"), run.axes[1].bloch[:, 2]
    )


def test_a_registers_dataset_has_what_its_axes_share() -> None:
    run = recorded("qubit_farm", load_biome("qubit_farm").axes[:2])
    shared = run.to_xarray()["information"]
    assert shared.dims == ("pair", "time")
    (values,) = run.information.values()
    np.testing.assert_array_equal(shared.isel(pair=0), values)


def test_arrow_has_the_same_columns() -> None:
    run = load_biome("biotic_flux").bath(seed=3).evolve_many(0.5, 6)
    table = nanoarrow.Array(run)
    rows = table.to_pylist()
    assert len(rows) == 7
    assert list(rows[0]) == ["time", *(f"population {e}" for e in run.emojis)]
    for row, time, populations in zip(rows, run.time, run.populations, strict=True):
        assert list(row.values()) == [time, *populations.tolist()]


def test_ensembles_have_means_and_errors() -> None:
    result = load_biome("biotic_flux").bath(seed=3).ensemble(2.0, 50, dt=0.5, seed=1)
    found = result.to_xarray()
    np.testing.assert_array_equal(found["standard_error"], result.standard_error)
    assert found.attrs["trajectories"] == 50
    first = nanoarrow.Array(result).to_pylist()[0]
    assert first["population 🌾"] == result.populations[0, result.emojis.index("🌾")]


def test_notebooks_show_a_table() -> None:
    run = load_biome("biotic_flux").bath(seed=3).evolve_many(0.5, 6)
    cells: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            cells.append(data)

    Reader().feed(run._repr_html_())
    assert cells[0] == "7 rows from 0 to 3 s, 1 event"
    assert f"{run.populations[-1, 0]:.6g}" in cells


def test_a_package_that_is_not_there_is_named() -> None:
    code = (
        "import sys; sys.modules['xarray'] = sys.modules['nanoarrow'] = None\n"
        "from spacewheat_sim import load_biome\n"
        "run = load_biome('two_level').bath(seed=0).evolve_many(0.1, 2)\n"
        "for call in (run.to_xarray, run.__arrow_c_stream__):\n"
        "    try: call()\n"
        "    except Exception as error: print(type(error).__name__, error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    first, second = done.stdout.splitlines()
    assert first.startswith("RunError This needs xarray; install it")
    assert "nanoarrow" in second
