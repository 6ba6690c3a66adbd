"""Parallel tempering of Ising lattices: replicas that exchange their temperatures."""
