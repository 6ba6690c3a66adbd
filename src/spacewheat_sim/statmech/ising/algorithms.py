"""The Monte Carlo algorithms, and which of them suits a model."""

from __future__ import annotations

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, MethodLimitError
from spacewheat_sim.statmech.tempering.lattice import LARGEST

LIVE_ALGORITHMS = ("metropolis", "swendsen_wang", "wolff")
"""What can move a single lattice."""

ALGORITHMS = (*LIVE_ALGORITHMS, "parallel_tempering")
"""All but Wolff can do any field."""

RING_ALGORITHMS = ("sequential", *ALGORITHMS)
"""``sequential`` draws independent rings, spin by spin, without a Markov chain."""

EXCITED_TIMES = {
    "sequential": 0.5,
    "metropolis": 1.1,
    "swendsen_wang": 1.5,
    "wolff": 0.5,
    "parallel_tempering": 1.1,
}
"""Autocorrelation times in sweeps of a rare excitation, ½ + Σ p^t.

p is the probability that a sweep leaves it: 1/e where spins are tried at random, 1/2
where clusters turn with that probability, 0 where one cluster turns all around it.
"""


LARGEST_EVEN = 1024
"""Sites of a lattice of even sides that is tempered without being asked to.

Larger ones, which single spins order and disorder bit by bit, take longer for it.
"""

HOTTEST = 0.05
"""4|J|/T + |h|/T below which a single spin hardly ever refuses to turn."""


def is_frustrated(Lx: int, Ly: int, J: float) -> bool:
    """Return whether no state satisfies all bonds: J < 0 around an odd side.

    A side of 1 couples spins to themselves, which is a constant.
    """
    return J < 0.0 and any(side % 2 and side > 1 for side in (Lx, Ly))


def clusters_mix(Lx: int, Ly: int, conditions: Conditions) -> bool:
    """Return whether cluster updates leave no state for long.

    Neither where bonds are frustrated, nor where J < 0 in a field, which holds half of
    the spins of a cluster whichever way it lies.
    """
    J, h = conditions.J, conditions.h
    return not is_frustrated(Lx, Ly, J) and (J >= 0.0 or h == 0.0)


def chosen_algorithm(algorithm: str, Lx: int, Ly: int, conditions: Conditions) -> str:
    """Return the algorithm that is used where ``algorithm`` is asked for.

    All but Swendsen–Wang, which then draws independent spins, turn whatever they try
    where it is very hot, and so never mix; it stands in for them.
    """
    if algorithm == "auto":
        algorithm = usual_algorithm(Lx, Ly, conditions)
    hottest = 4.0 * abs(conditions.J) + abs(conditions.h) < HOTTEST * conditions.T
    return "swendsen_wang" if hottest and algorithm in ALGORITHMS else algorithm


def usual_algorithm(Lx: int, Ly: int, conditions: Conditions) -> str:
    """Return the algorithm that ``auto`` stands for.

    ``swendsen_wang`` where clusters mix; where J < 0 is in a field, which makes states
    that single spins hardly leave, ``parallel_tempering`` up to its largest lattice
    around an odd side, else up to :data:`LARGEST_EVEN`; else ``metropolis``.
    """
    if clusters_mix(Lx, Ly, conditions):
        return "swendsen_wang"
    largest = LARGEST if is_frustrated(Lx, Ly, conditions.J) else LARGEST_EVEN
    if conditions.h != 0.0 and Lx * Ly <= largest:
        return "parallel_tempering"
    return "metropolis"


def check_algorithm(
    algorithm: str, Lx: int, Ly: int, conditions: Conditions, known: tuple[str, ...]
) -> None:
    """Refuse an algorithm that is unknown, or cannot do these conditions.

    Raises:
        MethodLimitError: ``wolff`` in a field, or for J < 0 with an odd side.
        ArgumentError: ``algorithm`` is not among those ``known``.
    """
    if algorithm not in known:
        raise ArgumentError(
            f"Argument `algorithm` must be one of {', '.join(known)}, but is "
            f"{algorithm!r}"
        )
    if algorithm == "wolff" and conditions.h != 0.0:
        raise MethodLimitError(
            "Wolff clusters turn over at no cost, which a field forbids; metropolis "
            "and swendsen_wang take one"
        )
    if algorithm == "wolff" and conditions.J < 0.0 and (Lx % 2 or Ly % 2):
        raise MethodLimitError(
            f"Wolff clusters need even sides where J is negative, not {Lx} × {Ly}; "
            "metropolis and swendsen_wang take odd ones"
        )
