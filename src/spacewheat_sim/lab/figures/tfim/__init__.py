"""Figures of transverse-field Ising chains."""
