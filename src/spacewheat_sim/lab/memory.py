"""Says what a large allocation needs before it is made, and refuses what cannot fit."""

from __future__ import annotations

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiment import Memory
from spacewheat_sim.physical_memory import GIB, physical_memory

# Allocations below this are made without a word.
WORTH_SAYING = 0.25 * GIB


def memory_notice(memory: Memory) -> str | None:
    """Return a line to show before allocating, or None where it is not worth one.

    Raises:
        ArgumentError: the machine has not as much memory.
    """
    available = physical_memory()
    needed = memory.bytes / GIB
    line = f"{memory.what}: dimension {memory.dimension:,}, {needed:.2g} GiB of memory"
    if memory.bytes > 0.9 * available:
        raise ArgumentError(
            f"{line}, but this machine has {available / GIB:.3g} GiB; choose a smaller "
            "size or another method"
        )
    return line if memory.bytes > WORTH_SAYING else None
