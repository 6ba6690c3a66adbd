"""Compiled loops of Monte Carlo on Ising lattices, a file for each algorithm.

Shapes: spins ±1 as int8 (height, width), periodic; clusters as int32 (height · width),
where equal numbers mean the same cluster; a generator as four uint64 words, seeded by
the caller.
"""
