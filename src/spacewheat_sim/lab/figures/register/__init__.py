"""Figures of registers: their qubits, and what their axes share."""
