"""DYNAMIC_UPDATE_SLICE: the operand with a box of it replaced; where the box starts comes at run
time and is moved such that the box lies inside.

Source: TFLite kernels/dynamic_update_slice.cc.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import rank_of_input
from .strided import EVERY, MOST_AXES, copy_kernel, move_of, steps_of


@rule("export the model again")
def box_fits(op: Op, site: Site) -> str | None:
    """The update has the operand's rank and is nowhere longer; start is one number per axis."""
    x, update, start = (site.input(i).shape for i in range(3))
    same_rank = len(x) == len(update) and start == (len(x),)
    if same_rank and all(n <= m for n, m in zip(update, x, strict=True)):
        return None
    return f"{list(update)} into {list(x)}, start of shape {list(start)}"


@dataclass(frozen=True)
class DynamicUpdateSlice(Op):
    """operand, update, start → output."""

    NAME: ClassVar[str] = "dynamic_update_slice"
    TFLITE: ClassVar = ("DYNAMIC_UPDATE_SLICE",)
    INPUTS: ClassVar = (3, 3)
    SIGNATURES: ClassVar = tuple(
        Signature((t, t, start), (t,)) for t in EVERY for start in (DType.INT32, DType.INT64)
    )
    RULES: ClassVar = (rank_of_input(0, *range(1, MOST_AXES + 1)), box_fits)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> DynamicUpdateSlice:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, update, start = inputs[0], inputs[1], inputs[2]
        assert x is not None and update is not None and start is not None
        found = x.copy()
        most = np.array(x.shape) - np.array(update.shape)
        first = np.minimum(np.maximum(start.astype(np.int64), 0), most)
        box = tuple(slice(int(f), int(f) + n) for f, n in zip(first, update.shape, strict=True))
        found[box] = update
        return (found,)

    def lower(self, site: Site, target: Target) -> Kernel:
        x, update = site.input(0), site.input(1)
        steps = steps_of(x.shape)
        copy = copy_kernel(site, move_of(update.shape, steps_of(update.shape), steps))
        params: dict[str, Literal] = {"bytes": x.bytes, "rank": len(x.shape)}
        for axis, step in enumerate(steps):
            params[f"most{axis}"] = x.shape[axis] - update.shape[axis]
            params[f"step{axis}"] = step * x.dtype.bytes
        params |= {f"copy.{name}": value for name, value in copy.params.items()}
        function = f"nn_dynamic_update_slice_{site.input(2).dtype.suffix}"
        operands = (In(0), In(1), In(2), Out(0))
        return Kernel(function, "nn_dynamic_update_slice.h", Form.WHOLE, params, operands)

    def overlap(self, site: Site) -> Mapping[int, int]:
        """The operand is moved as a whole before anything is changed."""
        return {0: 0}
