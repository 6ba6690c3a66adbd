"""The rules that a biome must obey, by what they are about."""
