"""The list of what has happened."""
