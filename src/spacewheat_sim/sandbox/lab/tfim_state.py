"""The state of the quantum Ising scene: a chain whose field changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Self, get_args

from pydantic import ValidationError

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.choices import DEFAULT_DT
from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.tfim.central_charge import critical_profile
from spacewheat_sim.quantum.tfim.chain import Boundary, Chain, GroundState
from spacewheat_sim.quantum.tfim.free_fermion import solve_free_fermions

TICK = DEFAULT_DT
# Change of g/J per second while the clock runs: from order to disorder in 40 seconds.
SWEEP = 0.05
LARGEST_FIELD = 2.0
SCAN_POINTS = 41
LENGTHS = (8, 12, 16, 32, 64, 128)


class TfimState:
    """The ground state of H = −J Σ ZZ − g Σ X while g sweeps, or is set by hand.

    It is solved exactly, by free fermions, at every g that is looked at. Its parameters
    are ``g``, ``L`` and ``boundary``.

    Args:
        chain: The initial chain.
        seed: Root seed; nothing is random, so it has no effect.

    Attributes:
        chain: The chain now.
        seed: As given.
        scan: (g, entropy of half the chain) over 0 … 2 J, as far as computed.
    """

    starts_paused = True

    def __init__(self, chain: Chain, seed: int = 0) -> None:
        self.chain = self._first = chain
        self.seed = seed
        self.scan: list[tuple[float, float]] = []
        self._up = True
        self._solved: tuple[Chain, GroundState] | None = None

    @classmethod
    def of(cls, scenario: Scenario, seed: int) -> Self:
        """Return the chain of the parameters of ``tfim_entanglement``."""
        from spacewheat_sim.lab.tfim.parameters import TfimParameters

        at = TfimParameters.model_validate(dict(scenario.parameters))
        return cls(Chain(at.L, at.J, at.g, at.boundary), seed)

    @property
    def state(self) -> GroundState:
        """The ground state of the chain."""
        if self._solved is None or self._solved[0] != self.chain:
            self._solved = self.chain, solve_free_fermions(self.chain)
        return self._solved[1]

    @property
    def profile(self) -> FloatArray:
        """Entropy in nats of the first ℓ sites, ℓ = 1 … L − 1, (L − 1,)."""
        return self.state.entropies

    @property
    def critical_profile(self) -> FloatArray:
        """The conformal profile through the middle, which holds at g = J, (L − 1,)."""
        middle = self.state.entropy_half_chain
        return critical_profile(self.chain.L, middle, self.chain.boundary)

    @property
    def is_refining(self) -> bool:
        """Whether the scan is not complete."""
        return len(self.scan) < SCAN_POINTS

    def tick(self) -> None:
        """Sweep the field by a tick, and turn at its limits."""
        g = self.chain.g + TICK * SWEEP * self.chain.J * (1 if self._up else -1)
        if not 0.0 <= g <= self._largest:
            self._up = not self._up
        self.chain = replace(self.chain, g=min(max(g, 0.0), self._largest))

    def refine(self, _real_seconds: float) -> None:
        """Compute a point of the scan."""
        if self.is_refining:
            g = self._largest * len(self.scan) / (SCAN_POINTS - 1)
            state = solve_free_fermions(replace(self.chain, g=g))
            self.scan.append((g, state.entropy_half_chain))

    def restart(self, seed: int) -> None:
        """Go back to the initial chain."""
        self.seed = seed
        self._go_to(self._first)

    def set(self, name: str, value: float | str) -> None:
        """Set the field, within 0 … 2 J, or change length or boundary.

        Raises:
            ArgumentError: there is no such chain; nothing has changed.
        """
        if name == "g":
            self._go_to(replace(self.chain, g=min(max(real(value), 0), self._largest)))
        elif name == "L" and value in LENGTHS:
            self._go_to(replace(self.chain, L=int(value)))
        elif name == "boundary" and value in get_args(Boundary):
            boundary: Any = value
            self._go_to(replace(self.chain, boundary=boundary))
        else:
            raise ArgumentError(f"A chain to watch has no {name} = {shown(value)}")

    def get(self, name: str) -> float | str:
        """Return a parameter."""
        value: float | str = getattr(self.chain, name)
        return value

    def document(self) -> dict[str, Any]:
        """Return all that its history depends on, as JSON-ready data."""
        return {**asdict(self.chain), "up": self._up}

    def put_back(self, document: Mapping[str, Any]) -> None:
        """Go on from the :meth:`document` of another state."""
        from spacewheat_sim.lab.parameter_problems import parameter_problems
        from spacewheat_sim.lab.tfim.parameters import TfimParameters

        given = {name: document[name] for name in ("L", "J", "g", "boundary")}
        try:
            at = TfimParameters.model_validate(given)
        except ValidationError as error:
            raise ArgumentError(parameter_problems(TfimParameters, error)) from None
        self._go_to(Chain(at.L, at.J, at.g, at.boundary))
        self._up = bool(document["up"])

    # --- inside -------------------------------------------------------------------

    @property
    def _largest(self) -> float:
        return LARGEST_FIELD * self.chain.J

    def _go_to(self, chain: Chain) -> None:
        if replace(self.chain, g=chain.g) != chain:
            self.scan = []
        self.chain = chain
