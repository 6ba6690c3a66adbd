"""A session whose past can be returned to, and acted in."""
