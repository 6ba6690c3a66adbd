"""One page with all runs: a gallery, curves, heat maps and a player, in one file.

``page/`` holds what the browser runs. Nothing of it is fetched: the page has its
scripts, styles and data inside, and its policy forbids any request.
"""
