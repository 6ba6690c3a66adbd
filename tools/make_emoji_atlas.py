"""Make the color-emoji atlas of ``spacewheat_sim.assets`` from an npm package.

Only maintainers need this, and only to add emoji or to follow a new emoji version::

    npm pack emoji-datasource-google@16.0.0 && tar xzf emoji-datasource-google-*.tgz
    python tools/make_emoji_atlas.py package

The emoji are those of ``tools/emoji_atlas.txt``. The same package and list give the
same bytes. Pixels are copied unchanged: reducing the colors would band visibly.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from PIL import Image

from spacewheat_sim.emoji import canonical_emoji

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "src" / "spacewheat_sim" / "assets"
EMOJI_LIST = ROOT / "tools" / "emoji_atlas.txt"
CELL = 64  # pixels
COLUMNS = 24


def read_emoji_list(path: Path) -> list[str]:
    """Return the canonical emoji of a list file in order.

    Raises:
        SystemExit: An emoji is listed twice.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    words = [w for line in lines if not line.startswith("#") for w in line.split()]
    emojis = [canonical_emoji(word) for word in words]
    twice = sorted({emoji for emoji in emojis if emojis.count(emoji) > 1})
    if twice:
        raise SystemExit(f"{path.name}: listed twice: {' '.join(twice)}")
    return emojis


def index_images(package: Path) -> dict[str, Path]:
    """Return the image file of each emoji that the package has a picture of."""
    entries = json.loads((package / "emoji.json").read_text(encoding="utf-8"))
    images = {}
    for entry in entries:
        if entry["has_img_google"]:
            emoji = "".join(chr(int(code, 16)) for code in entry["unified"].split("-"))
            folder = package / "img" / "google" / "64"
            images[canonical_emoji(emoji)] = folder / entry["image"]
    return images


def draw_atlas(emojis: list[str], images: dict[str, Path]) -> Image.Image:
    """Return the atlas: one cell per emoji, row by row.

    Raises:
        SystemExit: The package has no picture of an emoji, or one of another size.
    """
    missing = [emoji for emoji in emojis if emoji not in images]
    if missing:
        raise SystemExit(f"No picture of {' '.join(missing)} in the package")
    rows = -(-len(emojis) // COLUMNS)
    atlas = Image.new("RGBA", (COLUMNS * CELL, rows * CELL))
    for index, emoji in enumerate(emojis):
        row, column = divmod(index, COLUMNS)
        with Image.open(images[emoji]) as picture:
            if picture.size != (CELL, CELL):
                raise SystemExit(f"{images[emoji].name} is {picture.size} pixels")
            atlas.paste(picture.convert("RGBA"), (column * CELL, row * CELL))
    return atlas


def describe_atlas(emojis: list[str], package: Path) -> str:
    """Return the JSON text that says which cell holds which emoji."""
    source = json.loads((package / "package.json").read_text(encoding="utf-8"))
    head = {
        "source": source["name"],
        "source_version": source["version"],
        "cell_size": CELL,
    }
    cells = {emoji: [i % COLUMNS, i // COLUMNS] for i, emoji in enumerate(emojis)}
    lines = [f"  {json.dumps(key)}: {json.dumps(head[key])}," for key in head]
    # One emoji per line keeps the difference between two versions readable.
    pairs = [
        f"    {json.dumps(emoji, ensure_ascii=False)}: {cell}"
        for emoji, cell in cells.items()
    ]
    body = ",\n".join(pairs)
    return "\n".join(["{", *lines, '  "cells": {', body, "  }", "}", ""])


def main() -> None:
    """Write ``emoji_atlas.png`` and ``emoji_atlas.json`` into the assets folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("package", type=Path, help="folder of the unpacked npm package")
    package = parser.parse_args().package
    emojis = read_emoji_list(EMOJI_LIST)
    image = ASSETS / "emoji_atlas.png"
    draw_atlas(emojis, index_images(package)).save(image, optimize=True)
    text = describe_atlas(emojis, package)
    (ASSETS / "emoji_atlas.json").write_text(text, encoding="utf-8")
    print(f"{len(emojis)} emoji, {image.stat().st_size // 1000} kB in {image.name}")


if __name__ == "__main__":
    main()
