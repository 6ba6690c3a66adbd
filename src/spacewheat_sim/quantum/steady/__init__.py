"""The steady state of a static bath."""
