"""What the states of all scenes have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, Self

from spacewheat_sim.content.scenario import Scenario


class SceneState(Protocol):
    """The physics of a scene: its seed, its parameters, and what ticks make of them.

    Attributes:
        seed: Root seed.
        starts_paused: Whether time stands still in it at first.
    """

    seed: int
    starts_paused: bool

    @classmethod
    def of(cls, scenario: Scenario, seed: int) -> Self:
        """Return the state with which a scenario begins."""

    def tick(self) -> None:
        """Step by one tick."""

    def set(self, name: str, value: float | str) -> None:
        """Give a parameter another value.

        Raises:
            ArgumentError: it cannot have this value; nothing has changed.
        """

    def get(self, name: str) -> float | str:
        """Return a parameter."""

    def restart(self, seed: int) -> None:
        """Begin anew with a root seed."""

    def document(self) -> dict[str, Any]:
        """Return all that its history depends on but the scenario, as JSON data."""

    def put_back(self, document: Mapping[str, Any]) -> None:
        """Go on from the document of another state of the same scenario."""

    def refine(self, real_seconds: float) -> None:
        """Compute a part of what is only looked at, and takes long."""

    @property
    def is_refining(self) -> bool:
        """Whether such a part is left."""
