"""LOCAL_RESPONSE_NORMALIZATION: x * (bias + alpha * the squares of near channels)^-beta.

Source: TFLite reference_ops::LocalResponseNormalization, whose neighbours are the channels from
c - radius to c + radius - 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..target import Target
from .room import Op, Rule, Shape, Signature, TfliteOptions, rule
from .rules import rank_of_input

FLOAT32 = DType.FLOAT32


@rule("export the model again")
def has_neighbours(op: LocalResponseNormalization, site: Site) -> str | None:
    """A radius of 0 or more."""
    return None if op.radius >= 0 else f"a radius of {op.radius}"


@dataclass(frozen=True)
class LocalResponseNormalization(Op):
    """input → output of the same shape."""

    NAME: ClassVar[str] = "local_response_normalization"
    TFLITE: ClassVar = ("LOCAL_RESPONSE_NORMALIZATION",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = (Signature((FLOAT32,), (FLOAT32,)),)
    RULES: ClassVar[tuple[Rule, ...]] = (rank_of_input(0, 4), has_neighbours)

    radius: int = 0
    bias: float = 0.0
    alpha: float = 0.0
    beta: float = 0.0

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> LocalResponseNormalization:
        o: Any = options.read(tflite.LocalResponseNormalizationOptions)
        return cls(int(o.Radius()), float(o.Bias()), float(o.Alpha()), float(o.Beta()))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        c = x.shape[-1]
        sums = np.zeros_like(x)
        for i in range(c):
            near = x[..., max(0, i - self.radius) : min(c, i + self.radius)]
            sums[..., i] = np.square(near).sum(axis=-1)
        with np.errstate(all="ignore"):
            base = np.float32(self.bias) + np.float32(self.alpha) * sums
            return (np.asarray(x * np.power(base, np.float32(-self.beta)), np.float32),)

    def lower(self, site: Site, target: Target) -> Kernel:
        shape = site.input(0).shape
        params: dict[str, Literal] = {
            "pixels": shape[0] * shape[1] * shape[2], "channels": shape[3],
            "radius": min(self.radius, shape[3]),
            "bias": self.bias, "alpha": self.alpha, "beta": self.beta,
        }  # fmt: skip
        function = "nn_local_response_normalization_f32"
        return Kernel(function, f"{function}.h", Form.WHOLE, params, (In(0), Out(0)))
