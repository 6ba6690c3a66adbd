"""What a biome does, told to its author on a page."""
