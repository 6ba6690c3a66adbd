"""The folder of a run: parameters, tables, figures, and provenance."""
