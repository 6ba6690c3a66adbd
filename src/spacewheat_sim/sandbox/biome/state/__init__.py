"""The state view: density matrix, ket, and what the axes of a register share."""
