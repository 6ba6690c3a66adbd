"""The panel of axes, each a Bloch sphere."""
