"""What is checked of files beyond their schema."""
