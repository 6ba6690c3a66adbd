"""Sweeps: one biome or one experiment at many points, in one bundle."""
