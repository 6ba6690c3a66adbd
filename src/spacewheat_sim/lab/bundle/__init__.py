"""The folder that a run leaves: parameters, tables, figures, and where it came from."""
