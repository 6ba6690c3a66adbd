"""The state of the quantum Ising scene: a chain whose field changes."""

from __future__ import annotations

from dataclasses import replace

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.choices import DEFAULT_DT
from spacewheat_sim.engine.world.clock import Clock
from spacewheat_sim.quantum.tfim.central_charge import critical_profile
from spacewheat_sim.quantum.tfim.chain import Chain, GroundState
from spacewheat_sim.quantum.tfim.free_fermion import solve_free_fermions

TICK = DEFAULT_DT
# Change of g/J per second while the clock runs: from order to disorder in 40 seconds.
SWEEP = 0.05
LARGEST_FIELD = 2.0
SCAN_POINTS = 41
LENGTHS = (8, 12, 16, 32, 64, 128)


class TfimState:
    """The ground state of H = −J Σ ZZ − g Σ X while g sweeps, or is set by hand.

    It is solved exactly, by free fermions, at every g.

    Args:
        chain: The initial chain.

    Attributes:
        clock: Converts real time to ticks of the sweep; it starts paused.
        chain: The chain now.
        state: Its ground state.
        scan: (g, entropy of half the chain) over 0 … 2 J, as far as computed.
    """

    def __init__(self, chain: Chain) -> None:
        self.clock = Clock(TICK)
        self.clock.paused = True
        self._first = chain
        self._up = True
        self._set(chain)

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
    def moving(self) -> bool:
        """Whether it changes by itself: it runs, or the scan is not complete."""
        return not self.clock.paused or len(self.scan) < SCAN_POINTS

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time, and compute a point of the scan."""
        self._sweep(self.clock.advance(real_seconds))
        self._scan_on()

    def step_once(self) -> None:
        """Pause, and take one tick."""
        self.clock.step_once()
        self._sweep(self.clock.advance(0.0))
        self._scan_on()

    def restart(self, *, new_seed: bool = False) -> None:
        """Go back to the initial chain; nothing is random, so a seed has no effect."""
        del new_seed
        self._set(self._first)

    def set_field(self, g: float) -> None:
        """Set the field to ``g``."""
        self._set(replace(self.chain, g=min(max(g, 0.0), self._largest())))

    def set_chain(self, **changes: object) -> None:
        """Change length or boundary."""
        self._set(replace(self.chain, **changes))  # type: ignore[arg-type]  # the fields' own types

    # --- inside -------------------------------------------------------------------

    def _largest(self) -> float:
        return LARGEST_FIELD * self.chain.J

    def _set(self, chain: Chain) -> None:
        before = getattr(self, "chain", None)
        self.chain = chain
        self.state: GroundState = solve_free_fermions(chain)
        if before is None or replace(before, g=chain.g) != chain:
            self.scan: list[tuple[float, float]] = []

    def _sweep(self, ticks: int) -> None:
        if not ticks:
            return
        g = self.chain.g + ticks * TICK * SWEEP * self.chain.J * (1 if self._up else -1)
        if not 0.0 <= g <= self._largest():
            self._up = not self._up
        self.set_field(g)

    def _scan_on(self) -> None:
        if len(self.scan) < SCAN_POINTS:
            g = self._largest() * len(self.scan) / (SCAN_POINTS - 1)
            state = solve_free_fermions(replace(self.chain, g=g))
            self.scan.append((g, state.entropy_half_chain))
