"""The held-out digits as text: one digit a line, its label, a space and 64 pixels in base 17.

A pixel is a character of 0123456789abcdefg (0 = paper, g = 16 = full ink), row by row. Lines that
start with # are comments. The network's input is 8-bit grey, min(16 p, 255), as a camera gives it;
as int8 that is grey - 128 (scale 1/256, zero point -128).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIDE = 8
_ALPHABET = "0123456789abcdefg"
_HEADER = (
    "# Handwritten digits of scikit-learn's load_digits that //models/digits:train holds out.\n"
    "# Origin and licence: README.md. A line: label, space, 8x8 pixels 0..16 as 0..9 a..g.\n"
)


@dataclass(frozen=True)
class Digits:
    """Pixels 0..16 of shape (n, 8, 8), and n labels."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pixels 0..16 as 8-bit grey: min(16 p, 255)."""
    return np.minimum(pixels.astype(np.int32) * 16, 255).astype(np.uint8)


def quantised(pixels: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Pixels 0..16 as the network's int8 input: grey - 128."""
    return (grey(pixels).astype(np.int32) - 128).astype(np.int8)


def format_text(pixels: NDArray[np.uint8], labels: NDArray[np.int64]) -> str:
    """The text of held_out.txt."""
    lines = (
        f"{label} {''.join(_ALPHABET[p] for p in image.flat)}\n"
        for image, label in zip(pixels, labels, strict=True)
    )
    return _HEADER + "".join(lines)


def parse_text(text: str) -> Digits:
    """The inverse of `format_text`; a malformed line raises ValueError naming it."""
    labels: list[int] = []
    pixels: list[list[int]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            continue
        label, _, image = line.partition(" ")
        if not (label.isdigit() and len(image) == SIDE * SIDE and set(image) <= set(_ALPHABET)):
            raise ValueError(
                f"line {number}: expected a label and {SIDE * SIDE} pixels, got {line!r}"
            )
        labels.append(int(label))
        pixels.append([_ALPHABET.index(character) for character in image])
    images = np.array(pixels, np.uint8).reshape(-1, SIDE, SIDE)
    return Digits(images, np.array(labels, np.int64))


def read(path: Path) -> Digits:
    """The digits of a held_out.txt."""
    return parse_text(path.read_text(encoding="utf-8"))
