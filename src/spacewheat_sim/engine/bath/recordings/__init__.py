"""What is seen of a bath while it evolves, and how it is kept."""
