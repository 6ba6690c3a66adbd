"""``python -m experiments …`` is ``spacewheat lab …``."""

import sys

from spacewheat_sim.cli import run

if __name__ == "__main__":
    run(["lab", *sys.argv[1:]])
