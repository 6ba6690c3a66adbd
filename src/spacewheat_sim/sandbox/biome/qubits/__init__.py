"""The view of a register: its qubits as spheres, what they share, and gates."""
