"""Content of the original game as packs of this one's."""
