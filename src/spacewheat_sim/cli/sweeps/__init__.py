"""``spacewheat sweep`` and ``spacewheat lab sweep``."""
