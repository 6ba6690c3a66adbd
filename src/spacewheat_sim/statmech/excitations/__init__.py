"""Rare moves of Ising lattices: what a run should have seen of them."""
