"""SPACE_TO_BATCH_ND: a padded image becomes a batch of interleaved images.

Source: TFLite reference_ops::SpaceToBatchND. Padding is real zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from ..ir import DType, Site
from .batches import TYPES, block_and_margins_fit, cut_moves, geometry
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import const_input, rank_of_input
from .strided import Move, Movement


@rule("export the model again")
def blocks_fill_the_padded_image(op: Op, site: Site) -> str | None:
    """Every side, with its padding, is a multiple of the block."""
    sides = site.input(0).shape[1:-1]
    padded = [n + int(m.sum()) for n, m in zip(sides, site.const(2), strict=True)]
    block = site.const(1).tolist()
    fits = all(n % b == 0 for n, b in zip(padded, block, strict=True))
    return None if fits else f"sides {padded} in blocks of {block}"


@dataclass(frozen=True)
class SpaceToBatchNd(Movement):
    """image (NHWC or NHC), block, paddings (constants) → batch."""

    NAME: ClassVar[str] = "space_to_batch_nd"
    TFLITE: ClassVar = ("SPACE_TO_BATCH_ND",)
    INPUTS: ClassVar = (3, 3)
    SIGNATURES: ClassVar = tuple(Signature((t, DType.INT32, DType.INT32), (t,)) for t in TYPES)
    KEEPS: ClassVar = True
    RULES: ClassVar = (
        rank_of_input(0, 3, 4),
        const_input(1, "block"),
        const_input(2, "paddings"),
        block_and_margins_fit,
        blocks_fill_the_padded_image,
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SpaceToBatchNd:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        n, *sides, c = site.input(0).shape
        block = [int(b) for b in site.const(1)]
        padded = [s + int(m.sum()) for s, m in zip(sides, site.const(2), strict=True)]
        return ((n * prod(block), *(s // b for s, b in zip(padded, block, strict=True)), c),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        return cut_moves(geometry(site, site.input(0).shape, self.shapes(site)[0]))

    def fill(self, site: Site) -> int | None:
        if not site.const(2).any():
            return None
        return site.output.zero_point if site.output.quant is not None else 0
