"""An energy that changes in a rhythm."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from spacewheat_sim.content.fields import Number
from spacewheat_sim.content.model import ContentModel
from spacewheat_sim.content.rhythms.rhythm import Rhythm, RhythmLike


class Driver(ContentModel):
    """Adds amplitude · f(t) to the energy of an icon's emoji.

    The rhythm f is a name, a mapping of its own, or written out in the driver itself.
    """

    rhythm: Annotated[RhythmLike, Field(description="a name, or {shape: …}")]
    amplitude: Annotated[Number, Field(description="rad/s")] = 1.0

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        """Return the keys of a rhythm that is written out in the driver under one."""
        if not isinstance(data, dict) or "rhythm" in data or "shape" not in data:
            return data
        inside = {key: data[key] for key in Rhythm.model_fields if key in data}
        rest = {key: value for key, value in data.items() if key not in inside}
        return {**rest, "rhythm": inside}
