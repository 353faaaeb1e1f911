"""MAX_POOL_2D: out[n,y,x,c] = act(greatest of the taps inside the image).

Source: TFLite reference_integer_ops::MaxPool, reference_ops::MaxPool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, Site
from ..program import Kernel
from ..quant import activation_range, float_range, integer_range
from ..target import Target
from .pool import Pool2D


@dataclass(frozen=True)
class MaxPool2D(Pool2D):
    """input NHWC → output NHWC. Taps outside the image do not count."""

    NAME: ClassVar[str] = "max_pool_2d"
    MONOTONE: ClassVar = True
    TFLITE: ClassVar = ("MAX_POOL_2D",)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        floats = site.output.dtype.is_float
        least = float(np.finfo(np.float32).min) if floats else integer_range(site.output.dtype)[0]
        greatest = np.max([*self.seen(site, x, least)], axis=0)
        activation = self.activation
        low, high = float_range(activation) if floats else activation_range(activation, site.output)
        return (np.clip(greatest, low, high).astype(x.dtype),)

    def lower(self, site: Site, target: Target) -> Kernel:
        function = f"nn_max_pool_2d_{site.output.dtype.suffix}"
        return self.kernel(site, function, f"{function}.h")
