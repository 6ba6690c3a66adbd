"""Measurements of single kets out of eight."""
