"""The screen of a biome: its oval, axes, charts and controls."""
