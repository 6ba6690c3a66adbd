"""The numbers of icons and biomes by path, such as ``🐺.transfers_from.🐇``."""
