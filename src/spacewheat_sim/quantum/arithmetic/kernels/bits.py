"""A double as its 64 bits, and back, for compiled loops.

Bits 0 to 51 are the fraction, 52 to 62 the exponent plus 1023, and 63 is the sign.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import extending, types

# A checker of types would count the argument that only numba gives.
intrinsic: Any = extending.intrinsic


@intrinsic
def to_bits(_typing, _number):
    """Return the bits of a float as an integer."""

    def generate(_context, builder, _signature, arguments):
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), generate


@intrinsic
def from_bits(_typing, _bits):
    """Return the float that an integer holds the bits of."""

    def generate(_context, builder, _signature, arguments):
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), generate
