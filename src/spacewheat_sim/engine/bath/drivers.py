"""Drivers that a caller gives for a bath's operators, checked one by one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.engine.bath.rate_changes import checked_shape
from spacewheat_sim.engine.bath.terms import Find
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.driving.driver import Driver
from spacewheat_sim.quantum.register.layout import emoji_states

DriverTerm = tuple[str, float, str, float, float] | tuple[str, Callable[[float], float]]


def driver_term(term: tuple[Any, ...], number: int, find: Find) -> Driver:
    """Return the driver of ``term``, at place ``number``.

    Raises:
        UnknownNameError: an emoji or a shape that is not there.
        ArgumentError: neither of its two forms, or a number that is none.
    """
    where = f"drivers[{number}]"
    forms = "(emoji, function) or (emoji, amplitude, shape, frequency, phase)"
    if len(term) not in (2, 5):
        raise ArgumentError(f"{where} must be {forms}, but has {len(term)} entries")
    state = find(term[0], f"in {where}")
    if len(term) == 2:
        function = term[1]
        if not callable(function):
            raise ArgumentError(
                f"{where} must be {forms}, but its function is {shown(function)}"
            )
        return Driver(state, function=function, name=term[0])
    shape = checked_shape(term[2], f"in {where}")
    amplitude, frequency, phase = (real(term[i]) for i in (1, 3, 4))
    if not all(map(math.isfinite, (amplitude, frequency, phase))):
        raise ArgumentError(f"{where} must hold finite numbers, but is {shown(term)}")
    if frequency < 0.0:
        raise ArgumentError(f"The frequency of {where} must not be negative")
    return Driver(state, amplitude, shape, frequency, phase, name=term[0])


def without_constants(
    drivers: tuple[Driver, ...], hamiltonian: sp.csr_array, qubits: int
) -> tuple[tuple[Driver, ...], sp.csr_array]:
    """Return the drivers that change with time, and H with the others' energies."""
    constant = [driver for driver in drivers if driver.is_constant]
    if not any(driver(0.0) for driver in constant):
        return tuple(d for d in drivers if not d.is_constant), hamiltonian
    diagonal = np.zeros(hamiltonian.shape[0])
    for driver in constant:
        diagonal[emoji_states(driver.state, qubits)] += driver(0.0)
    whole = sp.csr_array(hamiltonian + sp.diags_array(diagonal))
    whole.sort_indices()
    return tuple(d for d in drivers if not d.is_constant), whole
