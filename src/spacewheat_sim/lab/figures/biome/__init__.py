"""Figures of the evolution of a biome."""
