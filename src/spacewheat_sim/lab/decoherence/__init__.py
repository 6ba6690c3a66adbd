"""The experiment of a central spin in a bath of spins, part by part."""
