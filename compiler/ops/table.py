"""TABLE: a function of one 8-bit value, by its values. No operator of TFLite: `join_pointwise`
makes it of runs of operators that are such a function together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..intervals import Interval
from ..ir import Array, DType, Site
from ..program import Kernel
from ..quant import integer_range
from ..target import Target
from .channels import Tied, same_channels
from .lookup import lower_table
from .reach import candidates
from .room import Op, Shape, Signature

BYTES = (DType.INT8, DType.UINT8)


@dataclass(frozen=True)
class Table(Op):
    """input, the 256 values for its type's values in ascending order → output."""

    NAME: ClassVar[str] = "table"
    TFLITE: ClassVar = ()
    INPUTS: ClassVar = (2, 2)
    POINTWISE: ClassVar = True
    SIGNATURES: ClassVar = tuple(Signature((a, b), (b,)) for a in BYTES for b in BYTES)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, values = inputs
        assert x is not None and values is not None
        return (values[x.astype(int) - integer_range(site.input(0).dtype)[0]],)

    def intervals(
        self, site: Site, inputs: Sequence[Interval | None]
    ) -> tuple[Interval | None, ...]:
        x, values = inputs[0], site.const(1).astype(np.int64)
        if x is None:
            return (None,)
        first = integer_range(site.input(0).dtype)[0]
        reach = {
            (a, b): (
                values[a - first : b + 1 - first].min(),
                values[a - first : b + 1 - first].max(),
            )
            for a, b in set(zip(x.low.tolist(), x.high.tolist(), strict=True))
        }
        found = np.array([reach[p] for p in zip(x.low.tolist(), x.high.tolist(), strict=True)])
        return (Interval(found[:, 0], found[:, 1]),)

    def same_as(self, site: Site, inputs: Sequence[Interval | None]) -> int | None:
        x, first = inputs[0], integer_range(site.input(0).dtype)[0]
        tried = np.arange(first, first + len(site.const(1)))
        if x is None or 0 not in candidates(site):
            return None
        met = (tried >= x.low.min()) & (tried <= x.high.max())
        return 0 if (site.const(1) == tried)[met].all() else None

    def channels(self, site: Site) -> Tied | None:
        return same_channels(site)

    def lower(self, site: Site, target: Target) -> Kernel:
        return lower_table(site, site.const(1))

    def overlap(self, site: Site) -> Mapping[int, int]:
        return {0: 0}
