"""The same history to the last bit on other processors and with other libraries.

Each run of ``tools/run_digests.py`` has an environment of its own. What compiles for
another processor compiles all anew, so that it takes some of the runs only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from llvmlite import binding

pytestmark = pytest.mark.slow

TOOL = Path(__file__).parents[1] / "tools/run_digests.py"
WIDE = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"
LIBRARIES = {
    "libraries without wide or fused products": {
        "OPENBLAS_CORETYPE": "Haswell",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX2_Usable,-AVX512F",
        "NPY_DISABLE_CPU_FEATURES": f"{WIDE} AVX2 FMA3",
    },
    "two threads, another hash seed, optimized": {
        "NUMBA_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "2",
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


def digests(folder: Path | None, names: list[str], **variables: str) -> dict[str, str]:
    """Return what the tool prints, by name, compiled kernels kept in ``folder``."""
    environment = {**os.environ, **variables}
    if folder is not None:
        environment["NUMBA_CACHE_DIR"] = str(folder)
    run = subprocess.run(
        [sys.executable, TOOL, *names],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found = {}
    for line in run.stdout.splitlines():
        digest, _, name = line.partition("  ")
        if not name.endswith("observables"):
            found[name] = digest
    return found


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return digests(None, [])


def test_the_runs_of_all_methods_are_compared(here: dict[str, str]) -> None:
    assert len(here) > 100


@pytest.mark.parametrize("variables", LIBRARIES.values(), ids=LIBRARIES)
def test_other_libraries_give_the_same_bits(
    here: dict[str, str], variables: dict[str, str]
) -> None:
    assert digests(None, [], **variables) == here


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
        tmp_path, SOME, NUMBA_CPU_NAME=name, NUMBA_CPU_FEATURES="-fma,-fma4"
    )
    assert there
    assert there.items() <= here.items()
