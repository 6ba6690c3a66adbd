"""Stiff static baths: propagators of 1, 2, 4, … base steps by repeated squaring.

A series needs about one product with the generator G per unit of ‖G‖t. Squaring
reaches t in log₂(‖G‖t) products of matrices, whatever the scales; it pays where rates
or energies are many powers of ten apart and the basis is small.
"""
