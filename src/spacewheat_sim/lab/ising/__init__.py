"""Common parts of the experiments on Ising models."""
