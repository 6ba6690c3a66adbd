"""What changes with time: rhythms, the energies that they drive, and their rates."""
