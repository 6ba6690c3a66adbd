"""The method that evolves a biome, and its options."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from spacewheat_sim.content.fields import Number
from spacewheat_sim.content.model import ContentModel
from spacewheat_sim.tolerance import (
    LARGEST_TOLERANCE,
    SMALLEST_TOLERANCE,
    USUAL_TOLERANCE,
)


class Evolution(ContentModel):
    """The method and its options; an option of another method is an error.

    Attributes:
        method: ``trajectory`` (quantum jumps on a ket), ``master`` (density matrix) or
            ``spec`` (the source document's update rule).
        tolerance: Error in populations per second; for ``trajectory`` and ``master``.
        hamiltonian_step: How ``spec`` applies the Hamiltonian.
        active_threshold: Population below which ``trajectory`` may leave a state out.
    """

    method: Literal["trajectory", "master", "spec"] = "trajectory"
    tolerance: Annotated[Number, Field(ge=SMALLEST_TOLERANCE, le=LARGEST_TOLERANCE)] = (
        USUAL_TOLERANCE
    )
    hamiltonian_step: Literal["euler", "cayley", "split", "exact"] = "euler"
    active_threshold: Annotated[Number, Field(gt=0, lt=1)] | None = None


METHODS_OF_OPTION = {
    "tolerance": ("trajectory", "master"),
    "hamiltonian_step": ("spec",),
    "active_threshold": ("trajectory",),
}
"""The methods that each option of :class:`Evolution` applies to."""
