"""SCATTER_ND: slices added up at the places that indices name, zeros elsewhere.

Source: TFLite reference_ops::ScatterNd; integers wrap, of bool any true is true. TFLite stops at an
index outside; generated code leaves that slice out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..target import Target
from .binary import ELEMENTS
from .room import Op, Rule, Shape, Signature, TfliteOptions, rule
from .rules import const_input

INT32 = DType.INT32
TYPES = (DType.INT8, DType.UINT8, INT32, DType.INT64, DType.BOOL, DType.FLOAT32)
MOST_NAMED = 6  # axes that an index names


@rule("export the model again")
def indices_and_updates_fit(op: ScatterNd, site: Site) -> str | None:
    """Indices [..., n], n of 1 to 6 the axes of the shape that they name; updates [..., the axes
    that are left]."""
    indices, updates, shape = site.input(0).shape, site.input(1).shape, op.shapes(site)[0]
    named = indices[-1] if indices else 0
    there = 1 <= named <= min(len(shape), MOST_NAMED) and min(shape) > 0
    if there and updates == (*indices[:-1], *shape[named:]):
        return None
    return f"indices {list(indices)} and updates {list(updates)} for {list(shape)}"


@dataclass(frozen=True)
class ScatterNd(Op):
    """indices, updates, shape (constant) → output."""

    NAME: ClassVar[str] = "scatter_nd"
    TFLITE: ClassVar = ("SCATTER_ND",)
    INPUTS: ClassVar = (3, 3)
    DATA: ClassVar = 1
    SIGNATURES: ClassVar = tuple(Signature((INT32, t, INT32), (t,)) for t in TYPES)
    RULES: ClassVar[tuple[Rule, ...]] = (const_input(2, "shape"), indices_and_updates_fit)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> ScatterNd:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (tuple(int(n) for n in site.const(2).ravel()),)

    def _sizes(self, site: Site) -> tuple[int, int, int]:
        """Axes that an index names, indices, elements of a slice."""
        indices, shape = site.input(0).shape, self.shapes(site)[0]
        return indices[-1], prod(indices[:-1]), prod(shape[indices[-1] :])

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        indices, updates = inputs[0], inputs[1]
        assert indices is not None and updates is not None
        shape, (named, count, run) = self.shapes(site)[0], self._sizes(site)
        rows = indices.reshape(count, named)
        slices = updates.reshape(count, run)
        out = np.zeros((prod(shape[:named]), run), updates.dtype)
        for row, values in zip(rows, slices, strict=True):
            if ((row >= 0) & (row < shape[:named])).all():
                out[np.ravel_multi_index(tuple(row), shape[:named])] += values
        return (out.reshape(shape),)

    def lower(self, site: Site, target: Target) -> Kernel:
        shape, (named, count, run) = self.shapes(site)[0], self._sizes(site)
        dtype = site.output.dtype
        params: dict[str, Literal] = {
            "count": count, "run": run, "elements": prod(shape), "named": named,
        }  # fmt: skip
        params |= {f"size{axis}": n for axis, n in enumerate(shape[:named])}
        function = "nn_scatter_nd_f32" if dtype.is_float else "nn_scatter_nd_int"
        if not dtype.is_float:
            params["type"] = ELEMENTS[dtype]
        return Kernel(function, "nn_scatter_nd.h", Form.WHOLE, params, (In(0), In(1), Out(0)))
