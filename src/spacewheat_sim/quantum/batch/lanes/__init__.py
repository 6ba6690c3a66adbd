"""Eight numbers at once, as one vector instruction takes them."""
