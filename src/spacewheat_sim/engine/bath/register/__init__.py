"""The axes and terms of registers, as callers give them."""
