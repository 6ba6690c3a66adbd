"""What a biome or an icon holds, at a glance: as plain data, and as a graph."""
