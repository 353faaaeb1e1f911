"""float32 weights kept as float16 in flash (nn_half.h), widened in the inner loop.

Networks with float16 weights behind DEQUANTIZE have float32 ones once constants are folded; those
that float16 holds exactly may stay so.
"""

from __future__ import annotations

import numpy as np

from ..ir import DType, Site
from ..program import Const
from ..target import Target

KEEP, WIDEN = "keep", "widen"


def kept_half(site: Site, target: Target) -> Const | None:
    """The weights (input 1) as float16, where the user wants it and nothing is lost."""
    weights = site.input(1)
    if target.float16 != KEEP or weights.data is None or weights.dtype is not DType.FLOAT32:
        return None
    with np.errstate(over="ignore"):
        half = weights.data.astype(np.float16)
    if not np.isfinite(half).all() or (half.astype(np.float32) != weights.data).any():
        return None
    return Const("weights", half.ravel().view(np.uint16), comment="float16")
