"""How a peer's script reads its problem and leaves its answer."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from importlib import util
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

Arrays = dict[str, np.ndarray]
Answers = Iterable[dict[str, Any]]


def serve(solve: Callable[[dict[str, Any], Arrays], Answers]) -> None:
    """Solve the problem in the folder named on the command line.

    The options name the peer's package; where that is not installed the answer says so.

    Args:
        solve: Given the options and arrays, yields the answers: "by", "seconds" of
            each repeat, and "result" or "note".
    """
    folder = Path(sys.argv[1])
    options = json.loads((folder / "problem.json").read_text(encoding="utf-8"))
    answers: list[dict[str, Any]] = [{"by": options["by"], "seconds": None}]
    if util.find_spec(options["package"]) is not None:
        with np.load(folder / "problem.npz") as arrays:
            answers = list(solve(options, dict(arrays)))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
        answers = [{"gigabytes": peak} | answer for answer in answers]
    (folder / "answer.json").write_text(json.dumps(answers), encoding="utf-8")


def timed(run: Callable[[], object], repeats: int) -> list[float]:
    """Return the seconds of each of some runs."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return seconds
