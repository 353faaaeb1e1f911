"""RESIZE_NEAREST_NEIGHBOR: each output pixel is a copy of an input pixel.

Source: TFLite reference_ops::GetNearestNeighbor, computed here, in float32, for each row
and column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Alias, Const, Form, In, Kernel, Operand, Out
from ..target import Target
from .resize import Indices, Resize, size_fits
from .room import Signature, TfliteOptions
from .rules import const_input, rank_of_input
from .strided import alias_of, copy_kernel, move_of, row_kernel, row_moves, steps_of

TYPES = (
    DType.INT8, DType.UINT8, DType.INT16, DType.UINT16, DType.INT32, DType.UINT32, DType.BOOL,
    DType.FLOAT32,
)  # fmt: skip


@dataclass(frozen=True)
class ResizeNearestNeighbor(Resize):
    """See Resize."""

    NAME: ClassVar[str] = "resize_nearest_neighbor"
    MONOTONE: ClassVar = True
    TFLITE: ClassVar = ("RESIZE_NEAREST_NEIGHBOR",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(Signature((t, DType.INT32), (t,)) for t in TYPES)
    RULES: ClassVar = (rank_of_input(0, 4), const_input(1, "size"), size_fits)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> ResizeNearestNeighbor:
        o: Any = options.read(tflite.ResizeNearestNeighborOptions)
        return cls(bool(o.AlignCorners()), bool(o.HalfPixelCenters()))

    def nearest(self, size: int, out_size: int) -> Indices:
        """The input row (or column) of each output row."""
        offset = np.float32(0.5 if self.half_pixel_centers else 0.0)
        at = (np.arange(out_size, dtype=np.float32) + offset) * self.scale(size, out_size)
        exact = at.astype(np.float64)
        whole = np.floor(exact + 0.5) if self.align_corners else np.floor(exact)
        return np.minimum(whole.astype(np.int64), size - 1)

    def _indices(self, site: Site) -> tuple[Indices, Indices]:
        (h, w), (out_h, out_w) = self.sides(site)
        return self.nearest(h, out_h), self.nearest(w, out_w)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        rows, columns = self._indices(site)
        return (x[:, rows][:, :, columns],)

    def lower(self, site: Site, target: Target) -> Kernel | Alias:
        x = site.input(0)
        n, h, w, c = x.shape
        rows, columns = self._indices(site)
        times = [len(rows) // h, len(columns) // w]
        repeats = zip((rows, columns), (h, w), times, strict=True)
        if all(np.array_equal(i, np.arange(size).repeat(t)) for i, size, t in repeats):
            image, row, column, _ = steps_of(x.shape)
            sizes = (n, h, times[0], w, times[1], c)
            move = move_of(sizes, (image, row, 0, column, 0, 1), steps_of(sizes))
            by_rows = [row_kernel(site, m) for m in row_moves(site, [move])]
            return alias_of(site, move) or (by_rows or [copy_kernel(site, move)])[0]
        consts = [
            Const(
                name,
                i.astype(np.uint16),
                comment=f"the input {name[:-1]} of each output {name[:-1]}",
            )
            for name, i in (("rows", rows), ("columns", columns))
        ]
        pixel = c * x.dtype.bytes
        name = "nn_resize_nearest_neighbor"
        params = {
            "in_h": h, "in_w": w, "out_h": len(rows), "out_w": len(columns), "pixel": pixel,
        }  # fmt: skip
        operands: tuple[Operand, ...] = (In(0), Out(0), *consts)
        return Kernel(name, f"{name}.h", Form.ROWS, params, operands, octets=True)

    def row_ends(self, dtype: DType, size: int, out_size: int) -> tuple[Indices, Indices]:
        rows = self.nearest(size, out_size)
        return rows, rows
