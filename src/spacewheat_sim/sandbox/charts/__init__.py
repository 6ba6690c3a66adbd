"""Values over time and directions in space, as shapes."""
