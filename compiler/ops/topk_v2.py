"""TOPK_V2: the greatest elements along the last axis in falling order, and where they stand.

Source: TFLite topk_v2.cc. Of equal ones the first counts; not a number is behind every number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..target import Target
from .binary import ELEMENTS
from .room import Op, Rule, Shape, Signature, TfliteOptions, rule
from .rules import const_input

TYPES = (DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.INT64, DType.FLOAT32)
COUNT_TYPES = INDEX_TYPES = (DType.INT32, DType.INT16)


@rule("export the model again")
def count_fits(op: TopkV2, site: Site) -> str | None:
    """One number k, of 1 to the last axis' size."""
    shape = site.input(0).shape
    if not shape or site.input(1).elements != 1:
        return f"{site.input(1).elements} numbers, for an input of shape {list(shape)}"
    return None if 1 <= op.count(site) <= shape[-1] else f"{op.count(site)} of {shape[-1]}"


@dataclass(frozen=True)
class TopkV2(Op):
    """input, k (constant) → k values, their k indices."""

    NAME: ClassVar[str] = "topk_v2"
    TFLITE: ClassVar = ("TOPK_V2",)
    INPUTS: ClassVar = (2, 2)
    OUTPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(
        Signature((t, k), (t, i)) for t in TYPES for k in COUNT_TYPES for i in INDEX_TYPES
    )
    RULES: ClassVar[tuple[Rule, ...]] = (const_input(1, "k"), count_fits)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> TopkV2:
        return cls()

    def count(self, site: Site) -> int:
        return int(site.const(1).ravel()[0])

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        shape = (*site.input(0).shape[:-1], self.count(site))
        return shape, shape

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        if x.dtype.kind == "f":  # falling order, what is no number at the end
            order = np.argsort(np.where(np.isnan(x), np.inf, -x), axis=-1, kind="stable")
            order = _numbers_first(x, order)
        else:
            order = np.argsort(-x.astype(object), axis=-1, kind="stable")
        first = order[..., : self.count(site)]
        return np.take_along_axis(x, first, -1), first.astype(site.outputs[1].dtype.numpy)

    def lower(self, site: Site, target: Target) -> Kernel:
        x, indices = site.input(0), site.outputs[1]
        params: dict[str, Literal] = {
            "rows": x.elements // x.shape[-1], "size": x.shape[-1], "count": self.count(site),
            "index_type": ELEMENTS[indices.dtype],
        }  # fmt: skip
        function = "nn_topk_v2_f32" if x.dtype.is_float else "nn_topk_v2_int"
        if not x.dtype.is_float:
            params["type"] = ELEMENTS[x.dtype]
        return Kernel(function, "nn_topk_v2.h", Form.WHOLE, params, (In(0), Out(0), Out(1)))


def _numbers_first(x: Array, order: Array) -> Array:
    """Minus infinity before what is no number, which sorts as equal to it."""
    behind = np.isnan(np.take_along_axis(x, order, -1))
    again = np.argsort(behind, axis=-1, kind="stable")
    return np.take_along_axis(order, again, -1)
