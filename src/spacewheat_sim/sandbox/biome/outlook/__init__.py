"""What will come, exactly: the next jump, what a number does, how fast it settles."""
