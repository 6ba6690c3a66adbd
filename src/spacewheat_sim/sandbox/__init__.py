"""The sandbox: a window in which a player sees and controls a biome.

Worlds and inputs are turned into a list of shapes without pygame; only the modules of
``display`` import it, paint shapes and read events.
"""
