"""Policies: programs that play challenges."""
