"""SPACE_TO_DEPTH: blocks of pixels become channels.

Source: TFLite reference_ops::SpaceToDepth: channel (dy * block + dx) * C + c of output pixel (y, x)
is channel c of input pixel (y * block + dy, x * block + dx).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import tflite

from ..ir import DType, Site
from .room import Shape, Signature, TfliteOptions, rule
from .rules import rank_of_input
from .strided import Move, Movement, move_of, steps_of

TYPES = (DType.INT8, DType.UINT8, DType.INT32, DType.INT64, DType.FLOAT32)


@rule("export the model again")
def blocks_fill_the_image(op: SpaceToDepth, site: Site) -> str | None:
    """Height and width are multiples of the block size."""
    _, h, w, _ = site.input(0).shape
    if op.block > 0 and h % op.block == 0 and w % op.block == 0:
        return None
    return f"blocks of {op.block} in an image of {h} x {w}"


@dataclass(frozen=True)
class SpaceToDepth(Movement):
    """NHWC image → image."""

    NAME: ClassVar[str] = "space_to_depth"
    TFLITE: ClassVar = ("SPACE_TO_DEPTH",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = tuple(Signature((t,), (t,)) for t in TYPES)
    KEEPS: ClassVar = True
    RULES: ClassVar = (rank_of_input(0, 4), blocks_fill_the_image)

    block: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SpaceToDepth:
        o: Any = options.read(tflite.SpaceToDepthOptions)
        return cls(o.BlockSize())

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        n, h, w, c = site.input(0).shape
        return ((n, h // self.block, w // self.block, c * self.block**2),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        _, _, _, c = site.input(0).shape
        ((n, h, w, _),) = self.shapes(site)
        b = self.block
        image, row, line, column, pixel, _ = steps_of((n, h, b, w, b, c))
        in_steps = (image, row, column, line, pixel, 1)
        sizes = (n, h, w, b, b, c)
        return (move_of(sizes, in_steps, steps_of(sizes)),)
