"""Pictures and films of the window, drawn aside and kept in files."""
