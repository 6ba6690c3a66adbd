"""Chains of the transverse-field Ising model: parameters, solutions, costs."""
