"""Exact methods of the Ising model: enumeration, transfer matrices, closed forms.

H = −J Σ_⟨ij⟩ σ_i σ_j − h Σ_i σ_i. A torus counts the bonds i → right and i → down of
every site, so a side of 2 has each bond twice and a side of 1 couples spins to
themselves; a ring counts i → right. Every result is per site.
"""
