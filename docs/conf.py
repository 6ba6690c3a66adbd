"""How Sphinx makes the pages of this folder: make docs."""

from spacewheat_sim import __version__

project = "spacewheat_sim"
author = copyright = "the spacewheat_sim maintainers"  # noqa: A001 - Sphinx reads it
version = release = __version__
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["figures"]
html_theme = "furo"
html_title = f"spacewheat_sim {__version__}"
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 4
# Links to files of the repository outside of this folder stay as they are.
suppress_warnings = ["myst.xref_missing"]
