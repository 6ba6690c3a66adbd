"""The policies by name."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.policies.best import Best
from spacewheat_sim.engine.challenges.policies.greedy import Greedy
from spacewheat_sim.engine.challenges.policies.policy import Policy
from spacewheat_sim.engine.challenges.policies.random_moves import RandomMoves
from spacewheat_sim.engine.challenges.policies.wait_and_harvest import wait_and_harvest
from spacewheat_sim.errors import UnknownNameError

# Each is made for a challenge, and draws what it draws from streams of a seed.
POLICIES: dict[str, Callable[[CompiledChallenge, int], Policy]] = {
    "random": lambda _, seed: RandomMoves(seed),
    "wait_and_harvest": wait_and_harvest,
    "greedy": lambda compiled, _: Greedy(compiled),
    "optimum": lambda compiled, _: Best(compiled),
}


def make_policy(name: str, compiled: CompiledChallenge, seed: int) -> Policy:
    """Return the policy of that name for a challenge.

    Raises:
        UnknownNameError: there is none.
        ArgumentError: it cannot play this challenge.
    """
    if name not in POLICIES:
        raise UnknownNameError("policy", name, POLICIES)
    return POLICIES[name](compiled, seed)
