"""STRIDED_SLICE: every stride-th element of a box, NumPy's x[begin:end:stride, ...].

Source: TFLite kernels/strided_slice.cc. Bit i of a mask speaks of entry i of begin, end and
strides: begin_mask and end_mask leave that end open, shrink_axis_mask takes the one element at
begin and drops the axis, new_axis_mask inserts an axis of size 1, ellipsis_mask stands for all axes
that the entries do not name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import tflite

from ..ir import DType, Site
from .room import Shape, Signature, TfliteOptions, rule
from .rules import const_input
from .strided import EVERY, Move, Movement, move_of, steps_of


@dataclass(frozen=True)
class Cut:
    """What is taken of one axis: `size` elements from `start` on, every `step`-th. Without `kept`
    the axis is dropped; `axis` is the input's, None for a new one."""

    axis: int | None
    start: int
    step: int
    size: int
    kept: bool = True


@rule("export the model again")
def entries_fit(op: StridedSlice, site: Site) -> str | None:
    """Begin, end and strides are lists of the same length; at most one ellipsis, which stands for
    an axis or more (TensorFlow Lite lets it swallow one in any case); the entries name no more axes
    than there are."""
    lengths = [site.const(i).shape for i in (1, 2, 3)]
    if len(set(lengths)) != 1 or len(lengths[0]) != 1 or lengths[0][0] > 31:
        return f"shapes {', '.join(str(list(s)) for s in lengths)}"
    entries = range(lengths[0][0])
    ellipses = [i for i in entries if op.ellipsis_mask >> i & 1]
    named = [i for i in entries if not (op.ellipsis_mask | op.new_axis_mask) >> i & 1]
    rank = len(site.input(0).shape)
    if len(ellipses) > 1 or len(named) + len(ellipses) > rank:
        return f"{len(ellipses)} ellipses and {len(named)} axes of a rank {rank}"
    return None


@rule("export the model again")
def strides_fit(op: StridedSlice, site: Site) -> str | None:
    """Strides are not 0, and 1 or more along dropped axes, whose element exists; something is
    left."""
    if 0 in site.const(3).tolist():
        return "a stride of 0"
    for cut in op.cuts(site):
        if cut.size < 1:
            return f"{cut.size} elements of axis {cut.axis}"
        if not cut.kept and cut.step < 1:
            return f"stride {cut.step} along the dropped axis {cut.axis}"
    return None


@rule("convert the model with begin and end as positions")
def ends_are_positions(op: StridedSlice, site: Site) -> str | None:
    """End is a position, not a distance from begin (attribute offset)."""
    return "end as a distance from begin" if op.offset else None


@dataclass(frozen=True)
class StridedSlice(Movement):
    """input, begin, end, strides (constants) → output."""

    NAME: ClassVar[str] = "strided_slice"
    TFLITE: ClassVar = ("STRIDED_SLICE",)
    INPUTS: ClassVar = (4, 4)
    SIGNATURES: ClassVar = tuple(Signature((t,) + (DType.INT32,) * 3, (t,)) for t in EVERY)
    RULES: ClassVar = (
        ends_are_positions,
        const_input(1, "begin"),
        const_input(2, "end"),
        const_input(3, "strides"),
        entries_fit,
        strides_fit,
    )

    begin_mask: int = 0
    end_mask: int = 0
    ellipsis_mask: int = 0
    new_axis_mask: int = 0
    shrink_axis_mask: int = 0
    offset: bool = False

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> StridedSlice:
        o: Any = options.read(tflite.StridedSliceOptions)
        offset = bool(o.Offset()) if hasattr(o, "Offset") else False
        return cls(
            o.BeginMask(),
            o.EndMask(),
            o.EllipsisMask(),
            o.NewAxisMask(),
            o.ShrinkAxisMask(),
            offset,
        )

    def cuts(self, site: Site) -> Iterator[Cut]:
        """What is taken, axis by axis of the output and the dropped ones."""
        shape, entries = site.input(0).shape, len(site.const(1))
        named = sum(not (self.ellipsis_mask | self.new_axis_mask) >> i & 1 for i in range(entries))
        axis = 0
        for i in range(entries):
            if self.ellipsis_mask >> i & 1:
                for _ in range(len(shape) - named):
                    yield Cut(axis, 0, 1, shape[axis])
                    axis += 1
            elif self.new_axis_mask >> i & 1:
                yield Cut(None, 0, 1, 1)
            else:
                yield self._cut(site, i, axis)
                axis += 1
        for rest in range(axis, len(shape)):
            yield Cut(rest, 0, 1, shape[rest])

    def _cut(self, site: Site, i: int, axis: int) -> Cut:
        """What entry i takes of an axis (TFLite StartForAxis, EndForAxis)."""
        n = site.input(0).shape[axis]
        begin, end, step = (int(site.const(operand)[i]) for operand in (1, 2, 3))
        low, high = (0, n) if step > 0 else (-1, n - 1)

        def position(stated: int) -> int:
            return min(max(stated + n if stated < 0 else stated, low), high)

        start = position(begin)
        if self.begin_mask >> i & 1:
            start = 0 if step > 0 else n - 1
        if self.shrink_axis_mask >> i & 1:
            return Cut(axis, start, step, int(0 <= start < n), kept=False)
        stop = position(end)
        if self.end_mask >> i & 1:
            stop = n if step > 0 else -1
        return Cut(axis, start, step, max(-((start - stop) // step), 0))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (tuple(cut.size for cut in self.cuts(site) if cut.kept),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        steps = steps_of(site.input(0).shape)
        ((*shape,),) = self.shapes(site)
        in_steps, start = [], 0
        for cut in self.cuts(site):
            along = 0 if cut.axis is None else steps[cut.axis]
            start += cut.start * along
            if cut.kept:
                in_steps.append(cut.step * along)
        return (move_of(shape, in_steps, steps_of(shape), start),)
