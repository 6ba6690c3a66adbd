"""The axes, terms and gates of registers, as callers give them."""
