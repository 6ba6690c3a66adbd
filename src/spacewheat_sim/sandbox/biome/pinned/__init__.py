"""A and B: two futures of one moment, side by side on one clock."""
