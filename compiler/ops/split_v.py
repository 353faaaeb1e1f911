"""SPLIT_V: the input cut along an axis into parts of stated sizes.

Source: TFLite kernels/split_v.cc: one size may be -1 and is what the others leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..ir import DType, Site
from .channels import Tied
from .room import Shape, Signature, TfliteOptions, rule
from .rules import const_input
from .split import MOST_PARTS, TYPES, axis_of, axis_within, part_moves, parts
from .strided import Move, Movement


@rule("export the model again")
def sizes_fit(op: SplitV, site: Site) -> str | None:
    """There is a size for each output; at most one is -1; they fill the axis."""
    stated = site.const(1).ravel().tolist()
    whole = site.input(0).shape[axis_of(site, 2, 0)]
    _, sizes = op.cuts(site)
    fits = len(stated) == len(site.outputs) and stated.count(-1) <= 1
    if fits and min(sizes, default=0) > 0 and sum(sizes) == whole:
        return None
    return f"sizes {stated} of {whole} for {len(site.outputs)} outputs"


@dataclass(frozen=True)
class SplitV(Movement):
    """input, sizes (constant), axis (constant) → outputs."""

    NAME: ClassVar[str] = "split_v"
    TFLITE: ClassVar = ("SPLIT_V",)
    INPUTS: ClassVar = (3, 3)
    OUTPUTS: ClassVar = (1, MOST_PARTS)
    SIGNATURES: ClassVar = tuple(
        Signature((t, sizes, DType.INT32), (t,))
        for t in TYPES
        for sizes in (DType.INT32, DType.INT64)
    )
    RULES: ClassVar = (
        const_input(1, "sizes"),
        const_input(2, "axis"),
        axis_within(2, 0),
        sizes_fit,
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SplitV:
        return cls()

    def cuts(self, site: Site) -> tuple[int, list[int]]:
        """The axis, and the parts' sizes along it."""
        axis, stated = axis_of(site, 2, 0), [int(n) for n in site.const(1).ravel()]
        rest = site.input(0).shape[axis] - sum(n for n in stated if n != -1)
        return axis, [rest if n == -1 else n for n in stated]

    def channels(self, site: Site) -> Tied | None:
        """Sizes along the channels are given."""
        widths = {t.shape[-1:] for t in (site.input(self.DATA), *site.outputs)}
        return self.ties(site) if len(widths) == 1 else None

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return parts(site.input(0).shape, *self.cuts(site))

    def moves(self, site: Site) -> tuple[Move, ...]:
        return part_moves(site.input(0).shape, *self.cuts(site), 0)
