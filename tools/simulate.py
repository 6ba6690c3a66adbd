"""Run a biome headless; the same as ``spacewheat simulate``."""

import sys

from spacewheat_sim.cli import run

if __name__ == "__main__":
    run(["simulate", *sys.argv[1:]])
