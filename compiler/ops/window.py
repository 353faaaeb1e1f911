"""Geometry that convolutions and pooling share: padding, output sizes, the rows a row needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..errors import CompileError, Problem
from ..ir import Array


@dataclass(frozen=True)
class Padding:
    """Rows and columns added around an image before a window slides over it."""

    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0


NO_PADDING = Padding()


def padding_of(
    same: bool,
    image: tuple[int, ...],
    window: tuple[int, ...],
    stride: tuple[int, int],
    dilation: tuple[int, int] = (1, 1),
) -> Padding:
    """TFLite's SAME or VALID padding made explicit (ComputePaddingHeightWidth).

    `image` and `window` are (height, width).
    For SAME, out = ceil(in / stride) and the odd row of padding goes to the bottom (right). A
    stride that steps past the end needs no padding there. Raises CompileError where a window,
    stride or dilation is below 1, as in damaged files.
    """
    for what, sizes in (("window", window), ("stride", stride), ("dilation", dilation)):
        if min(sizes) < 1:
            raise CompileError(Problem(what, f"{list(sizes)}", "1 or more", "export it again"))
    if not same:
        return NO_PADDING
    ends = []
    for size, k, s, d in zip(image, window, stride, dilation, strict=True):
        total = max((-(-size // s) - 1) * s + (k - 1) * d + 1 - size, 0)
        ends += [total // 2, total - total // 2]
    return Padding(*ends)


def output_size(size: int, pad: int, window: int, stride: int, dilation: int = 1) -> int:
    """How many windows fit into `size` plus `pad` rows (or columns)."""
    return (size + pad - (window - 1) * dilation - 1) // stride + 1


def input_rows(
    y0: int, y1: int, pad_top: int, window: int, stride: int, dilation: int = 1
) -> tuple[int, int]:
    """The input rows [a, b), not clipped, under the windows of output rows [y0, y1)."""
    return y0 * stride - pad_top, (y1 - 1) * stride - pad_top + (window - 1) * dilation + 1


def taps(
    x: Array,
    padding: Padding,
    window: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    out: tuple[int, int],
    outside: float = 0,
) -> Iterator[tuple[int, int, Array]]:
    """For each tap (ky, kx) of a window: what it sees of the NHWC image x at every output position,
    an array of `out` rows and columns. Padding holds the value `outside`."""
    edges = ((0, 0), (padding.top, padding.bottom), (padding.left, padding.right), (0, 0))
    x = np.pad(x, edges, constant_values=outside)
    for ky in range(window[0]):
        for kx in range(window[1]):
            y0, x0 = ky * dilation[0], kx * dilation[1]
            y1, x1 = y0 + (out[0] - 1) * stride[0] + 1, x0 + (out[1] - 1) * stride[1] + 1
            yield ky, kx, x[:, y0 : y1 : stride[0], x0 : x1 : stride[1]]
