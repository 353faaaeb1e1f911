"""SVDF: a layer of low rank over a stream. Each filter multiplies the input by its feature weights
and remembers the last `memory` results, which its time weights sum up; `rank` filters make a unit.

Source: TFLite reference_ops::EvalIntegerSVDF (int16 state), EvalFloatSVDF and EvalHybridSVDF (float
activations and state, int8 weights); TensorFlow Lite Micro's EvalIntegerSvdfReference for int8
state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Const, Form, In, InOut, Kernel, Literal, Operand, Out, Scratch
from ..quant import (
    float_range,
    integer_range,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
)
from ..target import Target
from .hybrid import is_hybrid, quantize, row_sums
from .options import activation_of
from .requant import SHIFT_ANY, SHIFT_RIGHT, SMALL_ACCUMULATOR
from .room import Activation, Op, Shape, Signature, TfliteOptions, rule
from .rules import activations_quantised, const_input, rank_of_input

INT8, INT16, INT32, FLOAT32 = DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32
STATE = 4


@rule("export the model again")
def shapes_agree(op: Svdf, site: Site) -> str | None:
    """Feature weights [filters, inputs], time weights [filters, memory], a bias for each unit and a
    state of [batch, filters * memory]; the rank divides the number of filters."""
    x, feature, time, state = (site.input(i).shape for i in (0, 1, 2, STATE))
    bias = site.optional(3)
    good = (
        op.rank > 0
        and feature[0] % op.rank == 0
        and x[1] == feature[1]
        and time[0] == feature[0]
        and state == (x[0], feature[0] * time[1])
        and (bias is None or bias.shape == (feature[0] // op.rank,))
    )
    if good:
        return None
    shapes = ", ".join("none" if t is None else str(list(t.shape)) for t in site.inputs)
    return f"rank {op.rank}, inputs {shapes}"


@rule("quantise the model with TensorFlow Lite's converter")
def all_quantised(op: Svdf, site: Site) -> str | None:
    """Integer weights and state with one scale each; weights with zero point 0, int16 state too."""
    for i in (1, 2, STATE):
        tensor = site.input(i)
        if tensor.dtype.is_float:
            continue
        q = tensor.quant
        if q is None or q.per_channel:
            return f"input {i} without such a scale"
        if q.zero_point[0] and not (i == STATE and tensor.dtype is INT8):
            return f"input {i} with zero point {q.zero_point[0]}"
    return None


@rule("use RELU: the output's zero point and the end of int8 make it")
def integers_are_clamped_at_zero(op: Svdf, site: Site) -> str | None:
    """int8: RELU as the fused activation."""
    if site.output.dtype.is_float or op.activation is Activation.RELU:
        return None
    return f"activation {op.activation.value}"


@dataclass(frozen=True)
class Svdf(Op):
    """input, feature weights, time weights, bias (optional), state → output [batch, units]."""

    NAME: ClassVar[str] = "svdf"
    TFLITE: ClassVar = ("SVDF",)
    INPUTS: ClassVar = (5, 5)
    UPDATES: ClassVar = (STATE,)
    SIGNATURES: ClassVar = (
        *(
            Signature((INT8, INT8, state, bias, state), (INT8,))
            for state in (INT16, INT8)
            for bias in (INT32, None)
        ),
        Signature((FLOAT32, FLOAT32, FLOAT32, FLOAT32, FLOAT32), (FLOAT32,)),
        Signature((FLOAT32, FLOAT32, FLOAT32, None, FLOAT32), (FLOAT32,)),
        Signature((FLOAT32, INT8, INT8, FLOAT32, FLOAT32), (FLOAT32,)),
        Signature((FLOAT32, INT8, INT8, None, FLOAT32), (FLOAT32,)),
    )
    RULES: ClassVar = (
        const_input(1, "feature weights"),
        const_input(2, "time weights"),
        const_input(3, "bias"),
        rank_of_input(0, 2),
        rank_of_input(1, 2),
        rank_of_input(2, 2),
        shapes_agree,
        activations_quantised,
        all_quantised,
        integers_are_clamped_at_zero,
    )

    rank: int = 1
    activation: Activation = Activation.NONE
    asymmetric: bool = False  # how float32 inputs are quantised for int8 weights

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Svdf:
        o: Any = options.read(tflite.SVDFOptions)
        hybrid = site.input(0).dtype.is_float and not site.input(1).dtype.is_float
        asymmetric = bool(o.AsymmetricQuantizeInputs()) and hybrid
        return cls(int(o.Rank()), activation_of(o.FusedActivationFunction()), asymmetric)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((site.input(0).shape[0], site.input(1).shape[0] // self.rank),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        """The output and the new state."""
        x, feature, time, bias, state = inputs
        assert x is not None and feature is not None and time is not None and state is not None
        shape = (x.shape[0], *time.shape)
        kept = state.reshape(shape)[:, :, 1:]
        if site.output.dtype.is_float:
            newest, weights = self._newest(site, x, feature), time.astype(np.float64)
            if is_hybrid(site):
                weights = weights * site.input(2).scale
            new = np.concatenate([kept, newest.astype(np.float32)[:, :, None]], axis=2)
            sums = self._units(new.astype(np.float64) * weights, bias)
            out = np.clip(sums, *float_range(self.activation)).astype(np.float32)
            return out, new.reshape(state.shape)
        centred = x.astype(np.int64) - site.input(0).zero_point
        sums = centred @ feature.astype(np.int64).T
        first, second = self._multipliers(site)
        zero = site.input(STATE).zero_point
        ends = integer_range(site.input(STATE).dtype)
        scaled = multiply_by_quantized_multiplier(sums, *first)
        # TensorFlow Lite Micro adds the zero point behind the clamp, and lets int8 wrap.
        fresh = (np.clip(scaled, *ends) + zero).astype(state.dtype)
        new = np.concatenate([kept, fresh[:, :, None]], axis=2)
        products = (new.astype(np.int64) - zero) * time.astype(np.int64)
        wrapped = self._units(products, bias).astype(np.int32).astype(np.int64)
        y = multiply_by_quantized_multiplier(wrapped, *second) + site.output.zero_point
        return np.clip(y, -128, 127).astype(np.int8), new.reshape(state.shape)

    def _newest(self, site: Site, x: Array, feature: Array) -> Array:
        """What float filters make of the input."""
        if not is_hybrid(site):
            return np.asarray(x.astype(np.float64) @ feature.astype(np.float64).T)
        values, scales = quantize(x, self.asymmetric)
        sums = (values @ feature.astype(np.int64).T).astype(np.float32)
        return np.asarray(sums * (scales[:, None] * np.float32(site.input(1).scale)))

    def _units(self, products: Array, bias: Array | None) -> Array:
        """The sums over memory and rank of [batch, filters, memory], with the bias."""
        batch, filters, _ = products.shape
        sums: Array = (
            products.sum(axis=2).reshape(batch, filters // self.rank, self.rank).sum(axis=2)
        )
        return sums if bias is None else sums + bias

    def _multipliers(self, site: Site) -> tuple[tuple[int, int], tuple[int, int]]:
        """Of the feature and of the time stage: products and quotients in float32."""
        x, feature, time, state, out = (
            np.float32(t.scale)
            for t in (site.input(0), site.input(1), site.input(2), site.input(STATE), site.output)
        )
        first, second = x * feature / state, state * time / out
        return quantize_multiplier(float(first)), quantize_multiplier(float(second))

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernels: nn_svdf_s8.h, nn_svdf_s16.h (by the type of the state), nn_svdf_f32.h,
        nn_svdf_hybrid_s8.h"""
        feature, time = site.const(1), site.const(2)
        sizes: dict[str, Literal] = {
            "batches": site.input(0).shape[0], "in_c": feature.shape[1],
            "units": feature.shape[0] // self.rank, "rank": self.rank, "memory": time.shape[1],
        }  # fmt: skip
        weights = Const("feature", feature.ravel()), Const("time", time.ravel())
        units = feature.shape[0] // self.rank
        bias = site.const(3) if site.optional(3) is not None else np.zeros(units, np.int32)
        state = site.input(STATE)
        function = f"nn_svdf_{state.dtype.suffix}"
        operands: tuple[Operand, ...] = (In(0), Out(0), InOut(STATE), *weights)
        if state.dtype.is_float:
            low, high = float_range(self.activation)
            const = Const("bias", bias.astype(np.float32))
            params = sizes | {"low": low, "high": high}
            if is_hybrid(site):
                function = "nn_svdf_hybrid_s8"
                params |= {
                    "asymmetric": int(self.asymmetric),
                    "feature_scale": site.input(1).scale, "time_scale": site.input(2).scale,
                }  # fmt: skip
                scratch = Scratch(feature.shape[1], 1, "int8_t")
                operands = (*operands, row_sums(feature, self.asymmetric), scratch)
            return Kernel(function, f"{function}.h", Form.WHOLE, params, (*operands, const))
        first, second = self._multipliers(site)
        params = sizes | {
            "feature_multiplier": first[0], "feature_shift": first[1],
            "state_zero": state.zero_point,
            "multiplier": second[0], "shift": second[1], "out_zero": site.output.zero_point,
        }  # fmt: skip
        params |= self._roundings(site, first, second)
        feature_sums = feature.astype(np.int64).sum(axis=1)
        time_sums = time.astype(np.int64).reshape(units, -1).sum(axis=1)
        zero, narrow = site.input(0).zero_point, bool((np.abs(feature_sums) < 1 << 15).all())
        params |= {"in_zero": zero, "narrow": int(narrow)}
        offsets = (
            feature_sums.astype(np.int16) if narrow else (-zero * feature_sums).astype(np.int32)
        )
        consts = (
            Const("feature_sums" if narrow else "feature_bias", offsets),
            Const("bias", (bias.astype(np.int64) - state.zero_point * time_sums).astype(np.int32)),
        )
        of_values = ("feature_multiplier", "state_zero", "multiplier", "in_zero")
        return Kernel(
            function, f"{function}.h", Form.WHOLE, params, (*operands, *consts),
            literals=tuple(k for k in params if k not in of_values),
        )  # fmt: skip

    def _roundings(
        self, site: Site, first: tuple[int, int], second: tuple[int, int]
    ) -> dict[str, Literal]:
        """The NN_SHIFT_… modes of both stages, from the largest sums that there can be."""
        feature, time = site.const(1).astype(np.int64), site.const(2).astype(np.int64)
        bias = np.abs(site.const(3).astype(np.int64)) if site.optional(3) is not None else 0
        largest = 255 if site.input(STATE).dtype is INT8 else 1 << 15
        units = feature.shape[0] // self.rank
        bounds = (
            256 * np.abs(feature).sum(axis=1),
            2 * largest * np.abs(time).reshape(units, -1).sum(axis=1) + bias,
        )
        right = [
            shift <= -1 and bool((bound < SMALL_ACCUMULATOR).all())
            for bound, (_, shift) in zip(bounds, (first, second), strict=True)
        ]
        modes = [SHIFT_RIGHT if r else SHIFT_ANY for r in right]
        return {"feature_rounding": modes[0], "rounding": modes[1]}

    def macs(self, site: Site) -> int:
        return site.input(0).shape[0] * (site.input(1).elements + site.input(2).elements)
