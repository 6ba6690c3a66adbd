"""Looks for faults for as long as it is told, and prints what it has found.

    python tests/faults/run_faults.py [--objects N] [--kills N] [--stops N]
        [--commands N] [--full-disks N] [--readers SECONDS] [--ket-steps N]
        [--master-steps N] [--seed N]

It exits with 1 if anything did not come out as it must.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import damaged_files
import interrupted_objects
import long_runs
import stopped_commands
import stopped_processes

FINE = {
    *("in a step", "ran on", "whole", "ended before", "complete", "taken", "refused"),
    "told what is missing",
}


def report(title: str, tally: Counter[tuple[str, str]]) -> int:
    """Print a tally; return how many were faults."""
    lines = [f"{title}: {sum(tally.values()):,}"]
    for (name, how), count in sorted(tally.items()):
        mark = "" if how in FINE else "  <-- fault"
        lines.append(f"  {count:7,}  {name}: {how}{mark}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    return sum(count for (_, how), count in tally.items() if how not in FINE)


def main() -> int:
    """Run all parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = ("objects", "kills", "stops", "commands", "full-disks", "readers")
    for name in (*names, "ket-steps", "master-steps"):
        parser.add_argument(f"--{name}", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    given, faults = parser.parse_args(), 0
    with TemporaryDirectory() as folder:
        root = Path(folder) / "work"
        if given.objects:
            tally = interrupted_objects.run(given.objects, given.seed)
            faults += report("Objects interrupted", tally)
        if given.kills:
            kill = (signal.SIGKILL,)
            tally = stopped_processes.run(given.kills, given.seed, root, kill)
            faults += report("Processes killed", tally)
        if given.stops:
            asked = stopped_processes.ASKED
            tally = stopped_processes.run(given.stops, given.seed, root, asked)
            faults += report("Processes asked to stop", tally)
        if given.commands:
            tally = stopped_commands.run(given.commands, given.seed, root)
            faults += report("Commands asked to stop", tally)
        if given.full_disks:
            tally = stopped_processes.fill_disks(given.full_disks, given.seed, root)
            faults += report("Full disks", tally)
        if given.readers:
            tally = damaged_files.run(given.readers, given.seed, root)
            faults += report("Damaged files read", tally)
            for file in sorted(root.glob("fault-*")):
                sys.stdout.write(f"  kept: {shutil.copy(file, Path.cwd())}\n")
    asked = {"trajectory": given.ket_steps, "master": given.master_steps}
    for method, steps in asked.items():
        for found in long_runs.run(method, steps) if steps else ():
            faults += not found.is_fine
            sys.stdout.write(f"{found}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{faults} faults\n")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
