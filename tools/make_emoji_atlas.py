"""Make the color pictures of ``spacewheat_sim.assets`` from an npm package.

Only maintainers need this, and only to add emoji or to follow a new emoji version::

    npm pack emoji-datasource-google@16.0.0 && tar xzf emoji-datasource-google-*.tgz
    python tools/make_emoji_atlas.py package

The atlas holds the emoji of ``tools/emoji_atlas.txt``; its pixels are copied unchanged,
since reducing the colors would band visibly. All others of Unicode's list of which the
package has a picture go to pages, which are read only where one is drawn: as PNG they
would be 13 MB, as lossless WebP 8 MB; with losses that no eye finds they are 4 MB.
The same package, list and Pillow give the same bytes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from PIL import Image

from spacewheat_sim.emoji import canonical_emoji, known_emojis

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "src" / "spacewheat_sim" / "assets"
EMOJI_LIST = ROOT / "tools" / "emoji_atlas.txt"
CELL = 64  # pixels
COLUMNS = 24
PAGE_COLUMNS = 16
ON_A_PAGE = 256
WEBP_QUALITY = 90


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
    toned = [each for e in entries for each in e.get("skin_variations", {}).values()]
    for entry in [*entries, *toned]:
        if entry["has_img_google"]:
            emoji = "".join(chr(int(code, 16)) for code in entry["unified"].split("-"))
            folder = package / "img" / "google" / "64"
            images[canonical_emoji(emoji)] = folder / entry["image"]
    return images


def draw_cells(emojis: list[str], images: dict[str, Path], columns: int) -> Image.Image:
    """Return an image with one cell per emoji, row by row.

    Raises:
        SystemExit: The package has no picture of an emoji, or one of another size.
    """
    missing = [emoji for emoji in emojis if emoji not in images]
    if missing:
        raise SystemExit(f"No picture of {' '.join(missing)} in the package")
    rows = -(-len(emojis) // columns)
    atlas = Image.new("RGBA", (columns * CELL, rows * CELL))
    for index, emoji in enumerate(emojis):
        row, column = divmod(index, columns)
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


def write_pages(emojis: list[str], images: dict[str, Path]) -> int:
    """Write the pages and ``emoji_pages.txt``, a line each; return their bytes."""
    folder = ASSETS / "emoji_pages"
    folder.mkdir(exist_ok=True)
    lines, size = [], 0
    for number, first in enumerate(range(0, len(emojis), ON_A_PAGE)):
        on_it = emojis[first : first + ON_A_PAGE]
        path = folder / f"{number:02d}.webp"
        page = draw_cells(on_it, images, PAGE_COLUMNS)
        page.save(path, quality=WEBP_QUALITY, method=6)
        lines.append(" ".join(on_it) + "\n")
        size += path.stat().st_size
    (ASSETS / "emoji_pages.txt").write_text("".join(lines), encoding="utf-8")
    return size


def main() -> None:
    """Write the atlas, the pages, and what is where, into the assets folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("package", type=Path, help="folder of the unpacked npm package")
    package = parser.parse_args().package
    emojis = read_emoji_list(EMOJI_LIST)
    image, images = ASSETS / "emoji_atlas.png", index_images(package)
    draw_cells(emojis, images, COLUMNS).save(image, optimize=True)
    text = describe_atlas(emojis, package)
    (ASSETS / "emoji_atlas.json").write_text(text, encoding="utf-8")
    print(f"{len(emojis)} emoji, {image.stat().st_size // 1000} kB in {image.name}")
    others = sorted((known_emojis() & images.keys()) - set(emojis))
    print(f"{len(others)} emoji, {write_pages(others, images) // 1000} kB in pages")


if __name__ == "__main__":
    main()
