"""``python -m spacewheat_sim`` is the command ``spacewheat``."""

from spacewheat_sim.cli import run

if __name__ == "__main__":
    run()
