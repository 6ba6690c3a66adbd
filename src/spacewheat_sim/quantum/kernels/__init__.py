"""All compiled loops of baths, named by what they do.

They take and return plain arrays and named tuples of arrays.
"""
