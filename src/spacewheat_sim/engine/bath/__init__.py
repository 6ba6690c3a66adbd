"""One biome in motion: its operators, its state, and how the state is evolved."""
