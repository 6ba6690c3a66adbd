"""A central spin that is dephased by an environment of spins.

    H = Z_S ⊗ Σ_k g_k Z_k + h Σ_k X_k + J Σ_k Z_k Z_{k+1},   ħ = 1, open chain

Z_S is conserved, so the environment evolves apart in the two branches of the central
spin, under H_± = ±Σ_k g_k Z_k + h Σ_k X_k + J Σ_k Z_k Z_{k+1}. (|0⟩ + |1⟩)/√2 ⊗ |E⟩
becomes (|0⟩|E_+(t)⟩ + |1⟩|E_−(t)⟩)/√2, and everything follows from the two branches:
ρ01(t) = r(t)/2 with the decoherence factor r(t) = ⟨E_−(t)|E_+(t)⟩.

Source: W. H. Zurek, Rev. Mod. Phys. 75, 715 (2003), sections IV and VII.
"""
