"""``python -m experiments …`` is ``spacewheat lab …``."""

import sys

from spacewheat_sim.cli import main

if __name__ == "__main__":
    sys.exit(main(["lab", *sys.argv[1:]]))
