"""CAST: the same numbers as elements of another type.

Source: TFLite kernels/cast.cc, as LiteRT's interpreter does it: integers wrap round; floats are cut
towards 0 and clamped to the integer type, what is no number becomes its greatest value; a bool is
whether the number is not 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Alias, Form, In, Kernel, Out
from ..quant import integer_range
from ..target import Target
from .binary import ELEMENTS
from .broadcast import repeated_overlap
from .room import Op, Shape, Signature, TfliteOptions

TYPES = tuple(ELEMENTS)


@dataclass(frozen=True)
class Cast(Op):
    """input → output of the same shape."""

    NAME: ClassVar[str] = "cast"
    TFLITE: ClassVar = ("CAST",)
    INPUTS: ClassVar = (1, 1)
    POINTWISE: ClassVar = True
    SIGNATURES: ClassVar = tuple(Signature((a,), (b,)) for a in TYPES for b in TYPES)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Cast:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, dtype = inputs[0], site.output.dtype
        assert x is not None
        if dtype is DType.BOOL:
            return (x != 0,)
        if x.dtype.kind != "f" or dtype.is_float:
            return (x.astype(dtype.numpy),)
        low, high = integer_range(dtype)
        wide = x.astype(np.float64)
        inside = (wide > low - 1.0) & (wide < high + 1.0) & (np.abs(wide) < 2.0**63)
        cut = np.where(inside, wide, 0).astype(np.int64).astype(dtype.numpy)
        ends = np.where(wide < 0, np.array(low, dtype.numpy), np.array(high, dtype.numpy))
        return (np.where(inside, cut, ends),)

    def lower(self, site: Site, target: Target) -> Kernel | Alias:
        x, out = site.input(0), site.output
        if x.dtype is out.dtype and not x.is_const:
            return Alias()
        params = {"from": ELEMENTS[x.dtype], "to": ELEMENTS[out.dtype]}
        return Kernel("nn_cast", "nn_cast.h", Form.FLAT, params, (In(0), Out(0)), out.elements)

    def overlap(self, site: Site) -> Mapping[int, int]:
        return repeated_overlap(site)

    def is_identity(self, site: Site) -> bool:
        return site.input(0).dtype is site.output.dtype
