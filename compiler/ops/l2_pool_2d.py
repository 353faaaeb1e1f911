"""L2_POOL_2D: out[n,y,x,c] = act(square root of the mean of the squares of the taps in the image).

Source: TFLite reference_ops::L2Pool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Kernel
from ..quant import float_range
from ..target import Target
from .pool import Pool2D
from .room import Signature


@dataclass(frozen=True)
class L2Pool2D(Pool2D):
    """input NHWC → output NHWC. Taps outside the image do not count."""

    NAME: ClassVar[str] = "l2_pool_2d"
    TFLITE: ClassVar = ("L2_POOL_2D",)
    SIGNATURES: ClassVar[tuple[Signature, ...]] = (  # type: ignore[assignment]
        Signature((DType.FLOAT32,), (DType.FLOAT32,)),
    )

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        wide = inputs[0].astype(np.float64)
        total = np.sum([*self.seen(site, wide * wide, 0)], axis=0)
        count = np.sum([*self.seen(site, np.ones_like(wide), 0)], axis=0)
        low, high = float_range(self.activation)
        return (np.clip(np.sqrt(total / count), low, high).astype(np.float32),)

    def lower(self, site: Site, target: Target) -> Kernel:
        return self.kernel(site, "nn_l2_pool_2d_f32", "nn_l2_pool_2d_f32.h")
