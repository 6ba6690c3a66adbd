"""What is written in the window: numbers, names of emojis, the page of help."""
