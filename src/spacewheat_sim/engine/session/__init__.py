"""A recorded session: its log, and its replay."""
