"""FULLY_CONNECTED: out[n,o] = act(bias[o] + sum over i of in[n,i] * weights[o,i]).

Source: TFLite reference_integer_ops::FullyConnected and FullyConnectedPerChannel in the variants
that rescale in double (one rounding); TensorFlow Lite Micro rescales in fixed point (two).
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..errors import CompileError, Problem
from ..intervals import Interval
from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Literal, Operand, Out, Scratch
from ..quant import (
    activation_range,
    float_range,
    multiply_by_quantized_multiplier,
)
from ..target import Target
from . import int16, uint8
from .channels import Mixed, weighted
from .compressed_dense import is_compressed, lower_compressed
from .dense import DenseLayer, lower_int8, lower_once, lower_twice
from .float16 import kept_half
from .hybrid import (
    hybrid_operands,
    hybrid_overlap,
    hybrid_weights_symmetric,
    is_hybrid,
    quantize,
    row_sums,
    weight_scales,
)
from .lanes import LANE_PASSES, LANE_PRODUCT, packed_lanes
from .options import activation_of
from .requant import SHIFT_ANY, nearest_multiplier, twice_multipliers
from .room import Activation, Op, Shape, Signature, TfliteOptions, rule
from .rules import (
    activation_fits,
    activations_quantised,
    bias_per_channel,
    rank_of_input,
)
from .run_time import (
    at_run_time,
    bias_operand,
    hybrid_constant,
    products_fit,
    weights_operand,
    with_biases_s8,
    with_biases_s16,
    with_channels_s8,
    with_channels_s16,
)
from .steps import MOST_ACCUMULATOR, round_half_away
from .sums import bias_type, sum_interval

INT8, INT32, FLOAT32 = DType.INT8, DType.INT32, DType.FLOAT32


class Rounding(enum.Enum):
    """How int8 accumulators are rescaled: once as TensorFlow Lite does, or twice as TensorFlow
    Lite Micro does."""

    SINGLE = "single"
    DOUBLE = "double"


@rule("quantise the model with TensorFlow Lite's converter")
def weights_have_scales(op: FullyConnected, site: Site) -> str | None:
    """int8 weights have one scale and zero point, or one scale per output channel (axis 0)."""
    weights = site.input(1)
    if weights.dtype.is_float:
        return None
    q = weights.quant
    if q is None:
        return "weights without scales"
    if not all(s > 0 for s in q.scale):
        return "weights with a scale that is not positive"
    if q.per_channel and (q.axis != 0 or len(q.scale) != weights.shape[0]):
        return f"{len(q.scale)} scales along axis {q.axis} of {list(weights.shape)}"
    return None


@rule("quantise the model with a smaller input scale or a larger output scale")
def sums_fit(op: FullyConnected, site: Site) -> str | None:
    """int8: sums of products and their multiples of the output's scale stay within 32 bits."""
    if site.output.dtype is not INT8:
        return None
    layer = op.layer(site)
    bound = max(layer.bounds(), default=0)
    largest = bound * max(layer.scales)
    if bound < 2**31 and largest < 2**31 - 512:
        return None
    return f"sums up to {bound:.3g}, {largest:.3g} steps of the output"


@rule("export the model again")
def rows_divide(op: FullyConnected, site: Site) -> str | None:
    """The input is a whole number of rows as long as the weights' (their last axis where the
    dimensions are kept)."""
    x, depth = site.input(0), site.input(1).shape[1]
    if depth and x.elements % depth == 0 and (not op.keep_num_dims or x.shape[-1:] == (depth,)):
        return None
    return f"input {list(x.shape)}, weights {list(site.input(1).shape)}"


@dataclass(frozen=True)
class FullyConnected(Op):
    """input of any rank, weights OI, bias O (optional) → output NO, or the input's shape with O
    for its last dimension."""

    NAME: ClassVar[str] = "fully_connected"
    TFLITE: ClassVar = ("FULLY_CONNECTED",)
    INPUTS: ClassVar = (2, 3)
    SIGNATURES: ClassVar = (
        Signature((INT8, INT8, INT32), (INT8,)),
        Signature((INT8, INT8, None), (INT8,)),
        Signature((FLOAT32, FLOAT32, FLOAT32), (FLOAT32,)),
        Signature((FLOAT32, FLOAT32, None), (FLOAT32,)),
        Signature((FLOAT32, INT8, FLOAT32), (FLOAT32,)),
        Signature((FLOAT32, INT8, None), (FLOAT32,)),
        *int16.SIGNATURES,
        *uint8.SIGNATURES,
    )
    RULES: ClassVar = (
        rank_of_input(1, 2),
        hybrid_constant,
        bias_per_channel(0),
        rows_divide,
        products_fit(0),
        activations_quantised,
        activation_fits(),
        weights_have_scales,
        hybrid_weights_symmetric,
        sums_fit,
        int16.int16_symmetric,
        uint8.uint8_weights_usable,
        int16.int16_scales_fit(),
    )

    activation: Activation = Activation.NONE
    keep_num_dims: bool = False
    rounding: Rounding = Rounding.SINGLE
    accumulator: DType = DType.INT64  # of int16 activations
    asymmetric: bool = False  # how float32 inputs are quantised for int8 weights

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> FullyConnected:
        o: Any = options.read(tflite.FullyConnectedOptions)
        if o.WeightsFormat() != tflite.FullyConnectedOptionsWeightsFormat.DEFAULT:
            way_out = "convert without shuffled weights"
            raise CompileError(Problem("weights", "shuffled 4x16", "rows in order", way_out))
        return cls(
            activation_of(o.FusedActivationFunction()),
            bool(o.KeepNumDims()),
            accumulator=int16.accumulator(o, site),
            asymmetric=bool(o.AsymmetricQuantizeInputs()) and _float_input(site),
        )

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        x, (units, depth) = site.input(0), site.input(1).shape
        if self.keep_num_dims:
            return ((*x.shape[:-1], units),)
        return ((x.elements // depth, units),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, weights, bias = inputs[0], inputs[1], inputs[2] if len(inputs) > 2 else None
        assert x is not None and weights is not None
        rows = x.reshape(-1, weights.shape[1])
        if is_hybrid(site):
            return (self._hybrid(site, rows, weights, bias).reshape(site.output.shape),)
        if site.output.dtype.is_float:
            real = rows.astype(np.float64) @ weights.astype(np.float64).T
            real = real + (0 if bias is None else bias)
            ends = float_range(self.activation)
            return (np.clip(real, *ends).astype(np.float32).reshape(site.output.shape),)
        centred = rows.astype(np.int64) - site.input(0).zero_point
        offset = self.layer(site).weights_zero
        sums = centred @ (weights.astype(np.int64) - offset).T + (0 if bias is None else bias)
        if self.accumulator is DType.INT32 and site.output.dtype is DType.INT16:
            sums = int16.low_word(sums)
        return (self._outputs(site, sums).reshape(site.output.shape),)

    def _outputs(self, site: Site, sums: Array) -> Array:
        """What sums become, of integers."""
        low, high = activation_range(self.activation, site.output)
        scaled = np.clip(self._rescale(site, sums) + site.output.zero_point, low, high)
        found: Array = scaled.astype(site.output.dtype.numpy)
        return found

    def _hybrid(self, site: Site, rows: Array, weights: Array, bias: Array | None) -> Array:
        values, scales = quantize(rows, self.asymmetric)
        sums = (values @ weights.astype(np.int64).T).astype(np.float32)
        scaled = sums * (scales[:, None] * weight_scales(site))
        low, high = float_range(self.activation)
        real: Array = np.clip(scaled + (np.float32(0) if bias is None else bias), low, high)
        return real

    def _rescale(self, site: Site, sums: Array) -> Array:
        layer = self.layer(site)
        if self.rounding is Rounding.SINGLE or site.output.dtype is DType.UINT8:
            return round_half_away(sums * np.array(layer.scales))
        if site.output.dtype is DType.INT16:
            wide = self.accumulator is DType.INT64
            return int16.rescale(sums, *twice_multipliers(site), wide)
        return multiply_by_quantized_multiplier(sums, *twice_multipliers(site))

    def layer(self, site: Site) -> DenseLayer:
        """The layer's numbers, for int8."""
        x, weights, out = site.input(0), site.input(1), site.output
        assert weights.quant is not None
        low, high = activation_range(self.activation, out)
        per_channel = weights.quant.per_channel
        bias = site.optional(2)
        return DenseLayer(
            shape=weights.shape,
            weights=weights.data,
            bias=None if bias is None else bias.data,
            bias_known=bias is None or bias.is_const,
            # TFLite's order: the product in double, then the quotient.
            scales=tuple(x.scale * s / out.scale for s in weights.quant.scale),
            in_zero=x.zero_point,
            weights_zero=0 if per_channel else weights.zero_point,
            out_zero=out.zero_point,
            low=low,
            high=high,
        )

    def lower(self, site: Site, target: Target) -> Kernel:
        out = site.output
        units, depth = site.input(1).shape
        rows = out.elements // units if units else 0
        if out.dtype is DType.INT16:
            return self._lower_int16(site, target, rows)
        if out.dtype is DType.UINT8:
            return self._lower_uint8(site, rows)
        if not out.dtype.is_float:
            twice = self.rounding is Rounding.DOUBLE
            multipliers = twice_multipliers(site) if twice else None
            if at_run_time(site):
                return self._lower_run_time(site, multipliers, rows)
            small = None if twice else lower_compressed(site, self.layer(site), target, rows)
            return small or lower_int8(self.layer(site), multipliers, target, rows)
        low, high = float_range(self.activation)
        if is_hybrid(site):
            quantized, scales, biases = hybrid_operands(site, units)
            weights = site.const(1)
            sums = row_sums(weights, self.asymmetric)
            return Kernel(
                "nn_fully_connected_hybrid_s8", "nn_fully_connected_hybrid_s8.h", Form.FLAT,
                {"in_c": depth, "out_c": units, "asymmetric": int(self.asymmetric),
                 "scale_step": int(scales.data.size > 1), "low": low, "high": high},
                (In(0), Out(0), quantized, Const("weights", weights.ravel()), sums, scales, biases),
                units=rows,
            )  # fmt: skip
        half = kept_half(site, target)
        packed = None if half else packed_lanes(site, target)
        function = "nn_fully_connected_f32"
        if half or packed:
            function = "nn_fully_connected_f16" if half else "nn_fully_connected_lanes_f32"
        weights_at = half or packed or weights_operand(site)
        return Kernel(
            function, f"{function}.h", Form.FLAT,
            {"in_c": depth, "out_c": units, "low": low, "high": high},
            (In(0), Out(0), weights_at, bias_operand(site, units, FLOAT32)), units=rows,
            passes=LANE_PASSES if packed else (), product=LANE_PRODUCT if packed else 1.0,
        )  # fmt: skip

    def _lower_run_time(self, site: Site, twice: tuple[Array, Array] | None, rows: int) -> Kernel:
        """int8 with weights or bias that are computed at run time."""
        layer = self.layer(site)
        if twice is not None:
            return with_channels_s8(
                site,
                lambda channels: lower_twice(
                    layer, weights_operand(site), channels, SHIFT_ANY, rows
                ),
                twice,
            )
        bounds = layer.bounds()
        if not layer.bias_known:
            bounds = [MOST_ACCUMULATOR] * len(bounds)
        return with_biases_s8(
            site, lambda biases: lower_once(layer, weights_operand(site), biases, bounds, rows)
        )

    def _lower_uint8(self, site: Site, rows: int) -> Kernel:
        low, high = activation_range(self.activation, site.output)
        units, depth = site.input(1).shape
        scale = Const("scale", np.array(self.layer(site).scales, np.float64), align=8)
        return Kernel(
            "nn_fully_connected_u8", "nn_fully_connected_u8.h", Form.FLAT,
            {"in_c": depth, "out_c": units, **uint8.zero_points(site), "low": low, "high": high},
            (In(0), Out(0), weights_operand(site), bias_operand(site, units, INT32), scale),
            units=rows,
        )  # fmt: skip

    def _lower_int16(self, site: Site, target: Target, rows: int) -> Kernel:
        low, high = activation_range(self.activation, site.output)
        units, depth = site.input(1).shape
        params: dict[str, Literal] = {
            "in_c": depth, "out_c": units, "low": low, "high": high
        }  # fmt: skip
        bias = site.optional(2)
        known = bias is None or bias.is_const
        raw = np.zeros(units, np.int64) if bias is None or not known else site.const(2)
        if self.rounding is Rounding.DOUBLE:
            twice, function = twice_multipliers(site), "nn_fully_connected_fixed_s16"

            def fixed(channels: Operand, scaling: int16.Scaling) -> Kernel:
                operands = (In(0), Out(0), weights_operand(site), channels)
                more: dict[str, Literal] = {"scaling": int(scaling), **params}
                return Kernel(function, f"{function}.h", Form.FLAT, more, operands, units=rows)

            if known:
                weights = site.input(1).data
                return fixed(*int16.channels_s16(twice, raw, weights, self.accumulator))
            return with_channels_s16(site, fixed, self.accumulator, twice)
        real = np.array(self.layer(site).scales, np.float64)
        scales = Const("scales", real, align=8)
        nearest = np.array([nearest_multiplier(s) for s in real], np.int32)
        multipliers = Const("multipliers", nearest, "nn_scale_t", comment="near the scales")
        params["scale_step"] = int(len(real) > 1)
        params["wide"] = int(self.accumulator is DType.INT64)

        def once(biases: Operand) -> Kernel:
            operands = (In(0), Out(0), weights_operand(site), biases, scales, multipliers)
            name = "nn_fully_connected_s16"
            return Kernel(name, f"{name}.h", Form.FLAT, params, operands, units=rows)

        if known:
            plain = once(Const("biases", raw.astype(np.int64), align=8))
            return int16.narrow_dense(plain, raw, site.input(1).data, nearest, target) or plain
        return with_biases_s16(site, once)

    def following(self, reference: str) -> FullyConnected:
        rounding = Rounding.DOUBLE if reference == "tflm" else Rounding.SINGLE
        return dataclasses.replace(self, rounding=rounding)

    def reduce(self, site: Site, rows: int, target: Target) -> Kernel | None:
        if at_run_time(site) or is_compressed(site, target):
            return None
        units, depth = site.const(1).shape
        once = self.rounding is Rounding.SINGLE and site.output.dtype is INT8
        if not once or site.input(0).elements != depth or depth % rows:
            return None
        plain = lower_int8(self.layer(site), None, Target("any"), 1)
        if plain.function != "nn_fully_connected_s8" or plain.params["weights_zero"]:
            return None
        kept = ("out_c", "scale_step", "left", "out_zero", "low", "high")
        return Kernel(
            "nn_fully_connected_rows_s8", "nn_fully_connected_rows_s8.h", Form.REDUCE,
            {"rows": rows, "row": depth // rows} | {k: plain.params[k] for k in kept},
            (In(0), Out(0), Scratch(4 * units, ctype="int32_t"), *plain.operands[2:]),
        )  # fmt: skip

    def intervals(
        self, site: Site, inputs: Sequence[Interval | None]
    ) -> tuple[Interval | None, ...]:
        mixed = self.channels(site)
        if mixed is None or inputs[0] is None:
            return (None,)
        sums = sum_interval(site, mixed.weights, inputs[0], mixed.always)
        largest = np.maximum(*np.abs(sums)) * np.maximum(1.0, self.layer(site).scales)
        if (largest >= MOST_ACCUMULATOR).any():
            return (None,)
        least, most = (self._outputs(site, s).astype(np.int64) for s in sums)
        return (Interval(least, most),)

    def channels(self, site: Site) -> Mixed | None:
        if not weighted(site) or site.input(1).shape[1] % site.input(0).shape[-1]:
            return None
        weights = site.const(1).astype(np.int64) - self.layer(site).weights_zero
        by_channel = weights.reshape(len(weights), -1, site.input(0).shape[-1])
        return Mixed(0, by_channel, True, bias_type(site, self.accumulator))

    def overlap(self, site: Site) -> Mapping[int, int]:
        rows = site.output.elements // site.output.shape[-1]
        return hybrid_overlap(rows) if is_hybrid(site) else {}

    def macs(self, site: Site) -> int:
        return site.output.elements * site.input(1).shape[1]


def _float_input(site: Site) -> bool:
    """float32 activations with weights of integers, perhaps still packed."""
    return site.input(0).dtype.is_float and not site.input(1).dtype.is_float
