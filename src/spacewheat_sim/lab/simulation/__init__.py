"""A biome run without a window, and the bundle that it leaves."""
