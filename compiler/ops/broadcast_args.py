"""BROADCAST_ARGS: the shape that two shapes broadcast to. Folded where both are known.

Source: TFLite reference_ops::BroadcastArgs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions
from .rules import rank_of_input


@dataclass(frozen=True)
class BroadcastArgs(Op):
    """shape, shape → shape."""

    NAME: ClassVar[str] = "broadcast_args"
    TFLITE: ClassVar = ("BROADCAST_ARGS",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(Signature((t, t), (t,)) for t in (DType.INT32, DType.INT64))
    RULES: ClassVar = (rank_of_input(0, 1), rank_of_input(1, 1))

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> BroadcastArgs:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((max(site.input(0).elements, site.input(1).elements),),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        a, b = inputs[0], inputs[1]
        assert a is not None and b is not None
        rank = max(len(a), len(b))
        a, b = (np.pad(s, (rank - len(s), 0), constant_values=1) for s in (a, b))
        return (np.where(a == 1, b, a),)

    def lower(self, site: Site, target: Target) -> Kernel:
        function = f"nn_broadcast_args_{site.output.dtype.suffix}"
        params = {"rank_a": site.input(0).elements, "rank_b": site.input(1).elements}
        operands = (In(0), In(1), Out(0))
        return Kernel(function, "nn_broadcast_args.h", Form.WHOLE, params, operands)
