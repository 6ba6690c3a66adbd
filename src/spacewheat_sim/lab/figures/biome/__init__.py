"""Figures of a biome in motion."""
