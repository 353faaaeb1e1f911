"""Constants for nn_windows_s8.h: up to 3 pixels with pairs of output channels."""

from __future__ import annotations

import numpy as np

from ..ir import Array, Site
from ..program import Const
from .requant import SHIFT_RIGHT, channels_const

WINDOW_ISAS = ("mve",)  # where windows beat the plain kernels


def window_consts(site: Site, weights: Array, bias: Array | None) -> tuple[Const, Const] | None:
    """Weights and nn_channel_t of a layer whose weights have one row per output channel, an even
    number of both; None where the bounds that windows rely on do not hold."""
    channels, rounding = channels_const(site, weights, bias)
    if rounding != SHIFT_RIGHT:
        return None
    odd = ((0, len(weights) % 2), (0, 0))
    columns = np.pad(channels.data, odd, mode="edge")
    return (
        Const("weights", np.pad(weights, odd).ravel()),
        Const("channels", columns, "nn_channel_t", comment=channels.comment),
    )
