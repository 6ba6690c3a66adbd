"""The lab under its short name: ``python -m experiments``."""
