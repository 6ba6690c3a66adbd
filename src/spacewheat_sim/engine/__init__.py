"""The headless game: biomes compiled to operators, baths, worlds and recordings."""
