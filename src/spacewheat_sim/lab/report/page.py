"""The page's text: its parts put together so that nothing of a run becomes markup.

Data is in elements that a browser does not run or show, JSON with every ``<`` escaped
and base64. The scripts read it and write it to the page as text alone. Should one ever
fail to, the policy in the page's head lets no other script run, and nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

# In this order: each stands on those before it.
SCRIPTS = (
    "elements.js",
    "numbers.js",
    "theme.js",
    "store.js",
    "spark.js",
    "columns.js",
    "gallery.js",
    "curves.js",
    "ring.js",
    "spheres.js",
    "timeline.js",
    "player.js",
    "heatmap.js",
    "sweep.js",
    "run.js",
    "main.js",
)


@dataclass
class Page:
    """What a page holds.

    Attributes:
        rows: The gallery's row of each run.
        blocks: The block of each run, in the same order.
        pictures: Figures in base64, by their places.
        pictured: Number of runs that have pictures.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)
    pictured: int = 0


def page_text(page: Page, about: Mapping[str, Any]) -> str:
    """Return the page as HTML; ``about`` says when and from what it was made."""
    script, style = _script(), _style()
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; "
        f"style-src '{_hash(style)}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    named = {f"run-{k}": block for k, block in enumerate(page.blocks)} | page.pictures
    data = (
        f'<script type="text/plain" id="{place}">{text}</script>'
        for place, text in named.items()
    )
    index = _json({**about, "runs": page.rows})
    template = _part("page.html")
    head, rest = template.split("<!-- style -->")
    body, end = rest.split("<!-- data and script -->")
    return "".join(
        (
            head.replace("POLICY", policy),
            f"<style>{style}</style>",
            body,
            f'<script type="application/json" id="index">{index}</script>\n',
            f"<script>{script}</script>\n",
            "\n".join(data),
            end,
        )
    )


def _json(value: Any) -> str:
    """Return JSON that is safe inside a script element, whatever it holds."""
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")


@cache
def _script() -> str:
    terms = _part("LICENSE-UPLOT.txt")
    ours = "\n".join(_part(name) for name in SCRIPTS)
    chart = f"/*\n{terms}*/\n{_part('uplot.min.js')}\n"
    return f"{chart}(() => {{\n'use strict';\n{ours}\n}})();\n"


@cache
def _style() -> str:
    return _part("uplot.min.css") + "\n" + _part("page.css")


def _part(name: str) -> str:
    part = files("spacewheat_sim.lab.report").joinpath("page").joinpath(name)
    return part.read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
