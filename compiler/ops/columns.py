"""Constants and scratch for nn_columns_s8.h: depthwise convolutions by interleaved columns."""

from __future__ import annotations

import numpy as np

from ..ir import Array, Site
from ..program import Const, Scratch
from .requant import SHIFT_RIGHT, channels_const, with_shifts

COLUMN_ISAS = ("mve",)  # where columns beat the other kernels
ROWS, COLUMNS = 3, 4  # the largest kernel
COLUMN_BYTES = 64  # 16 channels of 4 bytes
MOST_COLUMNS = 20  # of a strip: what bounds the scratch


def column_consts(site: Site, weights: Array, bias: Array | None) -> tuple[Const, Const] | None:
    """Weights [channel][column][row], four bytes of each column, and channels of a layer whose
    weights are [channel, row, column]. Channels go in fours, the last of them the last of the
    layer. None where the bounds that columns rely on do not hold."""
    count, k_h, k_w = weights.shape
    if count < 4 or k_h > ROWS or k_w > COLUMNS:
        return None
    channels, rounding = channels_const(site, weights.reshape(count, -1), bias)
    packed = with_shifts(channels)
    if rounding != SHIFT_RIGHT or packed is None:
        return None
    starts = np.minimum(np.arange(0, count, 4), count - 4)
    order = (starts[:, None] + np.arange(4)).ravel()
    columns = np.zeros((count, k_w, 4), np.int8)
    columns[:, :, :k_h] = weights.transpose(0, 2, 1)
    fours = np.stack(packed, axis=1)[order].reshape(-1, 4, 2).transpose(0, 2, 1).astype(np.int32)
    comment = "of each four: bias * 256 + (shift & 255), multipliers"
    return (
        Const("weights", columns[order].ravel(), comment="[channel][column][row or zero]"),
        Const("channels", fours.ravel(), comment=comment),
    )


def strip_of(out_w: int, stride: int, k_w: int) -> tuple[int, Scratch]:
    """How many output pixels a strip has, and room for its columns."""
    most = (MOST_COLUMNS - k_w) // stride + 1
    strip = -(-out_w // -(-out_w // most))
    return strip, Scratch(COLUMN_BYTES * ((strip - 1) * stride + COLUMNS), 16, "int8_t")
