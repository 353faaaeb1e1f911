"""BATCH_MATMUL: out[…,m,n] = sum over k of lhs[…,m,k] * rhs[…,k,n]; either may be transposed.

Source: TFLite reference_ops::BatchMatMul with the preparation of kernels/batch_matmul.cc.
Of float32 with int8 (EvalHybrid) each row of lhs is quantised by itself; where several axes of
batches are longer than 1, TFLite takes other rows' scales, which is not followed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Literal, Out, Scratch
from ..quant import multiply_by_quantized_multiplier, quantize_multiplier
from ..target import Target
from . import int16
from .hybrid import is_hybrid, quantize, row_sums, weight_scales
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import activations_quantised, input_quantised

INT8, INT16, INT32, FLOAT32 = DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32
AXES = 3  # of batches in the kernels


@rule("reshape the inputs before")
def ranks_and_sizes(op: BatchMatmul, site: Site) -> str | None:
    """Both inputs have rank 2 to 5, the same k, and batches that broadcast."""
    shapes = [site.input(i).shape for i in (0, 1)]
    if not all(2 <= len(s) <= AXES + 2 for s in shapes):
        return f"ranks {len(shapes[0])} and {len(shapes[1])}"
    (*a, _, k), (*b, k2, _) = op.matrices(site)
    a, b = [1] * (AXES - len(a)) + a, [1] * (AXES - len(b)) + b
    if k == k2 and all(x == y or 1 in (x, y) for x, y in zip(a, b, strict=True)):
        return None
    return f"{list(shapes[0])} and {list(shapes[1])}"


@rule("quantise the model with a representative data set")
def sums_fit(op: BatchMatmul, site: Site) -> str | None:
    """int8: products of fewer than 2^15 rows and columns, whose sums fit 32 bits."""
    k = op.matrices(site)[0][-1]
    return None if site.input(0).dtype is not INT8 or k < 1 << 15 else f"{k}"


@rule("quantise the model with a representative data set")
def output_quantised(op: BatchMatmul, site: Site) -> str | None:
    """Outputs of 8 and 16 bits have one positive scale and a zero point."""
    return None if site.output.dtype is INT32 else activations_quantised.test(op, site)


@rule("make it a constant in the exported model")
def hybrid_constant(op: BatchMatmul, site: Site) -> str | None:
    """float32 with int8: the second input constant, with one scale or one per column, and zero
    points of 0."""
    rhs = site.input(1)
    if not is_hybrid(site):
        return None
    if not rhs.is_const:
        return "it is computed at run time"
    q, axis = rhs.quant, len(rhs.shape) - (2 if op.transpose_rhs else 1)
    if q is None or any(q.zero_point):
        return "another quantisation"
    fits = q.axis == axis and len(q.scale) == rhs.shape[axis]
    return f"{len(q.scale)} scales along axis {q.axis}" if q.per_channel and not fits else None


@rule("quantise the model with a representative data set")
def rhs_quantised(op: BatchMatmul, site: Site) -> str | None:
    """Of integers, both inputs have one positive scale and a zero point."""
    return None if is_hybrid(site) else input_quantised(1).test(op, site)


@dataclass(frozen=True)
class BatchMatmul(Op):
    """lhs, rhs → output; none of them has to be constant."""

    NAME: ClassVar[str] = "batch_matmul"
    TFLITE: ClassVar = ("BATCH_MATMUL",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = (
        Signature((INT8, INT8), (INT8,)),
        Signature((INT8, INT8), (INT32,)),
        Signature((INT16, INT16), (INT16,)),
        Signature((INT16, INT8), (INT16,)),
        Signature((FLOAT32, FLOAT32), (FLOAT32,)),
        Signature((FLOAT32, INT8), (FLOAT32,)),
    )
    RULES: ClassVar = (
        ranks_and_sizes,
        sums_fit,
        input_quantised(0),
        rhs_quantised,
        hybrid_constant,
        output_quantised,
        int16.int16_symmetric,
        int16.int16_scales_fit(),
    )

    transpose_lhs: bool = False
    transpose_rhs: bool = False
    asymmetric: bool = False  # how float32 rows are quantised for int8 weights

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> BatchMatmul:
        o: Any = options.read(tflite.BatchMatMulOptions)
        asymmetric = bool(o.AsymmetricQuantizeInputs()) and is_hybrid(site)
        return cls(bool(o.AdjX()), bool(o.AdjY()), asymmetric)

    def matrices(self, site: Site) -> tuple[list[int], list[int]]:
        """The shapes as they are multiplied: […, m, k] and […, k, n]."""
        shapes = []
        for i, turned in enumerate((self.transpose_lhs, self.transpose_rhs)):
            *batch, rows, columns = site.input(i).shape
            shapes.append([*batch, columns, rows] if turned else [*batch, rows, columns])
        return shapes[0], shapes[1]

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        (*a, m, _), (*b, _, n) = self.matrices(site)
        return ((*np.broadcast_shapes(tuple(a), tuple(b)), m, n),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        a, b = inputs[0], inputs[1]
        assert a is not None and b is not None
        a = a.swapaxes(-1, -2) if self.transpose_lhs else a
        b = b.swapaxes(-1, -2) if self.transpose_rhs else b
        out = site.output
        if is_hybrid(site):
            values, scales = quantize(a.reshape(-1, a.shape[-1]), self.asymmetric)
            real = (values.reshape(a.shape) @ b.astype(np.int64)).astype(np.float32)
            return (real * (scales.reshape(*a.shape[:-1], 1) * weight_scales(site)),)
        if out.dtype.is_float:
            return ((a.astype(np.float64) @ b.astype(np.float64)).astype(np.float32),)
        wide_a, wide_b = a.astype(np.int64), b.astype(np.int64)
        if out.dtype is INT32:
            return ((wide_a @ wide_b).astype(np.int32),)
        sums = (wide_a - site.input(0).zero_point) @ (wide_b - site.input(1).zero_point)
        multiplier, shift = (np.array(v) for v in self._multiplier(site))
        if out.dtype is INT16:
            scaled = int16.rescale(sums, multiplier, shift, True)
            return (np.clip(scaled, -(1 << 15), (1 << 15) - 1).astype(np.int16),)
        scaled = multiply_by_quantized_multiplier(sums, multiplier, shift)
        return (np.clip(scaled + out.zero_point, -128, 127).astype(np.int8),)

    def _multiplier(self, site: Site) -> tuple[int, int]:
        """As GetQuantizedConvolutionMultipler has it: the product of the scales is float32."""
        product = np.float32(site.input(0).scale) * np.float32(site.input(1).scale)
        return quantize_multiplier(float(product) / site.output.scale)

    def lower(self, site: Site, target: Target) -> Kernel:
        (*a, m, k), (*b, _, n) = self.matrices(site)
        batch = [1] * (AXES - len(site.output.shape) + 2) + list(site.output.shape[:-2])
        params: dict[str, Literal] = {
            "batches": prod(batch), "batch_1": batch[1], "batch_2": batch[2]
        }  # fmt: skip
        for name, sizes, step in (("lhs", a, m * k), ("rhs", b, k * n)):
            distances: list[int] = []
            for size in reversed([1] * (AXES - len(sizes)) + sizes):
                distances.insert(0, 0 if size == 1 else step)
                step *= size
            params |= {f"{name}_{i}": d for i, d in enumerate(distances)}
        params |= {"m": m, "n": n, "k": k}
        params |= {"lhs_m": 1, "lhs_k": m} if self.transpose_lhs else {"lhs_m": k, "lhs_k": 1}
        params |= {"rhs_n": k, "rhs_k": 1} if self.transpose_rhs else {"rhs_n": 1, "rhs_k": n}
        if is_hybrid(site):
            return self._lower_hybrid(site, params)
        types = [site.input(0).dtype, site.input(1).dtype, site.output.dtype]
        suffix = "_".join(dict.fromkeys(t.suffix for t in types))
        if site.output.dtype in (INT8, INT16):
            multiplier, shift = self._multiplier(site)
            if site.output.dtype is INT16:
                multiplier, shift = int(int16.reduced(np.array(multiplier))), 15 - shift
            else:
                params |= {
                    "lhs_zero": site.input(0).zero_point, "rhs_zero": site.input(1).zero_point,
                    "out_zero": site.output.zero_point,
                }  # fmt: skip
            params |= {"multiplier": multiplier, "shift": shift}
        function = f"nn_batch_matmul_{suffix}"
        return Kernel(function, f"{function}.h", Form.WHOLE, params, (In(0), In(1), Out(0)))

    def _lower_hybrid(self, site: Site, params: dict[str, Literal]) -> Kernel:
        """Columns of the weights stand as rows, whose sums serve zero points."""
        weights, k = site.const(1), int(params["k"])
        columns = weights if self.transpose_rhs else weights.swapaxes(-1, -2)
        flat = np.ascontiguousarray(columns).reshape(-1, k)
        scales = weight_scales(site)
        params = {name: v for name, v in params.items() if name not in ("rhs_n", "rhs_k")}
        params |= {"asymmetric": int(self.asymmetric), "scale_step": int(scales.size > 1)}
        function = "nn_batch_matmul_hybrid_s8"
        operands = (
            In(0), Out(0), Scratch(4 * k, ctype="float"), Scratch(k, 1, "int8_t"),
            Const("weights", flat.ravel()), row_sums(flat, self.asymmetric),
            Const("scales", scales, comment="of the weights"),
        )  # fmt: skip
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)

    def macs(self, site: Site) -> int:
        return site.output.elements * self.matrices(site)[0][-1]
