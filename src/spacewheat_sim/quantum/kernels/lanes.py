"""A vector of eight numbers for compiled loops.

The compiler leaves a loop over eight numbers as it is: it cannot know that the arrays
do not overlap. So eight baths, side by side in the last axis of an array, are loaded
into one value, added and multiplied, and stored:

    store(load(a) + x * load(b), out)

Each of the eight goes its own way: no number depends on its seven neighbors.
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import extending, types
from numba.extending import models, overload, register_model

LANES = 8  # numbers that stand side by side
VECTOR = ir.VectorType(ir.DoubleType(), LANES)
ALIGNMENT = 8  # bytes; an array may begin anywhere
# A checker of types would count the argument that only numba gives.
intrinsic: Any = extending.intrinsic


class LanesType(types.Type):
    """The type of eight 64-bit floats held as one vector."""

    def __init__(self) -> None:
        super().__init__(name="Lanes")


LANES_TYPE = LanesType()


@register_model(LanesType)
class LanesModel(models.PrimitiveModel):
    """Eight floats are one vector register, or a few."""

    def __init__(self, manager, kind):
        super().__init__(manager, kind, VECTOR)  # type: ignore[no-untyped-call]


@intrinsic
def splat(_typing, number):
    """Return eight times the float ``number``, or eight numbers as they are."""

    def generate(_context, builder, _signature, arguments):
        if number is LANES_TYPE:
            return arguments[0]
        index = ir.IntType(32)
        none = ir.Constant(VECTOR, ir.Undefined)
        first = builder.insert_element(none, arguments[0], index(0))
        zeros = ir.Constant(ir.VectorType(index, LANES), [0] * LANES)
        return builder.shuffle_vector(first, none, zeros)

    return LANES_TYPE(number), generate


@intrinsic
def load(_typing, row):
    """Return the first eight numbers of a contiguous array."""

    def generate(context, builder, signature, arguments):
        pointer = _vector_pointer(context, builder, signature.args[0], arguments[0])
        value = builder.load(pointer)
        value.align = ALIGNMENT
        return value

    return LANES_TYPE(row), generate


@intrinsic
def store(_typing, _value, row):
    """Write eight numbers to the beginning of a contiguous array."""

    def generate(context, builder, signature, arguments):
        pointer = _vector_pointer(context, builder, signature.args[1], arguments[1])
        builder.store(arguments[0], pointer).align = ALIGNMENT
        return context.get_dummy_value()

    return types.void(LANES_TYPE, row), generate


def _vector_pointer(context: Any, builder: Any, kind: Any, array: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(data, VECTOR.as_pointer())


@intrinsic
def square_root(_typing, _value):
    """Return the square root of each of the eight."""

    def generate(_context, builder, _signature, arguments):
        kind = ir.FunctionType(VECTOR, [VECTOR])
        root = builder.module.declare_intrinsic(f"llvm.sqrt.v{LANES}f64", fnty=kind)
        return builder.call(root, arguments)

    return LANES_TYPE(LANES_TYPE), generate


@intrinsic
def kept_above(_typing, _value, _size, _limit):
    """Return the first where not the second ≤ the third, and 0 elsewhere."""

    def generate(_context, builder, _signature, arguments):
        number, size, limit = arguments
        above = builder.fcmp_unordered(">", size, limit)  # true of NaN
        return builder.select(above, number, ir.Constant(VECTOR, [0.0] * LANES))

    return LANES_TYPE(LANES_TYPE, LANES_TYPE, LANES_TYPE), generate


@intrinsic
def any_nonzero(_typing, _value):
    """Return whether any of the eight is not 0."""

    def generate(_context, builder, _signature, arguments):
        zero = ir.Constant(VECTOR, [0.0] * LANES)
        bits = ir.IntType(LANES)
        found = builder.bitcast(builder.fcmp_unordered("!=", arguments[0], zero), bits)
        return builder.icmp_unsigned("!=", found, bits(0))

    return types.boolean(LANES_TYPE), generate


def _lanewise(instruction: str) -> Any:
    """Return how numba finds the operator that ``instruction`` is."""

    @intrinsic
    def apply(_typing, _left, _right):
        def generate(_context, builder, _signature, arguments):
            return getattr(builder, instruction)(*arguments)

        return LANES_TYPE(LANES_TYPE, LANES_TYPE), generate

    def choose(left, right):
        if {left, right} in ({LANES_TYPE}, {LANES_TYPE, types.float64}):
            return lambda left, right: apply(splat(left), splat(right))
        return None

    return choose


for _names, _instruction in (
    (("add", "iadd"), "fadd"),
    (("sub", "isub"), "fsub"),
    (("mul", "imul"), "fmul"),
):
    for _name in _names:
        overload(getattr(operator, _name))(_lanewise(_instruction))
