"""Reports the resources of a run before it starts; an error if they do not fit."""

from __future__ import annotations

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiment import Memory
from spacewheat_sim.physical_memory import GIB, physical_memory

# Bytes below which a simulation prints no notice.
WORTH_SAYING = 0.25 * GIB


def fits(memory: Memory) -> bool:
    """Return whether this machine has enough memory."""
    return memory.bytes <= 0.9 * physical_memory()


def memory_notice(memory: Memory) -> str:
    """Return a line to show before a run: dimension, memory and a rough time.

    Raises:
        ArgumentError: the machine does not have enough memory.
    """
    needed = memory.bytes / GIB
    size = f"{needed:.2g} GiB" if needed >= 0.1 else f"{1024.0 * needed:.2g} MiB"
    line = f"{memory.what}: dimension {memory.dimension:,}, {size} of memory"
    if not fits(memory):
        raise ArgumentError(
            f"{line}, but this machine has {physical_memory() / GIB:.3g} GiB; choose a "
            "smaller size or another method"
        )
    return line if memory.seconds is None else f"{line}, {duration(memory.seconds)}"


def duration(seconds: float) -> str:
    """Return a rough time as text."""
    if seconds < 1.0:
        return "less than a second"
    for length, unit in ((86_400.0, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2.0 * length:
            count = seconds / length
            return f"about {count:.0f} {unit}" if count < 1e4 else f"over 10^4 {unit}"
    return f"about {seconds:.0f} s"
