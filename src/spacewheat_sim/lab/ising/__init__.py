"""What the experiments on Ising models share."""
