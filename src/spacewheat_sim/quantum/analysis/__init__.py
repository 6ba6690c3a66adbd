"""Exact answers about baths, cheap because every jump lands on a basis state."""
