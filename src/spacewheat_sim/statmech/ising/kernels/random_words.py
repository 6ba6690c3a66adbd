"""Random bits for compiled loops, and the thresholds that they are compared with.

Every random number comes from xoshiro256++ (Blackman and Vigna, ACM Transactions on
Mathematical Software 47, 36, 2021), so equal words give equal runs on every machine.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit

_11 = np.uint64(11)
_17 = np.uint64(17)
_19 = np.uint64(19)
_23 = np.uint64(23)
_41 = np.uint64(41)
_45 = np.uint64(45)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@njit(inline="always")
def next_word(state):
    """Return 64 random bits of xoshiro256++ and advance ``state`` (4,)."""
    a = state[0] + state[3]
    result = ((a << _23) | (a >> _41)) + state[0]
    t = state[1] << _17
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= t
    state[3] = (state[3] << _45) | (state[3] >> _19)
    return result


@njit(inline="always")
def next_uniform(state):
    """Return a uniform number in [0, 1) with 53 random bits."""
    return np.float64(next_word(state) >> _11) * (1.0 / 9007199254740992.0)


@njit(inline="always")
def threshold(probability):
    """Return t so that the top 53 bits of a word are below t with this probability."""
    return np.uint64(np.ceil(probability * 9007199254740992.0))


@njit(inline="always")
def half_threshold(probability):
    """Return t so that 32 random bits are below t with this probability, to 2⁻³²."""
    return np.uint64(np.ceil(probability * 4294967296.0))


@njit(inline="always")
def whole_threshold(probability):
    """Return t so that 64 random bits are below t with this probability, to 2⁻⁶⁴."""
    if probability >= 1.0:
        return _ALL
    return np.uint64(np.ceil(probability * 18446744073709551616.0))
