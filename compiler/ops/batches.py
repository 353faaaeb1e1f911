"""What SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND share: images cut into interleaved ones.

Image (dy, dx) of a block of bh x bw holds the pixels (y * bh + dy, x * bw + dx) of the whole image,
which has margins: padding on one way, crops on the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from ..ir import Site
from .room import Op, Shape, rule
from .strided import EVERY, Axis, Move, steps_of

TYPES = EVERY


@rule("export the model again")
def block_and_margins_fit(op: Op, site: Site) -> str | None:
    """Block and margins are for the axes between batch and channels, positive and not negative."""
    axes = len(site.input(0).shape) - 2
    block, margins = site.const(1), site.const(2)
    if block.shape == (axes,) and margins.shape == (axes, 2) and block.min() > 0:
        return None if margins.min() >= 0 else f"margins {margins.tolist()}"
    return f"block {block.tolist()} and margins {margins.tolist()} for {axes} axes"


@dataclass(frozen=True)
class Geometry:
    """Four-dimensional shapes: the image, and the batch of images that it is cut into."""

    image: Shape
    batch: Shape
    block: tuple[int, int]
    margin: tuple[int, int]  # rows above and columns left of the image


def four(shape: Shape) -> Shape:
    """NHC as NH1C."""
    return shape if len(shape) == 4 else (*shape[:2], 1, shape[2])


def geometry(site: Site, image: Shape, batch: Shape) -> Geometry:
    """The geometry, with one column where there is no such axis."""
    block = [int(b) for b in site.const(1)] + [1]
    before = [int(m[0]) for m in site.const(2)] + [0]
    return Geometry(four(image), four(batch), (block[0], block[1]), (before[0], before[1]))


def pieces(g: Geometry) -> Iterator[tuple[tuple[Axis, ...], int, int]]:
    """For each image that it is cut into: axes with steps in the image and in the batch, and where
    both start."""
    n, h, w, c = g.image
    _, rows, columns, _ = g.batch
    at_image, at_batch = steps_of(g.image), steps_of(g.batch)
    for number in range(prod(g.block)):
        shift = divmod(number, g.block[1])
        axes = [Axis(n, at_image[0], at_batch[0])]
        image_start, batch_start = 0, number * n * at_batch[0]
        for i, (size, count) in enumerate(((h, rows), (w, columns))):
            b, offset = g.block[i], shift[i] - g.margin[i]
            first = max(-(offset // b), 0)
            last = min(-((offset - size) // b), count)
            axes.append(Axis(max(last - first, 0), b * at_image[i + 1], at_batch[i + 1]))
            image_start += (first * b + offset) * at_image[i + 1]
            batch_start += first * at_batch[i + 1]
        axes.append(Axis(c, 1, 1))
        if all(a.size for a in axes):
            yield tuple(axes), image_start, batch_start


def cut_moves(g: Geometry) -> tuple[Move, ...]:
    """From the image to the batch, in one move where there are no margins."""
    n, h, w, c = g.image
    _, rows, columns, _ = g.batch
    (bh, bw), at_image, at_batch = g.block, steps_of(g.image), steps_of(g.batch)
    if g.margin == (0, 0) and (h, w) == (rows * bh, columns * bw):
        axes = (
            Axis(bh, at_image[1], bw * n * at_batch[0]),
            Axis(bw, at_image[2], n * at_batch[0]),
            Axis(n, at_image[0], at_batch[0]),
            Axis(rows, bh * at_image[1], at_batch[1]),
            Axis(columns, bw * at_image[2], at_batch[2]),
            Axis(c, 1, 1),
        )
        return (Move(axes),)
    return tuple(Move(axes, a, b) for axes, a, b in pieces(g))
