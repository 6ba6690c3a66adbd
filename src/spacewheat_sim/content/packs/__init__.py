"""Packs: folders of icons and biomes, and where content of a name is looked for."""
