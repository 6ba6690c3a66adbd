"""How long it takes until something happens: python benchmarks/start_up.py [--quick].

Whole processes are timed, from start to exit, with a bare interpreter beside them. The
first run finds no compiled kernels and leaves them in a cache; the second reads them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from case import Case
from measurement import Measurement
from timing import Effort

MODULE = ("-m", "spacewheat_sim")
SIMULATE = (*MODULE, "simulate", "forest", "--duration", "10", "--seed", "0")
HEAVY = ("scipy", "numba", "matplotlib", "pygame", "numpy", "pydantic", "yaml")
STATEMENTS = {
    "import spacewheat_sim": "import spacewheat_sim",
    "the command line": "import spacewheat_sim.cli.app",
}


def light(effort: Effort) -> Iterator[Measurement]:
    """Measure the import and --help, beside a bare interpreter."""
    name = "start-up"
    for by, words in (
        ("import spacewheat_sim", ("-c", "import spacewheat_sim")),
        ("spacewheat --help", (*MODULE, "--help")),
    ):
        seconds = [process(words) for _ in range(effort.repeats)]
        yield Measurement.timed(name, by, "ms", seconds)
    seconds = [process(("-c", "pass")) for _ in range(effort.repeats)]
    yield Measurement.timed(name, "bare interpreter", "ms", seconds)


def modules(effort: Effort) -> Iterator[Measurement]:
    """Count the modules that are loaded, and name the heavy ones."""
    del effort  # a count does not vary
    bare = set(loaded("pass"))
    for by, statement in STATEMENTS.items():
        new = set(loaded(statement)) - bare
        heavy = [name for name in HEAVY if name in new]
        note = "heavy: " + (", ".join(heavy) or "none")
        yield Measurement.of("modules loaded", by, "modules", [len(new)], note=note)


def runs(effort: Effort) -> Iterator[Measurement]:
    """Measure a short simulation without and with compiled kernels."""
    name = "10 s of forest, with its bundle, no figures"
    firsts, seconds = [], []
    for _ in range(1 if effort.repeats < 6 else 3):
        with tempfile.TemporaryDirectory() as folder:
            words = (*SIMULATE, "--no-figures", "--out", str(Path(folder) / "out"))
            cache = {"NUMBA_CACHE_DIR": str(Path(folder) / "cache")}
            firsts.append(process(words, cache))
            seconds += [process(words, cache) for _ in range(3)]
    yield Measurement.timed(name, "first run, compiling", "s", firsts)
    yield Measurement.timed(name, "second run", "s", seconds)


def process(
    words: tuple[str, ...], variables: Mapping[str, str] | None = None
) -> float:
    """Return the seconds that an interpreter takes for ``words``."""
    environment = os.environ | dict(variables or {})
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, *words], check=True, capture_output=True, env=environment
    )
    return time.perf_counter() - start


def loaded(statement: str) -> list[str]:
    """Return the modules that a fresh interpreter holds after ``statement``."""
    code = f"{statement}\nimport sys, json\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return list(json.loads(done.stdout))


CASES = (
    Case("light", light),
    Case("modules", modules),
    Case("runs", runs, is_quick=False),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("start_up",)))
