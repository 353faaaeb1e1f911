"""REDUCE_ANY: whether some element over any axes is true: the maximum of 0 and 1.

Source: TFLite kernels/reduce.cc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Kernel
from ..target import Target
from .reduce import INT32, Reduction, axes_in_range, few_runs_of_axes
from .reduce_max import lower_extreme
from .room import Signature
from .rules import const_input

BOOL = DType.BOOL


@dataclass(frozen=True)
class ReduceAny(Reduction):
    """See Reduction."""

    NAME: ClassVar[str] = "reduce_any"
    TFLITE: ClassVar = ("REDUCE_ANY",)
    SIGNATURES: ClassVar = (Signature((BOOL, INT32), (BOOL,)),)
    RULES: ClassVar = (const_input(1, "axes"), axes_in_range, few_runs_of_axes)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        found = inputs[0].any(axis=tuple(self.axes(site)))
        return (np.asarray(found).reshape(self.shapes(site)[0]),)

    def lower(self, site: Site, target: Target) -> Kernel:
        return lower_extreme(self, site, least=False)
