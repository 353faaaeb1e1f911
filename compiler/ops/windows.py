"""Constants for nn_windows_s8.h: up to 3 pixels with pairs of output channels."""

from __future__ import annotations

import numpy as np

from ..ir import Array, Site
from ..program import Const
from .requant import SHIFT_RIGHT, channels_const, with_shifts

WINDOW_ISAS = ("mve",)  # where windows beat the plain kernels
PRODUCT = 0.3  # Kernel.product of products alone
# What it takes to gather the windows of three pixels, in the same unit, and each row of their taps.
GATHER, GATHER_ROW = 125, 45


MOST_ROWS = 12  # of taps that are gathered, as nn_patches_s8.h has it


def gathered_product(rows: int, products: int) -> float:
    """Kernel.product of windows whose `rows` rows of taps are gathered, a pixel of which has so
    many products."""
    return PRODUCT + (GATHER + GATHER_ROW * rows) / (3 * products)


def window_consts(site: Site, weights: Array, bias: Array | None) -> tuple[Const, Const] | None:
    """Weights and nn_window_channel_t of a layer whose weights have one row per output channel, an
    even number of both; None where the bounds that windows rely on do not hold."""
    channels, rounding = channels_const(site, weights, bias)
    packed = with_shifts(channels)
    if rounding != SHIFT_RIGHT or packed is None:
        return None
    odd = ((0, len(weights) % 2), (0, 0))
    columns = np.pad(np.stack(packed, axis=1), odd, mode="edge").astype(np.int32)
    comment = "{bias * 256 + (shift & 255), multiplier}"
    return (
        Const("weights", np.pad(weights, odd).ravel()),
        Const("channels", columns, "nn_window_channel_t", comment=comment),
    )
