"""Figures of bundles as the page carries them: smaller, and still sharp."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import read_file

WIDTH = 1_200  # pixels, what a page is wide
QUALITY = 80  # of WebP: a third of the size of the file, no artifact to be seen
LARGEST = 1 << 25  # bytes; no run draws a larger one


@dataclass(frozen=True)
class Picture:
    """A figure of a run.

    Attributes:
        name: Its file's name without ``.png``.
        data: WebP in base64.
        width: In pixels.
        height: In pixels.
    """

    name: str
    data: str
    width: int
    height: int


def picture(file: Path) -> Picture:
    """Return a figure of a bundle, made smaller.

    Raises:
        ArgumentError: it cannot be read, or is no picture.
    """
    from PIL import Image, UnidentifiedImageError

    data = read_file(file, LARGEST)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as opened:
            image = opened.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise ArgumentError(f"{file} is no picture in PNG") from None
    except Image.DecompressionBombError:
        raise ArgumentError(f"{file} has too many pixels to be a figure") from None
    if image.width > WIDTH:
        height = max(1, round(image.height * WIDTH / image.width))
        image = image.resize((WIDTH, height), Image.Resampling.LANCZOS)
    packed = io.BytesIO()
    image.save(packed, "WEBP", quality=QUALITY, method=2)
    text = base64.b64encode(packed.getvalue()).decode("ascii")
    return Picture(file.stem, text, *image.size)
