"""One step of the equation of motion as a function of time, one method a file.

A series is known at every time inside its step, so that recorded rows and jump times
are read off it. Taylor series serve short steps and drivers, Faber series long static
ones, active states large bases of which few states are populated, and squared
propagators small stiff baths.
"""
