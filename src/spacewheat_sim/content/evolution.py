"""The method that evolves a biome, and its options."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spacewheat_sim.choices import (
    DEFAULT_TOLERANCE,
    LARGEST_TOLERANCE,
    SMALLEST_TOLERANCE,
    HamiltonianStep,
    Method,
)
from spacewheat_sim.content.fields import Number
from spacewheat_sim.content.model import ContentModel


class Evolution(ContentModel):
    """The method and its options; an option of another method is an error.

    Attributes:
        method: ``trajectory`` (quantum jumps on a ket), ``master`` (density matrix) or
            ``spec`` (the source document's update rule).
        tolerance: Error in populations per second; for ``trajectory`` and ``master``.
        hamiltonian_step: How ``spec`` applies the Hamiltonian.
        active_threshold: Population below which ``trajectory`` may leave a state out.
    """

    method: Method = "trajectory"
    tolerance: Annotated[Number, Field(ge=SMALLEST_TOLERANCE, le=LARGEST_TOLERANCE)] = (
        DEFAULT_TOLERANCE
    )
    hamiltonian_step: HamiltonianStep = "euler"
    active_threshold: Annotated[Number, Field(gt=0, lt=1)] | None = None

    def without_idle_options(self) -> Evolution:
        """Return the same without what is an option of other methods alone."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        for option, methods in METHODS_OF_OPTION.items():
            if self.method not in methods:
                given.pop(option, None)
        return Evolution.model_validate(given)


METHODS_OF_OPTION = {
    "tolerance": ("trajectory", "master"),
    "hamiltonian_step": ("spec",),
    "active_threshold": ("trajectory",),
}
"""The methods that each option of :class:`Evolution` applies to."""
