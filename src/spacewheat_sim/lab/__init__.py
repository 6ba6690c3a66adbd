"""Runs that leave a bundle behind: simulations of biomes, and their figures."""
