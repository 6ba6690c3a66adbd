"""When to act, and how: the best acts on a bath whose jumps are seen."""
