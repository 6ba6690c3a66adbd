"""Compiled functions, sums and products; see :mod:`spacewheat_sim.quantum.kernels`."""
