"""The peers live in an environment of their own, ``.venv-peers``: ``make peers``.

A peer's script is given a folder with the problem, ``problem.json`` and
``problem.npz``, and leaves ``answer.json`` there: times, and the result, so that
accuracy is compared too. It inherits the cores and threads of the process that asks.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurement import Measurement

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

HERE = Path(__file__).parent
PYTHON = HERE.parent / ".venv-peers" / "bin" / "python"
PACKAGES = ("qutip", "dynamiqs", "jax", "quimb", "quspin", "numpy", "scipy")
LONGEST = 600.0


@dataclass(frozen=True)
class Answer:
    """What one peer did with a problem.

    Attributes:
        by: Name of the peer and its solver.
        seconds: Of each repeat; None where it is not installed.
        result: As the script defines it.
        gigabytes: Peak memory of its process.
        note: For example the fastest of its methods.
    """

    by: str
    seconds: tuple[float, ...] | None
    result: Any = None
    gigabytes: float | None = None
    note: str = ""

    def measured(
        self,
        like: Measurement,
        work: float = 1.0,
        error: float | None = None,
    ) -> Measurement:
        """Return the figure beside one of ours, in the same unit."""
        places = {"symbol": like.symbol, "size": like.size}
        if self.seconds is None:
            return Measurement.missing(like.name, self.by, like.unit, **places)
        row = Measurement.timed(
            like.name, self.by, like.unit, self.seconds, work, **places
        )
        return replace(row, is_peer=True, note=self.note, error=error)


def ask(
    script: str, options: Mapping[str, Any], arrays: Mapping[str, ArrayLike]
) -> list[Answer]:
    """Run ``peers/SCRIPT.py`` on a problem in the peers' environment.

    Args:
        script: Name of the script, without its ending.
        options: Goes to it as JSON; "package" is what it needs, and "by" names the
            peer where that is missing.
        arrays: Goes to it as npz.
    """
    import numpy as np

    if not PYTHON.exists():
        return [Answer(str(options["by"]), None)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "problem.json").write_text(json.dumps(options), encoding="utf-8")
        np.savez(folder / "problem.npz", **arrays)
        _run(script, folder)
        answers = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    return [Answer(**answer) for answer in answers]


def _run(script: str, folder: Path) -> None:
    words = [str(PYTHON), str(HERE / "peers" / f"{script}.py"), str(folder)]
    done = subprocess.run(  # noqa: S603 - a script of this folder
        words, capture_output=True, text=True, check=False, timeout=LONGEST
    )
    if done.returncode:
        raise RuntimeError(f"peers/{script}.py failed:\n{done.stderr[-3000:]}")


def peer_versions() -> dict[str, str]:
    """Return the versions of what is installed in the peers' environment."""
    if not PYTHON.exists():
        return {}
    code = (
        "from importlib import metadata as m, util\n"
        "import json\n"
        f"names = [n for n in {PACKAGES!r} if util.find_spec(n)]\n"
        "print(json.dumps({n: m.version(n) for n in names}))"
    )
    done = subprocess.run(  # noqa: S603 - as above
        [str(PYTHON), "-c", code], capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))
