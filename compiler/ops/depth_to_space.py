"""DEPTH_TO_SPACE: channels become blocks of pixels, the inverse of SPACE_TO_DEPTH.

Source: TFLite reference_ops::DepthToSpace.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import tflite

from ..ir import Site
from .room import Shape, Signature, TfliteOptions, rule
from .rules import rank_of_input
from .space_to_depth import TYPES
from .strided import Move, Movement, move_of, steps_of


@rule("export the model again")
def channels_fill_blocks(op: DepthToSpace, site: Site) -> str | None:
    """Channels are a multiple of the square of the block size."""
    channels = site.input(0).shape[3]
    if op.block > 0 and channels % op.block**2 == 0:
        return None
    return f"{channels} channels in blocks of {op.block} x {op.block}"


@dataclass(frozen=True)
class DepthToSpace(Movement):
    """NHWC image → image."""

    NAME: ClassVar[str] = "depth_to_space"
    TFLITE: ClassVar = ("DEPTH_TO_SPACE",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = tuple(Signature((t,), (t,)) for t in TYPES)
    RULES: ClassVar = (rank_of_input(0, 4), channels_fill_blocks)

    block: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> DepthToSpace:
        o: Any = options.read(tflite.DepthToSpaceOptions)
        return cls(o.BlockSize())

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        n, h, w, c = site.input(0).shape
        return ((n, h * self.block, w * self.block, c // self.block**2),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        n, h, w, _ = site.input(0).shape
        ((_, _, _, c),) = self.shapes(site)
        b = self.block
        image, row, line, column, pixel, _ = steps_of((n, h, b, w, b, c))
        out_steps = (image, row, column, line, pixel, 1)
        sizes = (n, h, w, b, b, c)
        return (move_of(sizes, steps_of(sizes), out_steps),)
