"""Many states under the same operators and clock, stepped together.

Whatever is computed for one of them depends on no other: neither on who its neighbors
are, nor on how many, nor on the number of threads. What a compiled step cannot do for
one of them, such as a quantum jump, is done for that one by itself, as for a single
bath.
"""
