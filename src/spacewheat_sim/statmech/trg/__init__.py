"""Tensor renormalization of the square-lattice Ising model, with exact derivatives.

Levin and Nave's scheme (Physical Review Letters 99, 120601, 2007) and the bond-weighted
one of Adachi, Okubo and Todo (Physical Review B 105, L060402, 2022), on tori of
2^a × 2^b spins, at any coupling and field. As everywhere in the project a torus counts
the bonds i → right and i → down of every site.
"""
