"""Exact questions to biomes, and answers that print and draw themselves."""
