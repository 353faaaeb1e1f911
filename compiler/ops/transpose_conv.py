"""TRANSPOSE_CONV: in[n,i,j,c] * weights[o,ky,kx,c] adds to out[n,i*s+ky-pad,j*s+kx-pad,o].

Then bias and activation.

Source: TFLite reference_integer_ops::TransposeConv, reference_ops::TransposeConv.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import tflite

from ..intervals import Interval
from ..ir import Array, DType, Site, Tensor
from ..program import Const, Form, In, Kernel, Literal, Operand, Out
from ..quant import activation_range, float_range
from ..target import Target
from . import int16, uint8
from .channels import Mixed, Narrowing, narrowed_layer, weighted
from .hybrid import hybrid_operands, is_hybrid, quantize, weight_scales
from .options import activation_of
from .requant import SHIFT_ANY, channel_multipliers, channels_const
from .room import Activation, Op, Rule, Shape, Signature, TfliteOptions, rule
from .rules import (
    activation_fits,
    activations_quantised,
    bias_per_channel,
    rank_of_input,
    sums_fit,
    weights_quantised,
)
from .run_time import (
    at_run_time,
    bias_operand,
    hybrid_constant,
    products_fit,
    weights_operand,
    with_channels_s8,
    with_channels_s16,
    with_tap_sums_s8,
)
from .sums import bias_type, centred_weights, output_interval, outputs_of, sum_interval
from .windows import WINDOW_ISAS

INT8, INT16, INT32, INT64 = DType.INT8, DType.INT16, DType.INT32, DType.INT64
UINT8, FLOAT32 = DType.UINT8, DType.FLOAT32


def as_layer(site: Site) -> Site:
    """The site with its inputs in the order of other layers: input, weights, bias."""
    return replace(site, inputs=(site.input(2), site.input(1), site.optional(3)))


def of_layer(found: Rule) -> Rule:
    """A rule of layers with input, weights and bias, here."""
    return Rule(found.text, found.way_out, lambda op, site: found.test(op, as_layer(site)))


@rule("export the model again")
def output_fits(op: TransposeConv, site: Site) -> str | None:
    """Input and weights have the same channels, and the output is of a size whose convolution with
    the stride and padding has the input's rows and columns."""
    (out_c, k_h, k_w, in_c), x, out = site.input(1).shape, site.input(2).shape, site.output.shape
    if len(out) != 4 or (x[0], x[3], out_c) != (out[0], in_c, out[3]) or min(op.stride) < 1:
        return f"output {list(out)} of input {list(x)} and weights {list(site.input(1).shape)}"
    for size, into, k, stride in zip(x[1:3], out[1:3], (k_h, k_w), op.stride, strict=True):
        if size != (-(-into // stride) if op.same else (into - k) // stride + 1) or k < 1:
            return f"{size} rows or columns for {into} in the output"
    return None


@rule("export the model with a fixed output shape")
def shape_as_stated(op: TransposeConv, site: Site) -> str | None:
    """The output shape, where it is constant, is the output's; computed at run time, it must be."""
    data = site.input(0).data
    if data is None or tuple(data.ravel().tolist()) == site.output.shape:
        return None
    return f"{data.ravel().tolist()} for an output {list(site.output.shape)}"


@dataclass(frozen=True)
class TransposeConv(Op):
    """output shape, weights OHWI, input NHWC, bias O (optional) → output NHWC."""

    NAME: ClassVar[str] = "transpose_conv"
    TFLITE: ClassVar = ("TRANSPOSE_CONV",)
    INPUTS: ClassVar = (3, 4)
    DATA: ClassVar = 2
    SIGNATURES: ClassVar = tuple(
        Signature((INT32, weights, x, bias), (x,))
        for x, weights, biases in (
            (INT8, INT8, (INT32, None)),
            (INT16, INT8, (INT64, INT32, None)),
            (UINT8, UINT8, (INT32, None)),
            (FLOAT32, FLOAT32, (FLOAT32, None)),
            (FLOAT32, INT8, (FLOAT32, None)),
        )
        for bias in biases
    )
    RULES: ClassVar = (
        rank_of_input(1, 4),
        rank_of_input(2, 4),
        of_layer(hybrid_constant),
        output_fits,
        shape_as_stated,
        of_layer(bias_per_channel(0)),
        of_layer(activations_quantised),
        activation_fits(),
        of_layer(weights_quantised(axis=0)),
        of_layer(products_fit(0)),
        of_layer(sums_fit(0)),
        of_layer(uint8.uint8_weights_usable),
        of_layer(int16.int16_symmetric),
        of_layer(int16.int16_scales_fit()),
    )

    stride: tuple[int, int] = (1, 1)
    same: bool = False
    activation: Activation = Activation.NONE
    accumulator: DType = DType.INT64  # of int16 activations

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> TransposeConv:
        o: Any = options.read(tflite.TransposeConvOptions)
        return cls(
            (o.StrideH(), o.StrideW()),
            o.Padding() == tflite.Padding.SAME,
            activation_of(o.FusedActivationFunction()),
            int16.accumulator(o, site, 3),
        )

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.output.shape,)

    def _padding(self, site: Site) -> tuple[int, int]:
        """Rows and columns cut off at the top and left (TFLite ComputePadding)."""
        _, k_h, k_w, _ = site.input(1).shape
        (_, in_h, in_w, _), (_, out_h, out_w, _) = site.input(2).shape, site.output.shape
        top = max((in_h - 1) * self.stride[0] + k_h - out_h, 0) // 2
        return top, max((in_w - 1) * self.stride[1] + k_w - out_w, 0) // 2

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        weights, x, bias = inputs[1], inputs[2], inputs[3] if len(inputs) > 3 else None
        assert x is not None and weights is not None
        offset = 0 if bias is None else bias
        layer, wide = as_layer(site), weights.astype(np.int64)
        sums: Array
        if is_hybrid(layer):
            values, found = quantize(x, asymmetric=True)
            sums = self._sums(site, values, wide).astype(np.float32)
            scaled = sums * weight_scales(layer) * found[:, None, None, None] + offset
            return (np.clip(scaled, *float_range(self.activation)).astype(np.float32),)
        if site.output.dtype.is_float:
            sums = self._sums(site, x.astype(np.float64), weights.astype(np.float64)) + offset
            return (np.clip(sums, *float_range(self.activation)).astype(np.float32),)
        centred = x.astype(np.int64) - layer.input(0).zero_point
        sums = self._sums(site, centred, centred_weights(layer, weights)) + offset
        return (outputs_of(layer, sums, self.activation, self.accumulator is INT64),)

    def _sums(self, site: Site, x: Array, weights: Array) -> Array:
        """What reaches each output, without bias, in the (wide) type of x."""
        _, k_h, k_w, _ = weights.shape
        (n, in_h, in_w, _), (_, out_h, out_w, out_c) = x.shape, site.output.shape
        (top, left), (s_h, s_w) = self._padding(site), self.stride
        # Room for all taps; what lies outside is cut off at the end.
        height = max((in_h - 1) * s_h + k_h, top + out_h)
        width = max((in_w - 1) * s_w + k_w, left + out_w)
        sums = np.zeros((n, height, width, out_c), x.dtype)
        for ky in range(k_h):
            for kx in range(k_w):
                rows = slice(ky, ky + (in_h - 1) * s_h + 1, s_h)
                columns = slice(kx, kx + (in_w - 1) * s_w + 1, s_w)
                sums[:, rows, columns] += np.einsum("nyxc,oc->nyxo", x, weights[:, ky, kx])
        return sums[:, top : top + out_h, left : left + out_w]

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernels: nn_transpose_conv_s8.h, nn_transpose_conv_s16.h, nn_transpose_conv_u8.h,
        nn_transpose_conv_f32.h, nn_transpose_conv_hybrid_s8.h"""
        dtype = site.output.dtype
        if dtype is INT8:
            return self._lower_int8(site)
        if dtype is INT16:
            return self._lower_int16(site, target)
        layer, weights = as_layer(site), weights_operand(site)
        bias = bias_operand(site, site.output.shape[3], FLOAT32 if dtype is FLOAT32 else INT32, 3)
        if dtype is UINT8:
            return self._kernel(site, "u8", uint8.scaling(layer), (weights, bias))
        if not is_hybrid(layer):
            return self._kernel(site, "f32", {}, (weights, bias))
        quantized, scales, bias = hybrid_operands(layer, site.output.shape[3])
        sums = site.const(1).sum(axis=3, dtype=np.int32).ravel()
        more = {"scale_step": int(scales.data.size > 1)}
        operands = (quantized, weights, Const("tap_sums", sums), scales, bias)
        return self._kernel(site, "hybrid_s8", more, operands)

    def _lower_int16(self, site: Site, target: Target) -> Kernel:
        weights = weights_operand(site)

        def kernel(channels: Operand, scaling: int16.Scaling) -> Kernel:
            return self._kernel(site, "s16", {"scaling": int(scaling)}, (weights, channels))

        bias = site.optional(3)
        multipliers = channel_multipliers(as_layer(site), site.output.shape[3])
        if bias is not None and not bias.is_const:
            return with_channels_s16(site, kernel, self.accumulator, multipliers, bias=3)
        data = site.input(1).data
        rows = None if data is None else data.reshape(len(data), -1)
        known = None if bias is None else bias.data
        channels, scaling = int16.channels_s16(multipliers, known, rows, self.accumulator)
        plain = kernel(channels, scaling)
        if target.isa not in WINDOW_ISAS or data is None:
            return plain
        return int16.by_phases(plain, data, channels, scaling) or plain

    def _lower_int8(self, site: Site) -> Kernel:
        layer, out_c = as_layer(site), site.output.shape[3]
        in_zero, weights = layer.input(0).zero_point, site.input(1)
        _, k_h, k_w, in_c = weights.shape

        def kernel(sums: Operand, channels: Operand, rounding: int) -> Kernel:
            zeros = {"in_zero": in_zero, "out_zero": site.output.zero_point}
            more = zeros | {"rounding": rounding}
            return self._kernel(site, "s8", more, (weights_operand(site), sums, channels))

        if not at_run_time(layer):
            flat = site.const(1).reshape(out_c, -1)
            bias = site.const(3) if site.optional(3) is not None else None
            channels, rounding = channels_const(layer, flat, bias, fold=False)
            sums = site.const(1).astype(np.int32).sum(axis=3).ravel() if in_zero else [0]
            return kernel(Const("tap_sums", np.array(sums, np.int32)), channels, rounding)
        multipliers = channel_multipliers(layer, out_c)

        def with_sums(sums: Operand) -> Kernel:
            return with_channels_s8(
                site, lambda c: kernel(sums, c, SHIFT_ANY), multipliers, fold=False, bias=3
            )

        return with_tap_sums_s8(site, out_c * k_h * k_w, in_c, with_sums)

    def _kernel(
        self, site: Site, kind: str, more: Mapping[str, Literal], operands: Sequence[Operand]
    ) -> Kernel:
        (images, in_h, in_w, in_c), (_, out_h, out_w, out_c) = (
            site.input(2).shape,
            site.output.shape,
        )
        top, left = self._padding(site)
        params: dict[str, Literal] = {
            "in_h": in_h, "in_w": in_w, "in_c": in_c,
            "out_h": out_h, "out_w": out_w, "out_c": out_c,
            "k_h": site.input(1).shape[1], "k_w": site.input(1).shape[2],
            "stride_h": self.stride[0], "stride_w": self.stride[1],
            "pad_top": top, "pad_left": left, **more,
        }  # fmt: skip
        low, high = (
            float_range(self.activation)
            if site.output.dtype.is_float
            else activation_range(self.activation, site.output)
        )
        function = f"nn_transpose_conv_{kind}"
        params |= {"low": low, "high": high}
        operands = (In(2), Out(0), *operands)
        if kind == "hybrid_s8":  # quantises an image as a whole
            return Kernel(
                function, f"{function}.h", Form.WHOLE, {"images": images, **params}, operands
            )
        return Kernel(function, f"{function}.h", Form.ROWS, params, operands)

    def rows(self, site: Site, y0: int, y1: int) -> Mapping[int, tuple[int, int]]:
        (top, _), step, taps = self._padding(site), self.stride[0], site.input(1).shape[1]
        return {2: ((y0 + top - taps) // step + 1, (y1 - 1 + top) // step + 1)}

    def overlap(self, site: Site) -> Mapping[int, int]:
        layer = as_layer(site)
        return {2: 0} if is_hybrid(layer) and site.output.shape[0] == 1 else {}

    def intervals(
        self, site: Site, inputs: Sequence[Interval | None]
    ) -> tuple[Interval | None, ...]:
        layer, mixed = as_layer(site), self.channels(site)
        if mixed is None or inputs[2] is None:
            return (None,)
        sums = sum_interval(layer, mixed.weights, inputs[2], mixed.always)
        wide = self.accumulator is INT64
        return (output_interval(layer, sums, self.activation, wide),)

    def channels(self, site: Site) -> Mixed | None:
        layer = as_layer(site)
        if not weighted(layer) or not site.input(0).is_const:
            return None
        weights, bias = centred_weights(layer, site.const(1)), bias_type(site, self.accumulator)
        return Mixed(2, weights.reshape(len(weights), -1, weights.shape[3]), False, bias)

    def narrowed(self, site: Site, narrowing: Narrowing) -> tuple[Op, Mapping[int, Tensor]]:
        found = narrowed_layer(site, narrowing, self.channels(site), at=(1, 3))
        shape = site.const(0).copy()
        shape[-1] = found[1].shape[0]
        return self, found | {0: replace(site.input(0), data=shape)}

    def macs(self, site: Site) -> int:
        return site.input(2).elements * site.input(1).elements // site.input(2).shape[3]
