"""Compiled loops of exact answers about baths."""
