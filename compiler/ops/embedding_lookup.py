"""EMBEDDING_LOOKUP: rows of a table, named by indices.

Source: TFLite kernels/embedding_lookup.cc; with an int8 table and float32 output (EvalHybrid) each
value is multiplied by the scale of the table, or of its row. TFLite stops at an index outside the
table; generated code reads the nearest row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Out
from ..target import Target
from .gather import gather_kernel
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import rank_of_input
from .strided import EVERY

INT8, INT32, FLOAT32 = DType.INT8, DType.INT32, DType.FLOAT32


@rule("export the model again")
def table_has_rows(op: Op, site: Site) -> str | None:
    """The table has rank 2 or more; constant indices lie within it."""
    shape = site.input(1).shape
    if len(shape) < 2:
        return f"a table of rank {len(shape)}"
    if site.input(0).is_const:
        rows = site.const(0)
        if rows.min(initial=0) < 0 or rows.max(initial=0) >= shape[0]:
            return f"rows {rows.min()} to {rows.max()} of {shape[0]}"
    return None


@rule("convert the model again with TensorFlow Lite's converter")
def table_is_symmetric(op: Op, site: Site) -> str | None:
    """An int8 table for float32 output has a scale, or one per row, and zero points of 0."""
    table = site.input(1)
    if table.dtype is site.output.dtype:
        return None
    q = table.quant
    if q is None or any(q.zero_point):
        return "another quantisation"
    if q.per_channel and (q.axis != 0 or len(q.scale) != table.shape[0]):
        return f"{len(q.scale)} scales along axis {q.axis}"
    return None


@dataclass(frozen=True)
class EmbeddingLookup(Op):
    """indices (vector), table → output."""

    NAME: ClassVar[str] = "embedding_lookup"
    TFLITE: ClassVar = ("EMBEDDING_LOOKUP",)
    INPUTS: ClassVar = (2, 2)
    DATA: ClassVar = 1
    SIGNATURES: ClassVar = (
        *(Signature((INT32, t), (t,)) for t in EVERY),
        Signature((INT32, INT8), (FLOAT32,)),
    )
    RULES: ClassVar = (rank_of_input(0, 1), table_has_rows, table_is_symmetric)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> EmbeddingLookup:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((*site.input(0).shape, *site.input(1).shape[1:]),)

    def _scales(self, site: Site) -> Array | None:
        """The scale of each row; None where values stay as they are."""
        table = site.input(1)
        if table.dtype is site.output.dtype or table.quant is None:
            return None
        scales = np.array(table.quant.scale, np.float32)
        return np.broadcast_to(scales, (table.shape[0],))

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        rows, table = inputs[0], inputs[1]
        assert rows is not None and table is not None
        near = np.clip(rows, 0, len(table) - 1)
        scales = self._scales(site)
        if scales is None:
            return (table[near],)
        factors = scales[near].reshape(-1, *(1,) * (table.ndim - 1))
        return (table[near].astype(np.float32) * factors,)

    def lower(self, site: Site, target: Target) -> Kernel:
        table, count, scales = site.input(1), site.input(0).elements, self._scales(site)
        length = prod(table.shape[1:])
        if scales is None:
            sizes = (1, 1, table.shape[0], count, length * table.dtype.bytes)
            return gather_kernel(site, In(0), INT32, sizes, data=1)
        function = "nn_embedding_lookup_s8_f32"
        params = {"size": table.shape[0], "count": count, "length": length}
        operands = (In(0), In(1), Const("scales", scales), Out(0))
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)
