"""The sandbox: a window in which a biome is seen and touched.

World and input make a list of shapes without pygame; only the modules of ``display``
import it, paint shapes and read events.
"""
