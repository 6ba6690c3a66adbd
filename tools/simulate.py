"""Run a biome headless; the same as ``spacewheat simulate``."""

import sys

from spacewheat_sim.cli import main

if __name__ == "__main__":
    sys.exit(main(["simulate", *sys.argv[1:]]))
