"""How the next measurement is made: its kind, and the strength of that kind."""

from __future__ import annotations

from spacewheat_sim.choices import DEFAULT_STRENGTH, MeasurementKind


class Measuring:
    """What a player has selected.

    Attributes:
        kind: The kind of measurement.
        strengths: Strength of each kind that has one, by kind.
    """

    def __init__(self) -> None:
        self.kind: MeasurementKind = "projective"
        self.strengths: dict[MeasurementKind, float] = dict.fromkeys(
            ("game", "weak"), DEFAULT_STRENGTH
        )

    @property
    def strength(self) -> float | None:
        """The strength of the next measurement, None if its kind has none."""
        return self.strengths.get(self.kind)
