"""Baths while they run: what holds and moves the state of one, and of many."""
