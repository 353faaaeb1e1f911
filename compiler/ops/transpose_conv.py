"""TRANSPOSE_CONV: in[n,i,j,c] * weights[o,ky,kx,c] adds to out[n,i*s+ky-pad,j*s+kx-pad,o].

Then bias and activation.

Source: TFLite reference_integer_ops::TransposeConv, reference_ops::TransposeConv.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Literal, Out
from ..quant import activation_range, float_range, multiply_by_quantized_multiplier
from ..target import Target
from . import int16
from .options import activation_of
from .requant import channel_multipliers, channels_const
from .room import Activation, Op, Rule, Shape, Signature, TfliteOptions, rule
from .rules import (
    activation_fits,
    activations_quantised,
    bias_per_channel,
    const_input,
    rank_of_input,
    sums_fit,
    weights_quantised,
)

INT8, INT16, INT32, INT64 = DType.INT8, DType.INT16, DType.INT32, DType.INT64
FLOAT32 = DType.FLOAT32


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
            (FLOAT32, FLOAT32, (FLOAT32, None)),
        )
        for bias in biases
    )
    RULES: ClassVar = (
        rank_of_input(1, 4),
        rank_of_input(2, 4),
        const_input(1, "weights"),
        const_input(3, "bias"),
        output_fits,
        shape_as_stated,
        of_layer(bias_per_channel(0)),
        of_layer(activations_quantised),
        activation_fits(),
        of_layer(weights_quantised(axis=0)),
        of_layer(sums_fit(0)),
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
        if site.output.dtype.is_float:
            real = self._sums(site, x.astype(np.float64), weights.astype(np.float64)) + offset
            return (np.clip(real, *float_range(self.activation)).astype(np.float32),)
        layer = as_layer(site)
        centred = x.astype(np.int64) - layer.input(0).zero_point
        sums = self._sums(site, centred, weights.astype(np.int64)) + offset
        multipliers = channel_multipliers(layer, len(weights))
        low, high = activation_range(self.activation, site.output)
        if x.dtype == np.int16:
            scaled = int16.rescale(sums, *multipliers, self.accumulator is INT64)
        else:
            scaled = multiply_by_quantized_multiplier(sums, *multipliers)
        shifted = np.clip(scaled + site.output.zero_point, low, high)
        return (shifted.astype(site.output.dtype.numpy),)

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
        layer, weights = as_layer(site), site.const(1)
        bias = site.const(3) if site.optional(3) is not None else None
        (images, in_h, in_w, in_c), (_, out_h, out_w, out_c) = (
            site.input(2).shape,
            site.output.shape,
        )
        top, left = self._padding(site)
        params: dict[str, Literal] = {
            "images": images, "in_h": in_h, "in_w": in_w, "in_c": in_c,
            "out_h": out_h, "out_w": out_w, "out_c": out_c,
            "k_h": weights.shape[1], "k_w": weights.shape[2],
            "stride_h": self.stride[0], "stride_w": self.stride[1],
            "pad_top": top, "pad_left": left,
        }  # fmt: skip
        packed = Const("weights", weights.ravel())
        dtype = site.output.dtype
        consts: tuple[Const, ...]
        if dtype is FLOAT32:
            low, high = float_range(self.activation)
            zeros = np.zeros(out_c, np.float32)
            consts = (Const("bias", zeros if bias is None else bias),)
            params |= {"low": low, "high": high}
        elif dtype is INT16:
            wide = self.accumulator is INT64
            consts = (int16.channels_s16(channel_multipliers(layer, out_c), bias, wide),)
            params["wide"] = int(wide)
        else:
            in_zero = layer.input(0).zero_point
            channels, rounding = channels_const(layer, weights.reshape(out_c, -1), bias, fold=False)
            sums = weights.astype(np.int32).sum(axis=3).ravel() if in_zero else [0]
            consts = (Const("tap_sums", np.array(sums, np.int32)), channels)
            params |= {"in_zero": in_zero, "out_zero": site.output.zero_point, "rounding": rounding}
        if dtype is not FLOAT32:
            ends = activation_range(self.activation, site.output)
            params |= {"low": ends[0], "high": ends[1]}
        function = f"nn_transpose_conv_{dtype.suffix}"
        operands = (In(2), Out(0), packed, *consts)
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)

    def macs(self, site: Site) -> int:
        return site.input(2).elements * site.input(1).elements // site.input(2).shape[3]
