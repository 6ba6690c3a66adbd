"""Blocks of Ising spins."""
