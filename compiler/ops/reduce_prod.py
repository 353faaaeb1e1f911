"""REDUCE_PROD: the product over any axes; integers wrap. Source: TFLite kernels/reduce.cc."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..target import Target
from .reduce import INT32, Reduction, axes_in_range, few_runs_of_axes
from .room import Signature
from .rules import const_input

TYPES = (DType.INT32, DType.INT64, DType.FLOAT32)


@dataclass(frozen=True)
class ReduceProd(Reduction):
    """See Reduction."""

    NAME: ClassVar[str] = "reduce_prod"
    TFLITE: ClassVar = ("REDUCE_PROD",)
    SIGNATURES: ClassVar = tuple(Signature((t, INT32), (t,)) for t in TYPES)
    RULES: ClassVar = (const_input(1, "axes"), axes_in_range, few_runs_of_axes)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, dtype = inputs[0], site.output.dtype
        assert x is not None
        with np.errstate(all="ignore"):
            found = x.prod(axis=tuple(self.axes(site)), dtype=dtype.numpy)
        return (np.asarray(found).reshape(self.shapes(site)[0]),)

    def lower(self, site: Site, target: Target) -> Kernel:
        function, operands = f"nn_reduce_prod_{site.output.dtype.suffix}", (In(0), Out(0))
        return Kernel(function, "nn_reduce_prod.h", Form.WHOLE, self.fields(site), operands)
