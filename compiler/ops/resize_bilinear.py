"""RESIZE_BILINEAR: each output pixel is interpolated between four input pixels.

Source: TFLite reference_ops::ResizeBilinearInteger (int8, int16: positions in 1024ths, products of
two of them, halves rounded away from zero) and ResizeBilinear (float32; uint8 in float32, rounded
by adding one half).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Operand, Out
from ..target import Target
from .resize import Indices, Resize, Taps, size_fits, taps, taps_of
from .room import Signature, TfliteOptions, rule
from .rules import const_input, rank_of_input

TYPES = (DType.INT8, DType.UINT8, DType.INT16, DType.FLOAT32)


@rule("convert the model again with TensorFlow Lite's converter")
def one_alignment(op: Resize, site: Site) -> str | None:
    """Not both of align_corners and half_pixel_centers."""
    return "both" if op.align_corners and op.half_pixel_centers else None


@rule("resize in two steps")
def taps_inside(op: Resize, site: Site) -> str | None:
    """The rounded scale stays inside the image. Beyond, TensorFlow Lite reads other memory."""
    (h, w), _ = op.sides(site)
    rows, columns = taps(op, site)
    inside = rows.low.max() < h and columns.low.max() < w
    return None if inside else f"row {rows.low.max()} of {h} and column {columns.low.max()} of {w}"


@dataclass(frozen=True)
class ResizeBilinear(Resize):
    """See Resize."""

    NAME: ClassVar[str] = "resize_bilinear"
    MONOTONE: ClassVar = True
    TFLITE: ClassVar = ("RESIZE_BILINEAR",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(Signature((t, DType.INT32), (t,)) for t in TYPES)
    RULES: ClassVar = (
        rank_of_input(0, 4),
        const_input(1, "size"),
        size_fits,
        one_alignment,
        taps_inside,
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> ResizeBilinear:
        o: Any = options.read(tflite.ResizeBilinearOptions)
        return cls(bool(o.AlignCorners()), bool(o.HalfPixelCenters()))

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        rows, columns = taps(self, site)
        floats = rows.part.dtype == np.float32
        one: Any = np.float32(1) if floats else np.int64(1024)
        wide: Any = x.astype(np.float32 if floats else np.int64)
        fy, fx = rows.part[:, None, None], columns.part[:, None]
        corners = (
            (rows.low, columns.low, one - fy, one - fx),
            (rows.high, columns.low, fy, one - fx),
            (rows.low, columns.high, one - fy, fx),
            (rows.high, columns.high, fy, fx),
        )
        total: Any = 0
        for y, c, by_row, by_column in corners:
            total = total + wide[:, y][:, :, c] * by_row * by_column
        if x.dtype == np.uint8:
            return (np.trunc(total + np.float32(0.5)).astype(np.uint8),)
        if floats:
            return (total.astype(np.float32),)
        rounded = total + np.where(total > 0, 1 << 19, -(1 << 19))
        return ((np.sign(rounded) * (np.abs(rounded) >> 20)).astype(x.dtype),)

    def lower(self, site: Site, target: Target) -> Kernel:
        x, out = site.input(0), site.output
        _, h, w, c = x.shape
        operands: list[Operand] = [In(0), Out(0)]
        for name, t in zip(("rows", "columns"), taps(self, site), strict=True):
            operands += _tables(name, t)
        params = {
            "in_h": h, "in_w": w, "c": c, "out_h": out.shape[1], "out_w": out.shape[2],
        }  # fmt: skip
        function = f"nn_resize_bilinear_{x.dtype.suffix}"
        return Kernel(function, f"{function}.h", Form.ROWS, params, tuple(operands))

    def row_ends(self, dtype: DType, size: int, out_size: int) -> tuple[Indices, Indices]:
        rows = taps_of(self, dtype, size, out_size)
        # Beyond the image, the lower row is read with a weight of 0.
        return np.minimum(rows.low, rows.high), np.maximum(rows.low, rows.high)


def _tables(name: str, t: Taps) -> list[Const]:
    """Taps as tables: integers with their parts, floats apart from them."""
    pairs = [t.low, t.high]
    if t.part.dtype == np.float32:
        whole = np.stack(pairs, axis=1).astype(np.int16)
        return [Const(name, whole, "nn_between_t"), Const(f"{name}_part", t.part)]
    whole = np.stack([*pairs, t.part.astype(np.int64)], axis=1).astype(np.int16)
    return [Const(name, whole, "nn_tap_t")]
