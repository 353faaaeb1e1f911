"""Geometry that convolutions and pooling share: padding, output sizes, the rows a row needs."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import CompileError, Problem


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
