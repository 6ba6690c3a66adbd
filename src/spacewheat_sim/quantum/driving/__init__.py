"""Energies that change with time: waves, pulses, and functions of the caller's own."""
