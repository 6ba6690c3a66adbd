"""The classical Ising model: exact torus, exact ring, Monte Carlo and its statistics.

H = −J Σ_⟨ij⟩ σ_i σ_j − h Σ_i σ_i. In this package couplings are divided by the
temperature: K = J/T, and the field of a Boltzmann weight is h/T. A torus counts the
bonds i → right and i → down of every site, so a side of 2 has each bond twice.
"""
