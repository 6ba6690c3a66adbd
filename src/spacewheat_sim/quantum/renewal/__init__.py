"""Ensembles of static baths as renewal processes.

A jump leaves the bath in a basis state, and between jumps it is deterministic. So a
trajectory is a chain of waiting times and landings, drawn from tables that are made
once: no state is evolved for it.
"""
