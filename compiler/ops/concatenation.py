"""CONCATENATION: the inputs one after the other along an axis.

Source: TFLite kernels/concatenation.cc. uint8 inputs of another scale or zero point than the
output's are requantised in float32 (reference_ops::ConcatenationWithScaling); int8 and int16 ones
have to be quantised like the output.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Alias, Const, Form, In, Kernel, Literal, Out
from ..target import Target
from .options import activation_of
from .room import Activation, Shape, Signature, TfliteOptions, rule
from .split import MOST_PARTS, parts
from .strided import STORED, Move, Movement, copy_kernel, in_sequence, move_of, steps_of

UINT8 = DType.UINT8
TYPES = (*STORED, DType.UINT32)


def join_moves(shape: Shape, axis: int, sizes: Sequence[int]) -> tuple[Move, ...]:
    """Input i is part i of the output."""
    steps = steps_of(shape)
    moves, start = [], 0
    for i, part in enumerate(parts(shape, axis, sizes)):
        move = move_of(part, steps_of(part), steps)
        moves.append(replace(move, out_start=start * steps[axis], input=i))
        start += sizes[i]
    return tuple(moves)


@rule("export the model with the activation as an operator of its own")
def no_activation(op: Concatenation, site: Site) -> str | None:
    """No fused activation."""
    return None if op.fused is Activation.NONE else op.fused.value


@rule("export the model again")
def inputs_join(op: Concatenation, site: Site) -> str | None:
    """The inputs' shapes differ along the axis only."""
    shapes = [[] if t is None else list(t.shape) for t in site.inputs]
    rank = len(shapes[0])
    if -rank <= op.axis < rank and all(len(s) == rank for s in shapes):
        others = {(*s[: op.axis % rank], *s[op.axis % rank + 1 :]) for s in shapes}
        if len(others) == 1:
            return None
    return f"shapes {', '.join(map(str, shapes))} along axis {op.axis}"


@rule("convert the model again with TensorFlow Lite's converter")
def quantised_alike(op: Concatenation, site: Site) -> str | None:
    """int8 and int16: all inputs are quantised like the output."""
    out = site.output
    if out.dtype not in (DType.INT8, DType.INT16):
        return None
    for t in site.inputs:
        if t is not None and t.quant is not None and out.quant is not None and t.quant != out.quant:
            return f"'{t.name}' with another scale or zero point"
    return None


@dataclass(frozen=True)
class Concatenation(Movement):
    """inputs → output."""

    NAME: ClassVar[str] = "concatenation"
    TFLITE: ClassVar = ("CONCATENATION",)
    INPUTS: ClassVar = (1, MOST_PARTS)
    SIGNATURES: ClassVar = tuple(Signature((t,), (t,)) for t in TYPES)
    KEEPS: ClassVar = True
    RULES: ClassVar = (no_activation, inputs_join, quantised_alike)

    axis: int
    fused: Activation = Activation.NONE  # not `activation`: none may be fused into it

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Concatenation:
        o: Any = options.read(tflite.ConcatenationOptions)
        return cls(o.Axis(), activation_of(o.FusedActivationFunction()))

    def _axis(self, site: Site) -> int:
        return self.axis % len(site.input(0).shape)

    def _sizes(self, site: Site) -> list[int]:
        return [site.input(i).shape[self._axis(site)] for i in range(len(site.inputs))]

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return parts(site.input(0).shape, self._axis(site), [sum(self._sizes(site))])

    def moves(self, site: Site) -> tuple[Move, ...]:
        return join_moves(self.shapes(site)[0], self._axis(site), self._sizes(site))

    def _table(self, site: Site, i: int) -> Array | None:
        """What becomes of each value of input i; None where it stays."""
        x, out = site.input(i), site.output
        if out.dtype is not UINT8 or x.quant is None or out.quant is None or x.quant == out.quant:
            return None
        scale = np.float32(x.scale) * (np.float32(1) / np.float32(out.scale))
        bias = np.float32(-x.zero_point) * scale
        value = np.arange(256, dtype=np.float32) * scale + bias
        whole = np.trunc(value) + (np.abs(value - np.trunc(value)) >= 0.5) * np.sign(value)
        table: Array = np.clip(whole + out.zero_point, 0, 255).astype(np.uint8)
        return table

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        scaled = []
        for i, x in enumerate(inputs):
            assert x is not None
            table = self._table(site, i)
            scaled.append(x if table is None else table[x])
        return super().reference(site, scaled)

    def _by_runs(self, site: Site) -> Kernel:
        """What stands together joined run by run (along channels: pixel by pixel), of any rows."""
        out, axis, before = site.output, self._axis(site), 0
        run, runs = steps_of(out.shape)[axis] * out.dtype.bytes, prod(out.shape[:axis])
        kernels = []
        for i, size in enumerate(self._sizes(site)):
            params: dict[str, Literal] = {
                "run": size * run, "start": before * run, "step": out.shape[axis] * run
            }  # fmt: skip
            name, operands = "nn_join_runs", (In(i), Out(0))
            stands = before * run if runs == 1 else None
            kernel = Kernel(name, f"{name}.h", Form.FLAT, params, operands, runs, stands=stands)
            kernels.append(kernel)
            before += size
        return in_sequence(kernels)

    def lower(self, site: Site, target: Target) -> Kernel | Alias:
        tables = [self._table(site, i) for i in range(len(site.inputs))]
        if all(table is None for table in tables):
            whole = super().lower(site, target)
            within = self._axis(site) >= 2 or self._axis(site) == len(site.output.shape) - 1
            return self._by_runs(site) if within and whole != Alias() else whole
        kernels = []
        for i, (move, table) in enumerate(zip(self.moves(site), tables, strict=True)):
            kernel = copy_kernel(site, move)
            if table is not None:
                const = Const(f"table_{i}", table, comment="of every input, ascending")
                kernel = replace(
                    kernel,
                    function="nn_table_strided_u8",
                    header="nn_table_strided_u8.h",
                    operands=(*kernel.operands, const),
                    stands=None,
                )
            kernels.append(kernel)
        return in_sequence(kernels)
