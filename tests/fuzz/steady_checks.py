"""``steady_state`` against the exact null space of the Liouvillian."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from expected import resting
from generated_bath import GeneratedBath
from product_calls import started_bath
from steady_reference import steady_states
from verdicts import Ledger, LeftOutError, RefusalError, asked

# Error allowed in any entry of the density matrix.
ALLOWED = 1e-9


def check_steady(case: GeneratedBath, ledger: Ledger) -> None:
    """The steady state where there is one; else how many there are."""
    if case.bath.drives:
        _refused_when_driven(case, ledger)
        case = replace(case, bath=resting(case.bath))
    if case.bath.size > 7 and not case.bath.is_classical and case.index % 4:
        raise LeftOutError("exact elimination takes long")
    right = steady_states(case.bath)
    bath = started_bath(case, "master", 0)
    try:
        rho = asked(bath.steady_state)
    except RefusalError as refusal:
        _compare_counts(ledger, str(refusal), right.count)
        return
    if right.state is None:
        ledger.add(
            "WRONG", "one steady state claimed of several", error=right.count,
            detail=f"{rho.diagonal().real}",
        )  # fmt: skip
        return
    ledger.populations(rho.diagonal().real)
    ledger.compare(
        "steady state", rho.view(float), right.state.view(float), ALLOWED, 0.0, ALLOWED
    )
    lowest = float(np.linalg.eigvalsh(rho)[0]) if np.isfinite(rho).all() else 0.0
    if lowest < -1e-12:
        ledger.add("WRONG", "steady state not positive", error=-lowest, allowed=1e-12)


def _compare_counts(ledger: Ledger, message: str, count: int) -> None:
    """Where several are claimed there must be several, and as many."""
    claimed = re.search(r"(\d+) independent", message)
    if claimed is None:
        if count == 1:
            raise RefusalError(message)
        ledger.add("right", "several steady states refused")
        return
    if count == 1:
        ledger.add("WRONG", "several steady states claimed of one", detail=message[:90])
    elif int(claimed[1]) != count:
        ledger.add(
            "WRONG", "number of steady states", error=abs(int(claimed[1]) - count),
            detail=f"claims {claimed[1]}, there are {count}",
        )  # fmt: skip
    else:
        ledger.add("right", "number of steady states")


def _refused_when_driven(case: GeneratedBath, ledger: Ledger) -> None:
    bath = started_bath(case, "master", 0)
    try:
        asked(bath.steady_state)
    except RefusalError:
        return
    if case.bath.size == 1:  # an energy common to all states drives nothing
        return
    if any(
        drive.bound and getattr(drive, "frequency", 1.0) for drive in case.bath.drives
    ):
        ledger.add("WRONG", "steady state of a driven bath")
