"""AVERAGE_POOL_2D: out[n,y,x,c] = act(mean of the taps inside the image).

int8: the sum of the quantised values over their count, rounded half away from zero, in the
quantisation of the input. Source: TFLite reference_integer_ops::AveragePool,
reference_ops::AveragePool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..quant import activation_range, float_range
from ..target import Target
from .pool import Pool2D
from .reduce import sums_of_rows
from .window import NO_PADDING


@dataclass(frozen=True)
class AveragePool2D(Pool2D):
    """input NHWC → output NHWC. Taps outside the image do not count."""

    NAME: ClassVar[str] = "average_pool_2d"
    MONOTONE: ClassVar = True
    TFLITE: ClassVar = ("AVERAGE_POOL_2D",)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        floats = site.output.dtype.is_float
        wide = x.astype(np.float64 if floats else np.int64)
        total = np.sum([*self.seen(site, wide, 0)], axis=0)
        count = np.sum([*self.seen(site, np.ones_like(wide), 0)], axis=0)
        if floats:
            low, high = float_range(self.activation)
            return (np.clip(total / count, low, high).astype(np.float32),)
        rounded = np.sign(total) * ((np.abs(total) + count // 2) // count)
        if x.dtype == np.uint8:
            rounded = (total + count // 2) // count
        qlow, qhigh = activation_range(self.activation, site.output)
        return (np.clip(rounded, qlow, qhigh).astype(x.dtype),)

    def reduce(self, site: Site, rows: int, target: Target) -> Kernel | None:
        n, in_h, in_w, c = site.input(0).shape
        whole = self.window == (in_h, in_w) and site.output.shape[:3] == (1, 1, 1)
        if site.output.dtype is not DType.INT8 or n != 1 or rows != in_h or not whole:
            return None
        if self.padding != NO_PADDING:
            return None
        low, high = activation_range(self.activation, site.output)
        narrow, sums = sums_of_rows(site)
        return Kernel(
            "nn_average_pool_2d_rows_s8", "nn_average_pool_2d_rows_s8.h", Form.REDUCE,
            {"in_h": in_h, "in_w": in_w, "c": c, "low": low, "high": high, **narrow},
            (In(0), Out(0), sums),
        )  # fmt: skip

    def lower(self, site: Site, target: Target) -> Kernel:
        function = f"nn_average_pool_2d_{site.output.dtype.suffix}"
        return self.kernel(site, function, f"{function}.h")
