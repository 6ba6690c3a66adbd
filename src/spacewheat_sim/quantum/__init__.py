"""Open quantum systems on plain arrays: no YAML, no clock, no files.

Conventions: ħ = 1, times in seconds, energies in rad/s, rates in 1/s, entropies in
natural logarithms. ``N`` is the dimension of the Hilbert space.
"""
