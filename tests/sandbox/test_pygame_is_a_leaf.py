from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import spacewheat_sim.sandbox

PACKAGE = Path(spacewheat_sim.sandbox.__file__).parent
MODULES = sorted(
    "spacewheat_sim.sandbox."
    + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    for path in PACKAGE.rglob("*.py")
    if path.name != "__init__.py" and "display" not in path.parts
)

SCRIPT = """
import importlib, sys
sys.modules["pygame"] = None
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_everything_but_the_display_works_without_pygame():
    assert len(MODULES) > 20
    subprocess.run([sys.executable, "-c", SCRIPT, *MODULES], check=True)
