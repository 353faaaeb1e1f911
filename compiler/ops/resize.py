"""What resizing images has in common: rules, and the pixels that make a row or column."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..ir import DType, Site
from .channels import Tied, same_channels
from .room import Op, Shape, rule

Indices = npt.NDArray[np.int64]
MOST_PIXELS = 1 << 15  # in a row or column: what tables hold


@dataclass(frozen=True)
class Resize(Op):
    """NHWC image, size [height, width] (constant) → image."""

    align_corners: bool = False
    half_pixel_centers: bool = False

    def sides(self, site: Site) -> tuple[tuple[int, int], tuple[int, int]]:
        """(height, width) of the input and of the output."""
        _, h, w, _ = site.input(0).shape
        out_h, out_w = (int(n) for n in site.const(1).ravel())
        return (h, w), (out_h, out_w)

    def channels(self, site: Site) -> Tied | None:
        return same_channels(site)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        n, _, _, c = site.input(0).shape
        return ((n, *self.sides(site)[1], c),)

    def rows(self, site: Site, y0: int, y1: int) -> Mapping[int, tuple[int, int]]:
        x, height = site.input(0), site.output.shape[1]
        low, high = _row_ends(self, x.dtype, x.shape[1], height)
        return {0: (low[min(y0, height - 1)], high[min(y1, height) - 1] + 1)}

    def row_ends(self, dtype: DType, size: int, out_size: int) -> tuple[Indices, Indices]:
        """The first and the last of `size` input rows that each output row needs."""
        raise NotImplementedError

    def scale(self, size: int, out_size: int) -> np.float32:
        """Input pixels for a step of one output pixel, in float32 as TFLite has it."""
        if self.align_corners and out_size > 1:
            return np.float32(size - 1) / np.float32(out_size - 1)
        return np.float32(size) / np.float32(out_size)


@functools.lru_cache(maxsize=64)
def _row_ends(
    op: Resize, dtype: DType, size: int, out_size: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Asked for row by row, for every region that is tried."""
    low, high = op.row_ends(dtype, size, out_size)
    return tuple(low.tolist()), tuple(high.tolist())


@rule("export the model again")
def size_fits(op: Op, site: Site) -> str | None:
    """The size is two numbers from 1 to 2^15 - 1, and so are height and width."""
    sizes = site.const(1).ravel().tolist()
    sides = [*sizes, *site.input(0).shape[1:3]]
    if len(sizes) == 2 and all(0 < n < MOST_PIXELS for n in sides):
        return None
    return f"size {sizes} of {list(site.input(0).shape)}"


@dataclass(frozen=True, eq=False)
class Taps:
    """Per output row (or column): between which two of the input it lies, and how far from the
    first to the second, in 1024ths or as float32."""

    low: Indices
    high: Indices
    part: npt.NDArray[np.int64] | npt.NDArray[np.float32]


def integer_taps(op: Resize, size: int, out_size: int) -> Taps:
    """TFLite ComputeInterpolationValuesInteger. C's division truncates."""
    steps, out_steps = size, out_size
    if op.align_corners and out_size > 1:
        steps, out_steps = size - 1, out_size - 1
    scale = (1024 * steps + out_steps // 2) // out_steps
    at = np.arange(out_size, dtype=np.int64) * scale
    if op.half_pixel_centers:
        at = at + (scale // 2 - 512)
    low = np.maximum(np.sign(at) * (np.abs(at) // 1024), 0)
    above = at + 1023
    high = np.minimum(np.sign(above) * (np.abs(above) // 1024), size - 1)
    return Taps(low, high, at - 1024 * low)


def float_taps(op: Resize, size: int, out_size: int) -> Taps:
    """TFLite ComputeInterpolationValues."""
    scale, half = op.scale(size, out_size), np.float32(0.5)
    index = np.arange(out_size, dtype=np.float32)
    at = (index + half) * scale - half if op.half_pixel_centers else index * scale
    low = np.maximum(np.floor(at).astype(np.int64), 0)
    high = np.minimum(np.ceil(at).astype(np.int64), size - 1)
    return Taps(low, high, at - low.astype(np.float32))


def taps(op: Resize, site: Site) -> tuple[Taps, Taps]:
    """Of rows and columns. uint8 is interpolated in float32, other integers in integers."""
    (h, w), (out_h, out_w) = op.sides(site)
    dtype = site.input(0).dtype
    return taps_of(op, dtype, h, out_h), taps_of(op, dtype, w, out_w)


def taps_of(op: Resize, dtype: DType, size: int, out_size: int) -> Taps:
    """Of one side."""
    make = float_taps if dtype in (DType.FLOAT32, DType.UINT8) else integer_taps
    return make(op, size, out_size)
