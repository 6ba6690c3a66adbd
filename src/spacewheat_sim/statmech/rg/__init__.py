"""Coarse-graining of the Ising model: exact, approximate, and by Monte Carlo.

A step of scale b replaces the coupling K = J/T by the K' that the coarser lattice has.
"""
