"""Whole runs of many trajectories, jumps and measurements included, in compiled loops.

A trajectory is carried by one of eight lanes. Each lane has its own clock: where its
ket jumps, its next step begins, whatever the seven others do, and where its trajectory
ends, it takes up the next.
"""
