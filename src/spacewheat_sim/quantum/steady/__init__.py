"""The steady state of a bath without time-dependent energies."""
