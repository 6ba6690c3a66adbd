"""Numbers that make a wish true, and numbers that explain a history."""
