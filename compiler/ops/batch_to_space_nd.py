"""BATCH_TO_SPACE_ND: a batch of interleaved images becomes one image, of which the edges are cut.

Source: TFLite reference_ops::BatchToSpaceND.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar

from ..ir import DType, Site
from .batches import TYPES, block_and_margins_fit, cut_moves, geometry
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import const_input, rank_of_input
from .strided import Axis, Move, Movement


@rule("export the model again")
def batch_fills_blocks(op: Op, site: Site) -> str | None:
    """The batch is a multiple of the block; less is cut than there is."""
    n, *sides, _ = site.input(0).shape
    block, crops = [int(b) for b in site.const(1)], [int(m.sum()) for m in site.const(2)]
    left = [s * b - m for s, b, m in zip(sides, block, crops, strict=True)]
    fits = n % prod(block) == 0 and min(left) > 0
    return None if fits else f"a batch of {n} in blocks of {block}, {left} left"


@dataclass(frozen=True)
class BatchToSpaceNd(Movement):
    """batch (NHWC or NHC), block, crops (constants) → image."""

    NAME: ClassVar[str] = "batch_to_space_nd"
    TFLITE: ClassVar = ("BATCH_TO_SPACE_ND",)
    INPUTS: ClassVar = (3, 3)
    SIGNATURES: ClassVar = tuple(Signature((t, DType.INT32, DType.INT32), (t,)) for t in TYPES)
    KEEPS: ClassVar = True
    RULES: ClassVar = (
        rank_of_input(0, 3, 4),
        const_input(1, "block"),
        const_input(2, "crops"),
        block_and_margins_fit,
        batch_fills_blocks,
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> BatchToSpaceNd:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        n, *sides, c = site.input(0).shape
        block, crops = [int(b) for b in site.const(1)], [int(m.sum()) for m in site.const(2)]
        image = [s * b - m for s, b, m in zip(sides, block, crops, strict=True)]
        return ((n // prod(block), *image, c),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        found = []
        for move in cut_moves(geometry(site, self.shapes(site)[0], site.input(0).shape)):
            axes = tuple(Axis(a.size, a.out_step, a.in_step) for a in move.axes)
            found.append(replace(move, axes=axes, in_start=move.out_start, out_start=move.in_start))
        return tuple(found)
