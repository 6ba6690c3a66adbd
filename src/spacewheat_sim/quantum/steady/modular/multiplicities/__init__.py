"""How many eigenvalues of a matrix are equal, decided modulo a prime."""
