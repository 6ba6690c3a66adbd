"""The transverse-field Ising chain H = −J Σ Z_i Z_{i+1} − g Σ X_i, by two methods.

``free_fermion`` solves a chain of any length through its Jordan–Wigner fermions;
``exact_diagonalization`` finds the ground states of its two parity sectors by Lanczos,
without a stored matrix. Neither uses the other.

Conventions: Z and X are Pauli matrices, J > 0 and g ≥ 0 are dimensionless. The parity
ΠX_i is conserved and the ground state is even, also where an odd state lies
exponentially close (g < J): there it is the cat state of both magnetizations.
Entropies are in natural logarithms, of the first ℓ sites, ℓ = 1 … L − 1. A periodic
chain counts the bond i → i + 1 of every site, so that a ring of two sites has its bond
twice.
"""
