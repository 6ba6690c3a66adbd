"""The same history to the last bit on other processors and with other libraries.

Each run of ``tools/run_digests.py`` and ``tools/play_digests.py`` has an environment of
its own. What compiles for another processor compiles all anew, so that it takes some of
the runs only, and all of play.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from llvmlite import binding

pytestmark = pytest.mark.slow

TOOLS = Path(__file__).parents[1] / "tools"
RUNS, PLAY = TOOLS / "run_digests.py", TOOLS / "play_digests.py"
LIBRARIES = {
    "libraries without wide or fused products": {
        "OPENBLAS_CORETYPE": "Haswell",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX2_Usable,-AVX512F",
        # What numpy has for this processor besides its baseline.
        "NPY_DISABLE_CPU_FEATURES": " ".join(
            np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
        ),
    },
    "two threads, another hash seed, optimized": {
        "NUMBA_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "2",
        "OPENBLAS_CORETYPE": "Nehalem",
        "PYTHONHASHSEED": "7",
        "PYTHONOPTIMIZE": "1",
    },
}
# What each of them can do that not every processor can.
PROCESSORS = {
    "generic": "sse2",
    "haswell": "avx2",
    "skylake-avx512": "avx512f",
    "znver3": "avx2",
}
# Kets, density matrices, batches and ensembles, under waves, pulses and functions.
SOME = ["driven"]


def digests(
    folder: Path | None, runs: list[str], play: list[str], **variables: str
) -> dict[str, str]:
    """Return what the tools print, by name, compiled kernels kept in ``folder``."""
    environment = {**os.environ, **variables}
    if folder is not None:
        environment["NUMBA_CACHE_DIR"] = str(folder)
    found = {}
    for tool, parts in ((RUNS, runs), (PLAY, play)):
        command = [sys.executable, str(tool), *parts]
        for line in output(command, environment).splitlines():
            digest, _, name = line.partition("  ")
            if not name.endswith("observables"):
                found[name] = digest
    return found


def output(command: list[str], environment: dict[str, str]) -> str:
    run = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    )
    return run.stdout


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return digests(None, [], [])


def test_the_runs_of_all_methods_and_all_of_play_are_compared(
    here: dict[str, str],
) -> None:
    assert len(here) > 200
    assert sum(name.startswith("sessions: ") for name in here) > 30
    assert sum(name.startswith("attempts: ") for name in here) > 10


def test_numpy_can_be_kept_from_what_only_some_processors_have() -> None:
    (variables, _) = LIBRARIES.values()
    shown = (
        "import numpy\n"
        "print(numpy.show_config(mode='dicts')['SIMD Extensions'].get('found', []))"
    )

    found = output([sys.executable, "-c", shown], {**os.environ, **variables})

    assert found == "[]\n"


@pytest.mark.parametrize("variables", LIBRARIES.values(), ids=LIBRARIES)
def test_other_libraries_give_the_same_bits(
    here: dict[str, str], variables: dict[str, str]
) -> None:
    assert digests(None, [], [], **variables) == here


@pytest.mark.parametrize("processor", PROCESSORS)
def test_other_processors_give_the_same_bits(
    here: dict[str, str], processor: str, tmp_path: Path
) -> None:
    features = binding.get_host_cpu_features()
    if not features.get(PROCESSORS[processor], False):
        pytest.skip(f"this processor cannot run what is compiled for {processor}")
    there = digests(
        tmp_path,
        [*SOME, "world"] if processor == "generic" else SOME,
        [],
        NUMBA_CPU_NAME=processor,
        # Instructions of one maker's processors alone.
        NUMBA_CPU_FEATURES="-sse4a,-fma4,-xop,-clzero,-mwaitx",
    )
    assert there
    assert there.items() <= here.items()


def test_without_fused_products_the_bits_are_the_same(
    here: dict[str, str], tmp_path: Path
) -> None:
    name = binding.get_host_cpu_name()
    there = digests(
        tmp_path, SOME, [], NUMBA_CPU_NAME=name, NUMBA_CPU_FEATURES="-fma,-fma4"
    )
    assert there
    assert there.items() <= here.items()
