"""What a window does with a biome: its session, and what that is made of."""
