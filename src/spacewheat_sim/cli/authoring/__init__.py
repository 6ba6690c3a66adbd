"""``spacewheat content``: check, show, compare and create what authors write."""
