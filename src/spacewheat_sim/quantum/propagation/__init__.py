"""Propagation over whole intervals: polynomials of the generator, not small steps."""
