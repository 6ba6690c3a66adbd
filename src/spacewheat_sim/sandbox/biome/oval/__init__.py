"""The biome as bubbles on an oval, with couplings and transfers between them."""
