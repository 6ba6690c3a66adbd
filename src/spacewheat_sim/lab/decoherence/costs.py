"""What the methods cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacewheat_sim.quantum.spin_bath.model import SpinBath

CHECK_SECONDS = 3.0
"""For a check, or for a search between the rows, beyond the run itself."""

MOST_OVERLAPS = 4 * 10**7
"""Of spins with themselves, for a search or a curve: some seconds."""


def product_seconds(spins: int, rows: int) -> float:
    """Estimate the time of the product method."""
    return 1.8e-7 * spins * rows


def state_seconds(bath: SpinBath, end: float, steps: int) -> float:
    """Estimate the time of the state vectors."""
    from spacewheat_sim.quantum.spin_bath.state_vector import spectral_radius

    reach = 0.0 if bath.field == 0 else spectral_radius(bath) * end
    branches = 1 if bath.starts_in_plus else 2
    # Each series serves up to 16 rows, and has some 30 terms more than its reach.
    terms = reach + 30.0 * max(steps / 16.0, reach / 24.0)
    states = 2.0**bath.size
    return branches * (1.3e-9 * states * (bath.size + 8) + 3e-6) * (terms + steps)
