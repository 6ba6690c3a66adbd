"""The flows between the emojis of a biome: transfers, decay, coherent currents."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray, IndexArray
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.operators import BathOperators


class Wiring:
    """The links of a biome, as arrays in a fixed order.

    Channels between the same pair of emojis are one transfer. Dephasing moves no
    probability and has no link. The couplings of a register are between the states of
    many axes at once, and are no links between emojis.

    Args:
        operators: The operators of the links.
        secret: What a challenge does not tell (:attr:`.Attempt.secret`): links between
            two emojis that are named there are left out.

    Attributes:
        operators: As given.
        secret: As given.
        sources: Source state of each transfer, (M,).
        targets: Target state, (M,).
        rates: Its rate in 1/s, (M,); of one that changes, the largest.
        decays: Whether all its channels are decay, (M,).
        firsts: First state of each coupling, (C,).
        seconds: Second state, (C,).
        energies: H_ij of first i and second j, in rad/s, (C,).
    """

    def __init__(
        self, operators: BathOperators, secret: frozenset[str] = frozenset()
    ) -> None:
        self.operators, self.secret = operators, secret
        keys = [canonical_emoji(emoji) for emoji in operators.emojis]
        named = secret & set(keys)

        def is_told(source: int, target: int) -> bool:
            return not named or not named <= {keys[source], keys[target]}

        self._channels: dict[tuple[int, int], list[int]] = {}
        rates: dict[tuple[int, int], float] = {}
        decays: dict[tuple[int, int], bool] = {}
        for k, jump in enumerate(operators.jumps):
            if jump.source != jump.target and is_told(jump.source, jump.target):
                pair = jump.source, jump.target
                self._channels.setdefault(pair, []).append(k)
                rates[pair] = rates.get(pair, 0.0) + jump.rate
                decays[pair] = decays.get(pair, True) and jump.kind == "decay"
        links = {pair: link for link, pair in enumerate(rates)}
        self._changing = [
            (links[jump.source, jump.target], jump)
            for jump in operators.jumps
            if jump.change is not None and (jump.source, jump.target) in links
        ]
        self.sources: IndexArray = np.array([s for s, _ in rates], dtype=np.intp)
        self.targets: IndexArray = np.array([t for _, t in rates], dtype=np.intp)
        self.rates: FloatArray = np.array(list(rates.values()))
        self.decays: BoolArray = np.array(list(decays.values()), dtype=np.bool_)
        levels = operators.hamiltonian
        if operators.qubits:
            levels = sp.csr_array(levels.shape, dtype=np.complex128)
        upper = sp.coo_array(sp.triu(levels, k=1))
        told = np.array(
            [
                is_told(i, j)
                for i, j in zip(upper.row.tolist(), upper.col.tolist(), strict=True)
            ],
            dtype=np.bool_,
        )
        self.firsts: IndexArray = upper.row.astype(np.intp)[told]
        self.seconds: IndexArray = upper.col.astype(np.intp)[told]
        self.energies: ComplexArray = upper.data[told]

    def flows(self, populations: FloatArray, time: float = 0.0) -> FloatArray:
        """Return how often each transfer brings a jump, in 1/s, (M,).

        Of levels that is γ(time) · P(source), ``populations`` being those of the basis
        states, (D,).
        """
        if not self.operators.qubits:
            rates = self.rates
            if self._changing:
                rates = rates.copy()
                for link, jump in self._changing:
                    rates[link] += jump.rate_at(time) - jump.rate
            return rates * populations[self.sources]
        each = self.operators.jump_rates(populations[None], [time])[0]
        found = [each[channels].sum() for channels in self._channels.values()]
        return np.array(found, dtype=np.float64)

    def currents(self, state: ComplexArray) -> FloatArray:
        """Return the current of probability from first to second, in 1/s, (C,).

        The Hamiltonian alone gives d ρ_jj/dt = Σ_i 2 Im(H_ji ρ_ij); this is the term of
        one i. Its sign depends on the relative phase of the two.
        """
        if state.ndim == 1:
            between = state[self.firsts] * state[self.seconds].conj()
        else:
            between = state[self.firsts, self.seconds]
        return np.asarray(2.0 * (self.energies.conj() * between).imag)

    def strengths(self, populations: FloatArray) -> FloatArray:
        """Return 2|H_ij| √(p_i p_j), the largest possible current, (C,)."""
        product = populations[self.firsts] * populations[self.seconds]
        return np.asarray(2.0 * np.abs(self.energies) * np.sqrt(np.abs(product)))
