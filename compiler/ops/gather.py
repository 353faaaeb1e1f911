"""GATHER: slices of the input along an axis, named by indices, which may come at run time.

Source: TFLite reference_ops::Gather. With batch_dims the first axes of input and indices go
together. TFLite stops at an index outside the axis; generated code reads the nearest slice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Alias, Const, Form, In, Kernel, Operand, Out
from ..target import Target
from .room import Op, Rule, Shape, Signature, TfliteOptions, rule
from .strided import STORED, Axis, Move, alias_of, copy_kernel

INDEX_TYPES = (DType.INT16, DType.INT32, DType.INT64)


@rule("export the model again")
def axis_and_batch_fit(op: Gather, site: Site) -> str | None:
    """The axis is one of the input's; batch axes come before it and are as long in the indices."""
    x, indices = site.input(0).shape, site.input(1).shape
    if -len(x) <= op.axis < len(x) and -len(indices) <= op.batch_dims <= len(indices):
        axis, batch = op.places(site)
        if batch <= axis and x[:batch] == indices[:batch]:
            return None
    return f"axis {op.axis} and {op.batch_dims} batch axes of {list(x)} by {list(indices)}"


@rule("export the model again")
def indices_exist(op: Gather, site: Site) -> str | None:
    """Constant indices lie within the axis."""
    if not site.input(1).is_const:
        return None
    size = site.input(0).shape[op.places(site)[0]]
    low, high = int(site.const(1).min(initial=0)), int(site.const(1).max(initial=0))
    return None if low >= 0 and high < size else f"indices {low} to {high} of {size}"


def gather_kernel(
    site: Site, indices: Operand, dtype: DType, sizes: tuple[int, int, int, int, int], data: int = 0
) -> Kernel:
    """The kernel, for sizes (batch, outer, axis, indices a batch, bytes a slice)."""
    names = ("batch", "outer", "size", "count", "run")
    params = dict(zip(names, sizes, strict=True))
    operands = (In(data), indices, Out(0))
    return Kernel(f"nn_gather_{dtype.suffix}", "nn_gather.h", Form.WHOLE, params, operands)


@dataclass(frozen=True)
class Gather(Op):
    """input, indices → output."""

    NAME: ClassVar[str] = "gather"
    MONOTONE: ClassVar = True
    TFLITE: ClassVar = ("GATHER",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(Signature((t, i), (t,)) for t in STORED for i in INDEX_TYPES)
    RULES: ClassVar[tuple[Rule, ...]] = (axis_and_batch_fit, indices_exist)

    axis: int = 0
    batch_dims: int = 0

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Gather:
        o: Any = options.read(tflite.GatherOptions)
        return cls(o.Axis(), o.BatchDims())

    def places(self, site: Site) -> tuple[int, int]:
        """The axis, and how many batch axes, counted from the first."""
        rank, of_indices = len(site.input(0).shape), len(site.input(1).shape)
        batch = self.batch_dims + of_indices if self.batch_dims < 0 else self.batch_dims
        return self.axis % rank, batch

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        axis, batch = self.places(site)
        x, indices = site.input(0).shape, site.input(1).shape
        return ((*x[:axis], *indices[batch:], *x[axis + 1 :]),)

    def _sizes(self, site: Site) -> tuple[int, int, int, int, int]:
        """Batch, outer axes, axis, indices a batch, elements a slice."""
        axis, batch = self.places(site)
        x, indices = site.input(0).shape, site.input(1).shape
        batches, outer = prod(x[:batch]), prod(x[batch:axis])
        return batches, outer, x[axis], prod(indices[batch:]), prod(x[axis + 1 :])

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, indices = inputs[0], inputs[1]
        assert x is not None and indices is not None
        batch, outer, size, count, run = self._sizes(site)
        near = np.clip(indices.reshape(batch, 1, count, 1).astype(np.int64), 0, size - 1)
        found = np.take_along_axis(x.reshape(batch, outer, size, run), near, axis=2)
        return (found.reshape(self.shapes(site)[0]),)

    def lower(self, site: Site, target: Target) -> Kernel | Alias:
        sizes = self._sizes(site)
        bytes_ = (*sizes[:4], sizes[4] * site.input(0).dtype.bytes)
        if not site.input(1).is_const:
            return gather_kernel(site, In(1), site.input(1).dtype, bytes_)
        indices = site.const(1).ravel().astype(np.int32)
        move = _as_move(indices, sizes)
        if move is not None:
            return alias_of(site, move) or copy_kernel(site, move)
        return gather_kernel(site, Const("indices", indices), DType.INT32, bytes_)


def _as_move(indices: Array, sizes: tuple[int, int, int, int, int]) -> Move | None:
    """Constant indices at equal distances as a move."""
    batch, outer, size, count, run = sizes
    distances = np.unique(np.diff(indices))
    if batch > 1 or len(distances) > 1:
        return None
    step = int(distances[0]) if len(distances) else 1
    axes = (Axis(outer, size * run, count * run), Axis(count, step * run, run), Axis(run, 1, 1))
    return Move(axes, int(indices[0]) * run)
