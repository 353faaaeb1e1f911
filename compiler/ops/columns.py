"""Constants and scratch for nn_columns_s8.h: depthwise convolutions by interleaved columns."""

from __future__ import annotations

import numpy as np

from ..ir import Array, Site
from ..program import Const, Scratch
from .requant import SHIFT_RIGHT, channels_const

COLUMN_ISAS = ("mve",)  # where columns beat the other kernels
ROWS, COLUMNS = 3, 4  # the largest kernel
COLUMN_BYTES = 64  # 16 channels of 4 bytes
MOST_COLUMNS = 20  # of a strip: what bounds the scratch


def column_consts(site: Site, weights: Array, bias: Array | None) -> tuple[Const, Const] | None:
    """Weights [channel][column][row], filled up with zeros to 16 bytes, and channels of a layer
    whose weights are [channel, row, column]. Channels go in fours, the last of them the last of the
    layer. None where the bounds that columns rely on do not hold."""
    count, k_h, k_w = weights.shape
    if count < 4 or k_h > ROWS or k_w > COLUMNS:
        return None
    channels, rounding = channels_const(site, weights.reshape(count, -1), bias)
    if rounding != SHIFT_RIGHT:
        return None
    starts = np.minimum(np.arange(0, count, 4), count - 4)
    order = (starts[:, None] + np.arange(4)).ravel()
    square = np.zeros((count, COLUMNS, 4), np.int8)
    square[:, :k_w, :k_h] = weights.transpose(0, 2, 1)
    fours = channels.data[order].reshape(-1, 4, 3).transpose(0, 2, 1)
    return (
        Const("weights", square[order].ravel(), comment="9 of 16 bytes are a channel's weights"),
        Const("channels", fours.ravel(), comment="of each four: biases, multipliers, shifts"),
    )


def strip_of(out_w: int, stride: int, k_w: int) -> tuple[int, Scratch]:
    """How many output pixels a strip has, and room for its columns."""
    most = (MOST_COLUMNS - k_w) // stride + 1
    strip = -(-out_w // -(-out_w // most))
    return strip, Scratch(COLUMN_BYTES * ((strip - 1) * stride + COLUMNS), 16, "int8_t")
