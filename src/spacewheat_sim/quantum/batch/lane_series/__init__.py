"""The no-jump evolution of eight kets at once, known at every time of a step."""
