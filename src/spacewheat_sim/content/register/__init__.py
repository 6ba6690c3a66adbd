"""Registers as they are authored: their axes, rules, and what they ask of icons."""
