"""Questions about H and Γ that have exact answers, put to them modulo primes."""
