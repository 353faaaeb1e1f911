"""CONV_2D: out[n,y,x,o] = act(bias[o] + sum over taps and channels of in * weights), grouped too.

Source: TFLite reference_integer_ops::ConvPerChannel, reference_ops::Conv.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..intervals import Interval
from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Lean, Literal, Operand, Out, Scratch
from ..quant import activation_range, float_range
from ..target import Target
from . import int16, uint8
from .channels import Mixed, weighted
from .conv_float import lower_float
from .conv_lines import by_lines
from .conv_pairs import by_pairs
from .conv_tiles import by_tiles
from .hybrid import hybrid_operands, hybrid_overlap, is_hybrid, quantize, row_sums, weight_scales
from .int4 import Nibbles, in_fours, nibbles, packed_rows
from .options import activation_of
from .paired import PAIRED_PIXEL_ISAS
from .requant import SHIFT_ANY, channel_multipliers, channels_const
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
from .slices import lean_convolutions
from .sums import bias_type, centred_weights, output_interval, outputs_of, sum_interval
from .tiles import TILE_ISAS
from .window import NO_PADDING, Padding, input_rows, output_size, padding_of
from .windows import MOST_ROWS, PRODUCT, WINDOW_ISAS, gathered_product, window_consts

INT8, INT32, FLOAT32 = DType.INT8, DType.INT32, DType.FLOAT32


@rule("export the model again")
def groups_divide_channels(op: Conv2D, site: Site) -> str | None:
    """Input channels are a multiple of the kernel's, output channels of the number of groups."""
    in_c, (out_c, _, _, k_c) = site.input(0).shape[3], site.input(1).shape
    if k_c and in_c % k_c == 0 and out_c % (in_c // k_c) == 0:
        return None
    return f"{in_c} input channels, {k_c} in the kernel, {out_c} output channels"


@dataclass(frozen=True)
class Conv2D(Op):
    """input NHWC, weights OHWI, bias O (optional) → output NHWC."""

    NAME: ClassVar[str] = "conv_2d"
    TFLITE: ClassVar = ("CONV_2D",)
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
        bias_per_channel(0),
        activations_quantised,
        activation_fits(),
        weights_quantised(axis=0),
        groups_divide_channels,
        products_fit(0),
        sums_fit(0),
        int16.int16_symmetric,
        uint8.uint8_weights_usable,
        int16.int16_scales_fit(),
    )

    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: Padding = NO_PADDING
    activation: Activation = Activation.NONE
    accumulator: DType = DType.INT64  # of int16 activations

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Conv2D:
        o: Any = options.read(tflite.Conv2DOptions)
        stride = (o.StrideH(), o.StrideW())
        dilation = (o.DilationHFactor(), o.DilationWFactor())
        image, window = site.input(0).shape[1:3], site.input(1).shape[1:3]
        padding = padding_of(o.Padding() == tflite.Padding.SAME, image, window, stride, dilation)
        activation = activation_of(o.FusedActivationFunction())
        return cls(stride, dilation, padding, activation, int16.accumulator(o, site))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        (n, in_h, in_w, _), (out_c, k_h, k_w, _) = site.input(0).shape, site.input(1).shape
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
        sums = sums + (0 if bias is None else bias)
        return (outputs_of(site, sums, self.activation, self.accumulator is DType.INT64),)

    def _per_channel(self, site: Site) -> bool:
        """TFLite quantises float inputs with a zero point where the weights' scales differ, or
        where there are groups."""
        groups = site.input(0).shape[3] // site.input(1).shape[3]
        return groups > 1 or bool(np.ptp(weight_scales(site)))

    def _hybrid(self, site: Site, x: Array, weights: Array, bias: Array | None) -> Array:
        per_channel = self._per_channel(site)
        values, found = quantize(x, per_channel)
        sums = self._sums(site, values, weights.astype(np.int64)).astype(np.float32)
        scales, scale = weight_scales(site), found[:, None, None, None]
        scaled = sums * scales * scale if per_channel else sums * (scale * scales[0])
        low, high = float_range(self.activation)
        real: Array = np.clip(scaled + (np.float32(0) if bias is None else bias), low, high)
        return real

    def _sums(self, site: Site, x: Array, weights: Array) -> Array:
        """The convolution without bias, in the (wide) type of x; padding is real zero."""
        ((_, out_h, out_w, out_c),) = self.shapes(site)
        p, (s_h, s_w), (d_h, d_w) = self.padding, self.stride, self.dilation
        x = np.pad(x, ((0, 0), (p.top, p.bottom), (p.left, p.right), (0, 0)))
        k_h, k_w, k_c = weights.shape[1:]
        groups = x.shape[3] // k_c
        sums = np.zeros((x.shape[0], out_h, out_w, groups, out_c // groups), x.dtype)
        grouped = weights.reshape(groups, out_c // groups, k_h, k_w, k_c)
        for ky in range(k_h):
            for kx in range(k_w):
                y0, x0 = ky * d_h, kx * d_w
                tap = x[
                    :, y0 : y0 + (out_h - 1) * s_h + 1 : s_h, x0 : x0 + (out_w - 1) * s_w + 1 : s_w
                ]
                tap = tap.reshape(*tap.shape[:3], groups, k_c)
                sums += np.einsum("nyxgc,goc->nyxgo", tap, grouped[:, :, ky, kx])
        return sums.reshape(*sums.shape[:3], out_c)

    def lower(self, site: Site, target: Target) -> Kernel:
        x, out = site.input(0), site.output
        (_, in_h, in_w, in_c), (_, out_h, out_w, out_c) = x.shape, out.shape
        _, k_h, k_w, k_c = site.input(1).shape
        shape: dict[str, Literal] = {
            "in_h": in_h, "in_w": in_w, "in_c": in_c,
            "out_h": out_h, "out_w": out_w, "out_c": out_c,
            "k_h": k_h, "k_w": k_w, "k_c": k_c,
            "stride_h": self.stride[0], "stride_w": self.stride[1],
            "dilation_h": self.dilation[0], "dilation_w": self.dilation[1],
            "pad_top": self.padding.top, "pad_left": self.padding.left,
        }  # fmt: skip
        if is_hybrid(site):
            return self._lower_hybrid(site, shape)
        if x.dtype.is_float:
            return lower_float(site, shape, self.activation, self._is_pointwise(site), target)
        if x.dtype is DType.UINT8:
            ends = activation_range(self.activation, out)
            function = "nn_conv_2d_u8"
            return Kernel(
                function, f"{function}.h", Form.ROWS,
                shape | uint8.scaling(site) | {"low": ends[0], "high": ends[1]},
                (In(0), Out(0), weights_operand(site), bias_operand(site, out_c, INT32)),
            )  # fmt: skip
        if x.dtype is DType.INT16:
            return self._lower_int16(site, shape, target)
        if at_run_time(site):
            return with_channels_s8(site, lambda c: self._any(site, shape, c, SHIFT_ANY))
        bias = site.const(2) if site.optional(2) is not None else None
        found = None
        if k_c == in_c and 4 * -(-k_c // 8) < k_c:
            four_bits = nibbles(site, target, axis=0)
            if four_bits is not None:
                return self._packed(site, four_bits, shape, bias)
        if not self._is_pointwise(site):
            found = by_lines(site, shape, bias, self.activation, target)
        if found is not None:
            return found
        if target.isa in TILE_ISAS:
            found = by_tiles(site, shape, bias, self.activation, self._is_pointwise(site))
        elif target.isa in PAIRED_PIXEL_ISAS:
            found = by_pairs(site, shape, bias, self.activation, self._is_pointwise(site))
        elif target.isa in WINDOW_ISAS:
            found = self._by_windows(site, shape, bias)
        return found or self._plain(site, shape, bias)

    def _lower_hybrid(self, site: Site, shape: dict[str, Literal]) -> Kernel:
        low, high = float_range(self.activation)
        weights, out_c = site.const(1), site.output.shape[3]
        per_channel = self._per_channel(site)
        quantized, scales, bias = hybrid_operands(site, out_c)
        if per_channel and scales.data.size == 1:
            scales = dataclasses.replace(scales, data=np.repeat(scales.data, out_c))
        return Kernel(
            "nn_conv_2d_hybrid_s8", "nn_conv_2d_hybrid_s8.h", Form.WHOLE,
            {"images": site.output.shape[0], **shape,
             "asymmetric": int(per_channel), "low": low, "high": high},
            (In(0), Out(0), quantized, Const("weights", weights.ravel()),
             row_sums(weights, per_channel), scales, bias),
        )  # fmt: skip

    def _lower_int16(self, site: Site, shape: dict[str, Literal], target: Target) -> Kernel:
        low, high = activation_range(self.activation, site.output)
        out_c = site.output.shape[3]

        def kernel(channels: Operand, scaling: int16.Scaling) -> Kernel:
            return Kernel(
                "nn_conv_2d_s16", "nn_conv_2d_s16.h", Form.ROWS,
                shape | {"scaling": int(scaling), "low": low, "high": high},
                (In(0), Out(0), weights_operand(site), channels),
            )  # fmt: skip

        bias = site.optional(2)
        if bias is not None and not bias.is_const:
            return with_channels_s16(site, kernel, self.accumulator)
        data = site.input(1).data
        rows = None if data is None else data.reshape(out_c, -1)
        known = None if bias is None else bias.data
        multipliers = channel_multipliers(site, out_c)
        channels, scaling = int16.channels_s16(multipliers, known, rows, self.accumulator)
        plain = kernel(channels, scaling)
        if data is None:
            return plain
        if target.isa in WINDOW_ISAS:
            return int16.by_windows(plain, data, channels, scaling) or plain
        if target.isa in int16.FOURS_ISAS and not self._clips(site):
            return int16.by_fours(plain, data, channels, scaling) or plain
        return plain

    def _clips(self, site: Site) -> bool:
        """A window's row of taps is no piece of a row of the input: some are outside, or apart."""
        x, (_, _, k_w, k_c) = site.input(0), site.input(1).shape
        reach = (site.output.shape[2] - 1) * self.stride[1] - self.padding.left + k_w
        apart = k_c != x.shape[3] or (self.dilation[1] > 1 and k_w > 1)
        return apart or self.padding.left > 0 or reach > x.shape[2]

    def _packed(
        self, site: Site, four_bits: Nibbles, shape: dict[str, Literal], bias: Array | None
    ) -> Kernel:
        """Weights of four bits, decoded as they are multiplied."""
        weights, out = site.const(1), site.output
        channels, rounding = channels_const(site, weights.reshape(len(weights), -1), bias)
        low, high = activation_range(self.activation, out)
        ends: dict[str, Literal] = {
            "out_zero": out.zero_point, "low": low, "high": high, "rounding": rounding
        }  # fmt: skip
        outside = np.full(weights.shape[3], site.input(0).zero_point, np.int8)
        function = f"nn_conv_2d_{four_bits.suffix}"
        constants = four_bits.operands(packed_rows(four_bits.codes))
        return Kernel(
            function, f"{function}.h", Form.ROWS,
            {k: v for k, v in shape.items() if k != "k_c"} | ends | four_bits.params,
            (In(0), Out(0), *constants, in_fours(channels), Const("outside", outside)),
        )  # fmt: skip

    def _is_pointwise(self, site: Site) -> bool:
        """Output pixel n is made of input pixel n alone."""
        _, k_h, k_w, k_c = site.input(1).shape
        return (k_h, k_w, *self.stride) == (1, 1, 1, 1) and (
            k_c == site.input(0).shape[3] and self.padding == NO_PADDING
        )

    def _plain(self, site: Site, shape: dict[str, Literal], bias: Array | None) -> Kernel:
        weights = site.const(1)
        channels, rounding = channels_const(site, weights.reshape(len(weights), -1), bias)
        return self._any(site, shape, channels, rounding)

    def _any(
        self, site: Site, shape: dict[str, Literal], channels: Operand, rounding: int
    ) -> Kernel:
        """Weights as they are in the model, with an nn_channel_t array and its NN_SHIFT_… mode."""
        out = site.output
        in_c, out_c = site.input(0).shape[3], out.shape[3]
        low, high = activation_range(self.activation, out)
        ends: dict[str, Literal] = {
            "out_zero": out.zero_point, "low": low, "high": high, "rounding": rounding
        }  # fmt: skip
        operands = (In(0), Out(0), weights_operand(site), channels)
        if self._is_pointwise(site):
            pixel: dict[str, Literal] = {"in_c": in_c, "out_c": out_c}
            return Kernel(
                "nn_conv_2d_1x1_s8", "nn_conv_2d_1x1_s8.h", Form.FLAT, pixel | ends, operands,
                units=out.elements // out_c, block=2, passes=(1, 1),
            )  # fmt: skip
        params = shape | {"in_zero": site.input(0).zero_point} | ends
        return Kernel("nn_conv_2d_s8", "nn_conv_2d_s8.h", Form.ROWS, params, operands)

    def _by_windows(
        self, site: Site, shape: dict[str, Literal], bias: Array | None
    ) -> Kernel | None:
        """Three pixels at a time, for cores that multiply vectors; None where that is not exact."""
        weights, out = site.const(1), site.output
        out_c, _, _, k_c = weights.shape
        consts = window_consts(site, weights.reshape(out_c, -1), bias)
        if consts is None or k_c != site.input(0).shape[3] or weights.shape[1] > MOST_ROWS:
            return None
        low, high = activation_range(self.activation, out)
        ends: dict[str, Literal] = {"out_zero": out.zero_point, "low": low, "high": high}
        if self._is_pointwise(site):
            pixel: dict[str, Literal] = {"in_c": k_c, "out_c": out_c}
            return Kernel(
                "nn_conv_2d_1x1_windows_s8", "nn_conv_2d_1x1_windows_s8.h", Form.FLAT, pixel | ends,
                (In(0), Out(0), *consts), out.elements // out_c, 3, (1, 1, 1), PRODUCT,
            )  # fmt: skip
        params = {k: v for k, v in shape.items() if k != "k_c"}
        patches = Scratch(3 * weights.size // out_c, 1, "int8_t")
        return Kernel(
            "nn_conv_2d_windows_s8", "nn_conv_2d_windows_s8.h", Form.ROWS,
            params | {"in_zero": site.input(0).zero_point} | ends,
            (In(0), Out(0), patches, *consts), passes=(1, 1, 1),
            product=gathered_product(weights.shape[1], weights.size),
        )  # fmt: skip

    def intervals(
        self, site: Site, inputs: Sequence[Interval | None]
    ) -> tuple[Interval | None, ...]:
        if not weighted(site) or inputs[0] is None:
            return (None,)
        weights, in_c = centred_weights(site, site.const(1)), site.input(0).shape[3]
        out_c, k_c = len(weights), weights.shape[3]
        groups = in_c // k_c
        first = np.repeat(np.arange(groups) * k_c, out_c // groups)
        sums = sum_interval(
            site, weights.reshape(out_c, -1, k_c), inputs[0], self.padding == NO_PADDING,
            None if groups == 1 else first[:, None] + np.arange(k_c),
        )  # fmt: skip
        return (output_interval(site, sums, self.activation, self.accumulator is DType.INT64),)

    def channels(self, site: Site) -> Mixed | None:
        in_c = site.input(0).shape[3]
        if not weighted(site) or site.input(1).shape[3] != in_c:
            return None
        weights = centred_weights(site, site.const(1)).reshape(len(site.const(1)), -1, in_c)
        return Mixed(0, weights, self.padding == NO_PADDING, bias_type(site, self.accumulator))

    def lean(self, site: Site, target: Target) -> tuple[Lean, ...]:
        return lean_convolutions(self.lower(site, target), self.macs(site))

    def rows(self, site: Site, y0: int, y1: int) -> Mapping[int, tuple[int, int]]:
        k_h = site.input(1).shape[1]
        return {0: input_rows(y0, y1, self.padding.top, k_h, self.stride[0], self.dilation[0])}

    def overlap(self, site: Site) -> Mapping[int, int]:
        return hybrid_overlap(site.output.shape[0]) if is_hybrid(site) else {}

    def macs(self, site: Site) -> int:
        return site.output.elements * site.input(1).elements // site.output.shape[3]
