"""Many attempts at a challenge side by side, each the same as one played alone."""
