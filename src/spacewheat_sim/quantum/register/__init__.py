"""Registers: baths whose axes are qubits.

``layout`` says which basis states a pole is in, ``terms`` what icons' terms do to them,
``gates`` and ``entanglement`` what is done to axes and read off them.
"""
