"""What a command says on standard error while it runs, in a line each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacewheat_sim.engine.compile import CompiledBiome


def tell_notice(compiled: CompiledBiome, more: str = "") -> None:
    """Say how many emojis are inert, how many terms were dropped, and ``more``."""
    sys.stderr.writelines(f"{line}\n" for line in (compiled.notice, more) if line)


def tell_line(line: str) -> None:
    """Say a line at once."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # it is for people
