"""Metropolis of the Ising model with 64 spins per machine word."""
