"""Instruments as arrays: what may be done to many baths at once, each its own."""
