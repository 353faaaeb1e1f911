"""MIRROR_PAD: the input with its own elements, mirrored, before and after it along each axis.

Source: TFLite kernels/mirror_pad.cc. Reflection leaves the element at the edge out, symmetric
padding repeats it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, ClassVar

import tflite

from ..ir import DType, Site
from .channels import Tied
from .pad import amounts_fit
from .room import Shape, Signature, TfliteOptions, rule
from .rules import const_input, rank_of_input
from .strided import EVERY, MOST_AXES, Axis, Move, Movement, steps_of

TYPES = EVERY


@rule("pad in two steps")
def mirror_is_large_enough(op: MirrorPad, site: Site) -> str | None:
    """No more is padded than there is to mirror."""
    most = [n - op.edge for n in site.input(0).shape]
    amounts = site.const(1).tolist()
    fits = all(max(pair) <= n for pair, n in zip(amounts, most, strict=True))
    return None if fits else f"paddings {amounts} of {list(site.input(0).shape)}"


@dataclass(frozen=True)
class MirrorPad(Movement):
    """input, paddings [rank, 2] (constant) → output. `edge`: 1 for reflection, 0 for symmetric."""

    NAME: ClassVar[str] = "mirror_pad"
    TFLITE: ClassVar = ("MIRROR_PAD",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(
        Signature((t, amounts), (t,)) for t in TYPES for amounts in (DType.INT32, DType.INT64)
    )
    RULES: ClassVar = (
        rank_of_input(0, *range(1, MOST_AXES + 1)),
        const_input(1, "paddings"),
        amounts_fit,
        mirror_is_large_enough,
    )

    edge: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> MirrorPad:
        o: Any = options.read(tflite.MirrorPadOptions)
        return cls(int(o.Mode() == tflite.MirrorPadMode.REFLECT))

    def channels(self, site: Site) -> Tied | None:
        """Amounts along the channels are given."""
        widths = {t.shape[-1:] for t in (site.input(self.DATA), *site.outputs)}
        return self.ties(site) if len(widths) == 1 else None

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        amounts = [int(n) for n in site.const(1).sum(axis=1)]
        return (tuple(n + more for n, more in zip(site.input(0).shape, amounts, strict=True)),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        """The input itself, and its mirror images at every side and corner."""
        shape = site.input(0).shape
        in_steps, out_steps = steps_of(shape), steps_of(self.shapes(site)[0])
        pieces = []  # of each axis: (size, first index in, direction, first index out)
        for n, (before, after) in zip(shape, site.const(1).tolist(), strict=True):
            last = n - 1 - self.edge
            axis = [(before, before - 1 + self.edge, -1, 0), (n, 0, 1, before)]
            axis.append((after, last, -1, before + n))
            pieces.append([p for p in axis if p[0] > 0])
        moves = []
        for chosen in itertools.product(*pieces):
            steps = list(zip(chosen, in_steps, out_steps, strict=True))
            axes = tuple(Axis(size, sign * a, b) for (size, _, sign, _), a, b in steps)
            in_start = sum(first * a for (_, first, _, _), a, _ in steps)
            out_start = sum(first * b for (_, _, _, first), _, b in steps)
            moves.append(Move(axes, in_start, out_start))
        return tuple(moves)
