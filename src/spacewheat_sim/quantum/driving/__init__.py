"""Energies and rates that change with time: waves, pulses, functions of callers."""
