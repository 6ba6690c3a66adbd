"""Authored YAML becomes validated, immutable icons, biomes and scenarios."""
