"""Challenges played: what is paid, what is counted, by whom it is played."""
