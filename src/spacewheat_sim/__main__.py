"""``python -m spacewheat_sim`` is the command ``spacewheat``."""

import sys

from spacewheat_sim.cli import main

if __name__ == "__main__":
    sys.exit(main())
