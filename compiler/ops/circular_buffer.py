"""CIRCULAR_BUFFER: the last rows of a stream, the newest at the end, of which a call brings one.

Source: TensorFlow Lite Micro kernels/circular_buffer.cc, circular_buffer_common.cc. There it also
ends the call before what follows it in all but every cycles_max-th; where that is not stated, it is
found out by the number of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site, Tensor
from ..program import Form, In, InOut, Kernel, Out
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import activations_quantised, rank_of_input

INT8 = DType.INT8
EVERY_CALL = (5, 13, 25)  # numbers of rows of which TensorFlow Lite Micro knows that


@rule("export the model in two parts, and call the one behind this operator every so many times")
def runs_every_time(op: CircularBuffer, site: Site) -> str | None:
    """What follows it is run in every call (cycles_max = 1)."""
    return None if op.cycles_max == 1 else f"in every {op.cycles_max} calls"


@rule("export the model again")
def one_row_of_many(op: Op, site: Site) -> str | None:
    """One row [1, 1, w, c] in, rows [1, n, w, c] of the same quantisation out."""
    x, out = site.input(0), site.output
    rows = out.shape[1] if len(out.shape) == 4 else 0
    fits = x.shape[:2] == (1, 1) and out.shape == (1, rows, *x.shape[2:]) and rows > 1
    return None if fits and x.quant == out.quant else f"{list(x.shape)} to {list(out.shape)}"


@dataclass(frozen=True)
class CircularBuffer(Op):
    """row → rows."""

    NAME: ClassVar[str] = "circular_buffer"
    TFLITE: ClassVar = ("CUSTOM:CIRCULAR_BUFFER",)
    INPUTS: ClassVar = (2, 2)
    UPDATES: ClassVar = (1,)
    OWN_STATE: ClassVar = 1
    SIGNATURES: ClassVar = (Signature((INT8, INT8), (INT8,)),)
    RULES: ClassVar = (
        rank_of_input(0, 4),
        one_row_of_many,
        activations_quantised,
        runs_every_time,
    )

    cycles_max: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> CircularBuffer:
        cycles = int(options.custom_map().get("cycles_max", 0))
        guess = 1 if (*site.output.shape, 0, 0)[1] in EVERY_CALL else 2
        return cls(cycles if cycles > 0 else guess)

    def own_state(self, site: Site) -> tuple[tuple[Tensor, Array], ...]:
        out = site.output
        zero = out.zero_point if out.quant is not None else 0
        kept = Tensor(f"{out.name}_rows", out.shape, out.dtype, out.quant)
        return ((kept, np.full(out.shape, zero, out.dtype.numpy)),)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(1).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, rows = inputs
        assert x is not None and rows is not None
        moved = np.concatenate([rows[:, 1:], x], axis=1)
        return moved, moved

    def lower(self, site: Site, target: Target) -> Kernel:
        fresh = site.input(0).bytes
        params = {"fresh": fresh, "kept": site.output.bytes - fresh}
        name, operands = "nn_circular_buffer", (In(0), Out(0), InOut(1))
        return Kernel(name, f"{name}.h", Form.WHOLE, params, operands)
