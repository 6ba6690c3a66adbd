"""Adds and removes terms and emojis while a biome runs."""
