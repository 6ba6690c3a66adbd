"""Large baths: only the states that can hold amplitude are evolved."""
