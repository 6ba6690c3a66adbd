"""The one vocabulary of things to ask of a run, evaluated on the mean of all runs."""
