"""Many baths under the same operators and clock, evolved together.

Kets are stored in groups of eight, number by number, so that one vector instruction
serves eight baths; groups and density matrices are shared out to the threads.
"""
