"""Extreme energies of a Hamiltonian."""
