"""Whole runs of many trajectories, jumps and measurements included.

A jump leaves a bath in a basis state, and between jumps it is deterministic. So a
trajectory of a static bath is a chain of waiting times and landings, drawn from tables
that are made once. Driven or measured ones are evolved, each in one of eight lanes with
a clock of its own: where its trajectory ends, a lane takes up the next.
"""
