"""What is done to a bath at one moment: measured, harvested, collapsed, gated."""
