"""How likely recorded histories are, and how that follows each number."""
