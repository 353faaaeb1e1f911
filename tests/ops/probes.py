"""The smallest networks of an operator, for any type and shape: test_types.py asks who takes them.

A probe is a function of the type that is worked on, of whether its tensors are quantised, and of a
shape. This file has functions of elements, reductions and images; movements are in
probes_of_movement.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import tflite

from compiler.ir import Array, DType, Quant, Tensor

from .cases import FLOAT32, INT8, INT32, const
from .tflite_builder import Operator, Options, Subgraph

INT4, UINT8, INT16, INT64, BOOL = DType.INT4, DType.UINT8, DType.INT16, DType.INT64, DType.BOOL
UINT16, UINT32, UINT64 = DType.UINT16, DType.UINT32, DType.UINT64
FLOAT16, FLOAT64 = DType.FLOAT16, DType.FLOAT64
TYPES = (
    INT4, INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64, BOOL, FLOAT16, FLOAT32, FLOAT64,
)  # fmt: skip
QUANTISABLE = (INT4, INT8, UINT8, INT16, INT32)
SCALE = {INT4: 0.25, INT8: 0.0625, UINT8: 0.0625, INT16: 2.0**-11, INT32: 2.0**-16}


@dataclass(frozen=True)
class Kind:
    """The type that is worked on, and whether it carries scales."""

    dtype: DType
    quantised: bool

    def __str__(self) -> str:
        return f"{self.dtype.value}{' quantised' if self.quantised else ''}"

    def tensor(
        self, name: str, shape: Sequence[int], scale: float = 0.0, zero: int | None = None
    ) -> Tensor:
        quant = None
        if self.quantised:
            usual = 128 if self.dtype is UINT8 else 0
            quant = Quant((scale or SCALE[self.dtype],), (usual if zero is None else zero,))
        return Tensor(name, tuple(shape), self.dtype, quant)

    def constant(self, name: str, shape: Sequence[int]) -> Tensor:
        tensor = self.tensor(name, shape)
        data = np.ones(shape, self.dtype.numpy)
        return Tensor(name, tuple(shape), self.dtype, tensor.quant, data)


KINDS = tuple(Kind(t, q) for t in TYPES for q in (False, True) if not q or t in QUANTISABLE)
Probe = Callable[[Kind, tuple[int, ...]], Subgraph]


def ints(name: str, *values: int, dtype: DType = INT32) -> Tensor:
    return const(name, np.array(values), dtype)


def scalar(name: str, value: int) -> Tensor:
    return const(name, np.array(value), INT32)


def network(
    code: str,
    inputs: Sequence[Tensor | None],
    outputs: Sequence[Tensor],
    options: str = "",
    version: int = 1,
    **fields: float,
) -> Subgraph:
    tensors = [t for t in inputs if t is not None]
    numbers = iter(range(len(tensors)))
    operands = tuple(-1 if t is None else next(numbers) for t in inputs)
    results = tuple(range(len(tensors), len(tensors) + len(outputs)))
    given = tuple(i for i, t in enumerate(tensors) if t.data is None)
    table = Options(options, fields) if options else None
    custom = code.removeprefix("CUSTOM:") if code.startswith("CUSTOM:") else ""
    operator = Operator(code, operands, results, table, version, custom)
    return Subgraph((*tensors, *outputs), (operator,), given, results)


def unary(
    code: str, options: str = "", scale: float = 0.0, zero: int | None = None, **f: float
) -> Probe:
    def make(k: Kind, shape: tuple[int, ...]) -> Subgraph:
        out_scale, out_zero = scale, zero
        if k.dtype is UINT8 and zero is not None:
            out_zero = zero + 128
        if k.dtype is INT4:
            out_zero = 0
        if k.dtype is INT16 and scale:
            out_scale, out_zero = 2.0**-15, 0
        out = k.tensor("out", shape, out_scale, out_zero)
        return network(code, [k.tensor("x", shape)], [out], options, **f)

    return make


def binary(code: str, options: str = "", out: DType | None = None) -> Probe:
    def make(k: Kind, shape: tuple[int, ...]) -> Subgraph:
        result = Tensor("out", shape, out) if out else k.tensor("out", shape)
        return network(code, [k.tensor("a", shape), k.tensor("b", shape)], [result], options)

    return make


def reduced(code: str, version: int = 2) -> Probe:
    def make(k: Kind, shape: tuple[int, ...]) -> Subgraph:
        x, out = k.tensor("x", shape), k.tensor("out", (1, *shape[1:]))
        return network(code, [x, ints("axes", 0)], [out], "ReducerOptions", version, KeepDims=True)

    return make


def pooled(code: str) -> Probe:
    def make(k: Kind, shape: tuple[int, ...]) -> Subgraph:
        fields = {"StrideW": 1, "StrideH": 1, "FilterWidth": 1, "FilterHeight": 1}
        x, out = k.tensor("x", shape), k.tensor("out", shape)
        return network(code, [x], [out], "Pool2DOptions", **fields)

    return make


def arg(code: str, options: str) -> Probe:
    def make(k: Kind, shape: tuple[int, ...]) -> Subgraph:
        return network(
            code, [k.tensor("x", shape), ints("axis", 0)], [Tensor("out", shape[1:], INT32)],
            options, OutputType=tflite.TensorType.INT32,
        )  # fmt: skip

    return make


def same_shape(code: str, options: str, *more: Callable[[int], Tensor], **f: float) -> Probe:
    """Output like the input; further constant inputs as functions of the rank."""

    def make(k: Kind, shape: tuple[int, ...]) -> Subgraph:
        inputs = [k.tensor("x", shape), *(m(len(shape)) for m in more)]
        return network(code, inputs, [k.tensor("out", shape)], options, **f)

    return make


def resized(code: str, options: str) -> Probe:
    def make(k: Kind, shape: tuple[int, ...]) -> Subgraph:
        n, h, w, c = shape
        x, out = k.tensor("x", shape), k.tensor("out", (n, 2 * h, 2 * w, c))
        return network(code, [x, ints("size", 2 * h, 2 * w)], [out], options)

    return make


def margins(rank: int) -> Tensor:
    return const("margins", np.zeros((rank, 2)), INT32)


def values(t: Tensor) -> Array:
    """Ones (quantised: one above the zero point)."""
    zero = t.quant.zero_point[0] if t.quant is not None else 0
    return np.full(t.shape, zero + 1, t.dtype.numpy)
