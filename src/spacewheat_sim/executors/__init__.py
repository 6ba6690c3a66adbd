"""Where many runs are made: in this process, in others, or on a cluster."""
