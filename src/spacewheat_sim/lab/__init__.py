"""Runs that write a bundle: simulations of biomes, experiments, and figures."""
