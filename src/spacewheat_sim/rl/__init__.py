"""Gymnasium environments of challenges."""
