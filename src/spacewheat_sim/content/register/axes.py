"""The axes of a register."""

from __future__ import annotations

from spacewheat_sim.content.fields import Emoji
from spacewheat_sim.content.model import ContentModel


class RegisterAxis(ContentModel):
    """A qubit whose two poles are emojis: one of them is always on.

    Attributes:
        north: The emoji of |0⟩.
        south: The emoji of |1⟩.
        harvest: The pole to which a harvest brings it; by default the south.
    """

    north: Emoji
    south: Emoji
    harvest: Emoji | None = None
