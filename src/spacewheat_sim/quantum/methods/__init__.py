"""How a state is evolved: trajectory, master and spec, for one bath and for many.

In a batch, whatever is computed for one bath depends on no other: neither on who its
neighbors are, nor on how many, nor on the number of threads. What a compiled step
cannot do for one of them, such as a quantum jump, is done for that one by itself.
"""
