"""MATRIX_DIAG, MATRIX_SET_DIAG: the last axis as the diagonal of matrices that are 0, or given.

Source: TFLite matrix_diag.cc, matrix_set_diag.cc.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..target import Target
from .room import Op, Rule, Shape, Signature, TfliteOptions, rule

TYPES = (DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.INT64, DType.FLOAT32)


@rule("reshape it before")
def has_an_axis(op: Op, site: Site) -> str | None:
    """The input has an axis or more."""
    return None if site.input(0).shape else "a scalar"


@rule("export the model again")
def diagonals_fit(op: Op, site: Site) -> str | None:
    """Matrices, and a diagonal for each, as long as it is."""
    x, diagonal = site.input(0).shape, site.input(1).shape
    if len(x) >= 2 and diagonal == (*x[:-2], min(x[-2:])):
        return None
    return f"{list(diagonal)} for {list(x)}"


@dataclass(frozen=True)
class MatrixDiag(Op):
    """diagonals → matrices."""

    NAME: ClassVar[str] = "matrix_diag"
    TFLITE: ClassVar = ("MATRIX_DIAG",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = tuple(Signature((t,), (t,)) for t in TYPES)
    RULES: ClassVar[tuple[Rule, ...]] = (has_an_axis,)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> MatrixDiag:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        shape = site.input(0).shape
        return ((*shape, shape[-1]),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        matrices = np.where(np.eye(x.shape[-1], dtype=np.bool_), x[..., None], 0)
        return (matrices.astype(x.dtype),)

    def lower(self, site: Site, target: Target) -> Kernel:
        x = site.input(0)
        params = {
            "matrices": prod(x.shape[:-1]), "size": x.shape[-1], "bytes": x.dtype.bytes,
        }  # fmt: skip
        name = "nn_matrix_diag"
        return Kernel(name, f"{name}.h", Form.WHOLE, params, (In(0), Out(0)))


@dataclass(frozen=True)
class MatrixSetDiag(Op):
    """matrices, diagonals → matrices."""

    NAME: ClassVar[str] = "matrix_set_diag"
    TFLITE: ClassVar = ("MATRIX_SET_DIAG",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(Signature((t, t), (t,)) for t in TYPES)
    RULES: ClassVar[tuple[Rule, ...]] = (diagonals_fit,)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> MatrixSetDiag:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, diagonals = inputs
        assert x is not None and diagonals is not None
        out, places = x.copy(), np.arange(diagonals.shape[-1])
        out[..., places, places] = diagonals
        return (out,)

    def lower(self, site: Site, target: Target) -> Kernel:
        x = site.input(0)
        params = {
            "matrices": prod(x.shape[:-2]), "rows": x.shape[-2], "columns": x.shape[-1],
            "bytes": x.dtype.bytes,
        }  # fmt: skip
        operands = (In(0), In(1), Out(0))
        return Kernel("nn_matrix_set_diag", "nn_matrix_diag.h", Form.WHOLE, params, operands)

    def overlap(self, site: Site) -> Mapping[int, int]:
        """The matrices are moved as a whole before anything is changed."""
        return {0: 0}
