"""Looks at the drive's series over a piece of time."""
