"""DEPTHWISE_CONV_2D: out[n,y,x,i*m+j] = act(bias + sum over taps of in[…,i] * weights[…,i*m+j]).

m is the channel multiplier, output channels over input channels.
Source: TFLite reference_integer_ops::DepthwiseConvPerChannel, reference_ops::DepthwiseConv.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..intervals import Interval
from ..ir import Array, DType, Site, Tensor
from ..program import Const, Form, In, Kernel, Literal, Operand, Out
from ..quant import activation_range, float_range
from ..target import Target
from . import int16, uint8
from .channels import Narrowing, Tied, narrowed_layer, weighted
from .columns import COLUMN_ISAS, column_consts, strip_of
from .conv_2d import Conv2D
from .conv_tiles import GROUPS, worth_grouping
from .depthwise_float import lower_float
from .hybrid import hybrid_operands, hybrid_overlap, is_hybrid, quantize, weight_scales
from .int4 import Nibbles, nibbles, packed_fours
from .lanes import LANE_ISAS
from .options import activation_of
from .requant import (
    ROUND_AWAY,
    ROUND_UP,
    channel_multipliers,
    channels_const,
    packed_channels_const,
)
from .room import Activation, Op, Shape, Signature, TfliteOptions, rule
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
)
from .sums import centred_weights, output_interval, outputs_of, sum_interval
from .window import NO_PADDING, Padding, input_rows, output_size, padding_of, taps

INT8, INT32, FLOAT32 = DType.INT8, DType.INT32, DType.FLOAT32

# The order in which nn_depthwise_conv_2d_3x3_s8 loads the weights of a channel: (row, column).
PACKED_3X3 = ((0, 0), (0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1), (2, 2))


@rule("export the model again")
def channels_multiply(op: DepthwiseConv2D, site: Site) -> str | None:
    """Weights are [1, h, w, channels], a multiple of the input's channels."""
    shape, in_c = site.input(1).shape, site.input(0).shape[3]
    if shape[0] == 1 and in_c and shape[3] % in_c == 0:
        return None
    return f"weights {list(shape)} for {in_c} input channels"


@dataclass(frozen=True)
class DepthwiseConv2D(Op):
    """input NHWC, weights 1HWO, bias O (optional) → output NHWC."""

    NAME: ClassVar[str] = "depthwise_conv_2d"
    TFLITE: ClassVar = ("DEPTHWISE_CONV_2D",)
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
        rank_of_input(0, 4),
        rank_of_input(1, 4),
        hybrid_constant,
        bias_per_channel(3),
        activations_quantised,
        activation_fits(),
        weights_quantised(axis=3),
        channels_multiply,
        products_fit(3),
        sums_fit(3),
        int16.int16_symmetric,
        uint8.uint8_weights_usable,
        int16.int16_scales_fit(),
    )

    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: Padding = NO_PADDING
    activation: Activation = Activation.NONE

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> DepthwiseConv2D:
        # The option DepthMultiplier is redundant: TFLite takes it from the shapes.
        o: Any = options.read(tflite.DepthwiseConv2DOptions)
        stride = (o.StrideH(), o.StrideW())
        dilation = (o.DilationHFactor(), o.DilationWFactor())
        image, window = site.input(0).shape[1:3], site.input(1).shape[1:3]
        padding = padding_of(o.Padding() == tflite.Padding.SAME, image, window, stride, dilation)
        return cls(stride, dilation, padding, activation_of(o.FusedActivationFunction()))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        (n, in_h, in_w, _), (_, k_h, k_w, out_c) = site.input(0).shape, site.input(1).shape
        p = self.padding
        out_h = output_size(in_h, p.top + p.bottom, k_h, self.stride[0], self.dilation[0])
        out_w = output_size(in_w, p.left + p.right, k_w, self.stride[1], self.dilation[1])
        return ((n, out_h, out_w, out_c),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, weights, bias = inputs[0], inputs[1], inputs[2] if len(inputs) > 2 else None
        assert x is not None and weights is not None
        if is_hybrid(site):
            return (self._hybrid(site, x, weights, bias),)
        if site.output.dtype.is_float:
            sums = self._sums(site, x.astype(np.float64), weights.astype(np.float64))
            sums = sums + (0 if bias is None else bias)
            low, high = float_range(self.activation)
            return (np.clip(sums, low, high).astype(np.float32),)
        centred = x.astype(np.int64) - site.input(0).zero_point
        sums = self._sums(site, centred, centred_weights(site, weights))
        return (outputs_of(site, sums + (0 if bias is None else bias), self.activation),)

    def _hybrid(self, site: Site, x: Array, weights: Array, bias: Array | None) -> Array:
        values, found = quantize(x, asymmetric=True)
        sums = self._sums(site, values, weights.astype(np.int64)).astype(np.float32)
        scaled = sums * (weight_scales(site) * found[:, None, None, None])
        low, high = float_range(self.activation)
        real: Array = np.clip(scaled + (np.float32(0) if bias is None else bias), low, high)
        return real

    def _sums(self, site: Site, x: Array, weights: Array) -> Array:
        """The convolution without bias, in the (wide) type of x; padding is real zero."""
        ((n, out_h, out_w, out_c),) = self.shapes(site)
        window, multiplier = weights.shape[1:3], out_c // x.shape[3]
        sums = np.zeros((n, out_h, out_w, out_c), x.dtype)
        out = (out_h, out_w)
        for ky, kx, seen in taps(x, self.padding, window, self.stride, self.dilation, out):
            sums += np.repeat(seen, multiplier, axis=3) * weights[0, ky, kx]
        return sums

    def lower(self, site: Site, target: Target) -> Kernel:
        x, weights, out = site.input(0), site.input(1), site.output
        (_, in_h, in_w, in_c), (_, out_h, out_w, out_c) = x.shape, out.shape
        unknown = at_run_time(site)
        if in_c == 1 and out_c > 1 and x.dtype is DType.INT8 and not unknown:
            return self._as_conv_2d(site, target)
        shape: dict[str, Literal] = {
            "in_h": in_h, "in_w": in_w, "in_c": in_c,
            "out_h": out_h, "out_w": out_w, "multiplier": out_c // in_c,
            "k_h": weights.shape[1], "k_w": weights.shape[2],
            "stride_h": self.stride[0], "stride_w": self.stride[1],
            "dilation_h": self.dilation[0], "dilation_w": self.dilation[1],
            "pad_top": self.padding.top, "pad_left": self.padding.left,
        }  # fmt: skip
        if is_hybrid(site):
            low, high = float_range(self.activation)
            quantized, scales, biases = hybrid_operands(site, out_c)
            step = int(scales.data.size > 1)
            return Kernel(
                "nn_depthwise_conv_2d_hybrid_s8", "nn_depthwise_conv_2d_hybrid_s8.h", Form.WHOLE,
                {"images": out.shape[0], **shape, "scale_step": step, "low": low, "high": high},
                (In(0), Out(0), quantized, weights_operand(site), scales, biases),
            )  # fmt: skip
        if x.dtype.is_float:
            return lower_float(site, shape, self.activation, target)
        if x.dtype is DType.UINT8:
            ends = activation_range(self.activation, out)
            function = "nn_depthwise_conv_2d_u8"
            clamp: dict[str, Literal] = {"low": ends[0], "high": ends[1]}
            return Kernel(
                function, f"{function}.h", Form.ROWS, shape | uint8.scaling(site) | clamp,
                (In(0), Out(0), weights_operand(site), bias_operand(site, out_c, INT32)),
            )  # fmt: skip
        if x.dtype is DType.INT16:
            return self._lower_int16(site, shape, target)
        if unknown:
            return self._lower_run_time(site, shape)
        taps = weights.elements // out_c
        if in_c == out_c and in_c % 4 == 0 and taps < 256:
            four_bits = nibbles(site, target, axis=3)
            if four_bits is not None:
                return self._packed(site, four_bits, shape)
        found = self._by_columns(site, shape) if target.isa in COLUMN_ISAS else None
        if worth_grouping(target, out_c // in_c):
            tiles = self._as_conv_2d(site, target)
            found = tiles if tiles.function == GROUPS else None
        return found or self._lower_int8(site, shape) or self._as_conv_2d(site, target)

    def _lower_int16(self, site: Site, shape: Mapping[str, Literal], target: Target) -> Kernel:
        low, high = activation_range(self.activation, site.output)

        def kernel(channels: Operand, scaling: int16.Scaling) -> Kernel:
            return Kernel(
                "nn_depthwise_conv_2d_s16", "nn_depthwise_conv_2d_s16.h", Form.ROWS,
                {**shape, "scaling": int(scaling), "low": low, "high": high},
                (In(0), Out(0), weights_operand(site), channels),
            )  # fmt: skip

        bias = site.optional(2)
        if bias is not None and not bias.is_const:
            return with_channels_s16(site, kernel, DType.INT64)
        out_c, data = site.output.shape[3], site.input(1).data
        rows = None if data is None else data.reshape(-1, out_c).T
        known = None if bias is None else bias.data
        multipliers = channel_multipliers(site, out_c)
        channels, scaling = int16.channels_s16(multipliers, known, rows, DType.INT64)
        plain = kernel(channels, scaling)
        fits = target.isa in LANE_ISAS and scaling is int16.Scaling.NARROW
        return (int16.by_lanes(plain, channels) if fits else None) or plain

    def _packed(self, site: Site, four_bits: Nibbles, shape: Mapping[str, Literal]) -> Kernel:
        """Weights of four bits, decoded as they are multiplied."""
        weights, out = site.const(1), site.output
        bias = site.const(2) if site.optional(2) is not None else None
        low, high = activation_range(self.activation, out)
        flat = weights[0].transpose(2, 0, 1).reshape(out.shape[3], -1)
        channels, rounding = channels_const(site, flat, bias, fold=False)
        ends: dict[str, Literal] = {
            "in_zero": site.input(0).zero_point, "out_zero": out.zero_point,
            "low": low, "high": high, "rounding": rounding,
        }  # fmt: skip
        params = {k: v for k, v in shape.items() if k != "multiplier"}
        function = f"nn_depthwise_conv_2d_{four_bits.suffix}"
        constants = four_bits.operands(packed_fours(four_bits.codes))
        return Kernel(
            function, f"{function}.h", Form.ROWS, params | ends | four_bits.params,
            (In(0), Out(0), *constants, channels),
        )  # fmt: skip

    def _lower_run_time(self, site: Site, shape: Mapping[str, Literal]) -> Kernel:
        """int8 with weights or bias that are computed at run time."""
        low, high = activation_range(self.activation, site.output)
        zeros = {"in_zero": site.input(0).zero_point, "out_zero": site.output.zero_point}

        def kernel(channels: Operand) -> Kernel:
            return Kernel(
                "nn_depthwise_conv_2d_any_s8", "nn_depthwise_conv_2d_any_s8.h", Form.ROWS,
                {**shape, **zeros, "low": low, "high": high},
                (In(0), Out(0), weights_operand(site), channels),
            )  # fmt: skip

        return with_channels_s8(site, kernel, depthwise=True, fold=False)

    def _by_columns(self, site: Site, shape: Mapping[str, Literal]) -> Kernel | None:
        """Small kernels, for cores that multiply vectors; None where that is not exact."""
        x, out = site.input(0), site.output
        if self.dilation != (1, 1) or x.shape[3] != out.shape[3]:
            return None
        bias = site.const(2) if site.optional(2) is not None else None
        consts = column_consts(site, site.const(1)[0].transpose(2, 0, 1), bias)
        if consts is None:
            return None
        low, high = activation_range(self.activation, out)
        k_w = site.input(1).shape[2]
        strip, columns = strip_of(out.shape[2], self.stride[1], k_w)
        without = ("in_c", "multiplier", "dilation_h", "dilation_w")
        params = {k: v for k, v in shape.items() if k not in without}
        ends: dict[str, Literal] = {
            "c": x.shape[3], "in_zero": x.zero_point, "out_zero": out.zero_point, "low": low,
            "high": high, "rounding": ROUND_UP if low >= out.zero_point else ROUND_AWAY,
            "strip": strip,
        }  # fmt: skip
        return Kernel(
            "nn_depthwise_conv_2d_columns_s8", "nn_depthwise_conv_2d_columns_s8.h", Form.ROWS,
            params | ends, (In(0), Out(0), columns, *consts), product=0.75,
        )  # fmt: skip

    def _lower_int8(self, site: Site, shape: Mapping[str, Literal]) -> Kernel | None:
        """One of the two kernels of its own; None where their bounds do not hold."""
        bias = site.const(2) if site.optional(2) is not None else None
        x, weights, out = site.input(0), site.const(1), site.output
        low, high = activation_range(self.activation, out)
        by_channel = weights[0].transpose(2, 0, 1)
        narrow = self._is_narrow_3x3(site)
        flat = by_channel.reshape(out.shape[3], -1)
        packed = packed_channels_const(site, flat, bias, low, fold=narrow)
        if packed is None:
            return None
        channels, rounding = packed
        ends: dict[str, Literal] = {
            "in_zero": x.zero_point, "out_zero": out.zero_point,
            "low": low, "high": high, "rounding": rounding,
        }  # fmt: skip
        if not narrow:
            return Kernel(
                "nn_depthwise_conv_2d_s8", "nn_depthwise_conv_2d_s8.h", Form.ROWS,
                {**shape, **ends}, (In(0), Out(0), Const("weights", weights.ravel()), channels),
                product=5.0,
            )  # fmt: skip
        kept = ("in_h", "in_w", "out_h", "out_w", "stride_h", "stride_w", "pad_top", "pad_left")
        ordered = np.stack([by_channel[:, ky, kx] for ky, kx in PACKED_3X3], axis=1)
        return Kernel(
            "nn_depthwise_conv_2d_3x3_s8", "nn_depthwise_conv_2d_3x3_s8.h", Form.ROWS,
            {**{k: shape[k] for k in kept}, "c": out.shape[3], **ends},
            (In(0), Out(0), Const("weights", ordered.ravel()), channels),
            literals=("stride_w", "rounding"), product=2.0,
        )  # fmt: skip

    def _is_narrow_3x3(self, site: Site) -> bool:
        """Does it fit nn_depthwise_conv_2d_3x3_s8: 3x3 without dilation, one output channel for
        each input channel, at most one row and column of each window outside the image?"""
        (_, in_h, in_w, in_c), (_, out_h, out_w, out_c) = site.input(0).shape, site.output.shape
        beyond_h = (out_h - 1) * self.stride[0] + 3 - self.padding.top - in_h
        beyond_w = (out_w - 1) * self.stride[1] + 3 - self.padding.left - in_w
        return (
            site.input(1).shape[1:3] == (3, 3)
            and self.dilation == (1, 1)
            and self.stride[1] <= 2
            and in_c == out_c
            and max(self.padding.top, self.padding.left, beyond_h, beyond_w) <= 1
        )

    def _as_conv_2d(self, site: Site, target: Target) -> Kernel:
        """The CONV_2D of as many groups as input channels, with weights [o, h, w, 1]. A good kernel
        for a single input channel, and one without bounds for all others."""
        weights = site.input(1)
        quant = weights.quant and dataclasses.replace(weights.quant, axis=0)
        data = np.ascontiguousarray(site.const(1).transpose(3, 1, 2, 0))
        moved = dataclasses.replace(weights, shape=data.shape, data=data, quant=quant)
        same = dataclasses.replace(site, inputs=(site.input(0), moved, *site.inputs[2:]))
        conv = Conv2D(self.stride, self.dilation, self.padding, self.activation)
        return conv.lower(same, target)

    def rows(self, site: Site, y0: int, y1: int) -> Mapping[int, tuple[int, int]]:
        k_h = site.input(1).shape[1]
        return {0: input_rows(y0, y1, self.padding.top, k_h, self.stride[0], self.dilation[0])}

    def overlap(self, site: Site) -> Mapping[int, int]:
        return hybrid_overlap(site.output.shape[0]) if is_hybrid(site) else {}

    def intervals(
        self, site: Site, inputs: Sequence[Interval | None]
    ) -> tuple[Interval | None, ...]:
        if not weighted(site) or inputs[0] is None:
            return (None,)
        weights = centred_weights(site, site.const(1))
        columns = weights.reshape(-1, weights.shape[3]).T[:, :, None]  # out, taps, 1
        always = self.padding == NO_PADDING
        sums = sum_interval(site, columns, inputs[0], always, self._source(site)[:, None])
        return (output_interval(site, sums, self.activation),)

    def _source(self, site: Site) -> Array:
        """Of which input channel each output channel is made."""
        out_c = site.output.shape[3]
        return np.arange(out_c) // (out_c // site.input(0).shape[3])

    def channels(self, site: Site) -> Tied | None:
        return Tied({(0, 0): self._source(site)}) if weighted(site) else None

    def narrowed(self, site: Site, narrowing: Narrowing) -> tuple[Op, Mapping[int, Tensor]]:
        return self, narrowed_layer(site, narrowing, None, axis=3)

    def macs(self, site: Site) -> int:
        return site.output.elements * site.input(1).elements // site.output.shape[3]
