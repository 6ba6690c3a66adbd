"""Classical statistical mechanics: Markov chains."""
