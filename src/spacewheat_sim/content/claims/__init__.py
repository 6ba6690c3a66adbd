"""What authors claim of a biome, as quantities with bounds."""
