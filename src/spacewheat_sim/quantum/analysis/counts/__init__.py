"""How many jumps come through some channels."""
