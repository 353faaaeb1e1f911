"""What AVERAGE_POOL_2D and MAX_POOL_2D share: windows over the rows and columns of each channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import tflite

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..quant import activation_range, float_range
from .channels import Tied, same_channels
from .options import activation_of
from .room import Activation, Op, Shape, Signature, TfliteOptions, rule
from .rules import activation_fits, activations_quantised, rank_of_input
from .window import NO_PADDING, Padding, input_rows, output_size, padding_of, taps

INT8, UINT8, INT16 = DType.INT8, DType.UINT8, DType.INT16
FLOAT32 = DType.FLOAT32


@rule("quantise the model with TensorFlow Lite's converter")
def same_quantisation(op: Op, site: Site) -> str | None:
    """Input and output share their zero point and, to 1e-6, their scale (as TFLite demands)."""
    x, out = site.input(0), site.output
    if x.dtype.is_float:
        return None
    if abs(x.scale - out.scale) <= 1e-6 and x.zero_point == out.zero_point:
        return None
    pairs = f"({x.scale}, {x.zero_point}) and ({out.scale}, {out.zero_point})"
    return f"scales and zero points {pairs}"


@dataclass(frozen=True)
class Pool2D(Op):
    """input NHWC → output NHWC. Taps outside the image do not take part."""

    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = (
        Signature((INT8,), (INT8,)),
        Signature((INT16,), (INT16,)),
        Signature((UINT8,), (UINT8,)),
        Signature((FLOAT32,), (FLOAT32,)),
    )
    RULES: ClassVar = (
        rank_of_input(0, 4),
        activations_quantised,
        activation_fits(),
        same_quantisation,
    )

    window: tuple[int, int] = (1, 1)
    stride: tuple[int, int] = (1, 1)
    padding: Padding = NO_PADDING
    activation: Activation = Activation.NONE

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Self:
        o: Any = options.read(tflite.Pool2DOptions)
        window, stride = (o.FilterHeight(), o.FilterWidth()), (o.StrideH(), o.StrideW())
        image = site.input(0).shape[1:3]
        padding = padding_of(o.Padding() == tflite.Padding.SAME, image, window, stride)
        return cls(window, stride, padding, activation_of(o.FusedActivationFunction()))

    def channels(self, site: Site) -> Tied | None:
        return same_channels(site)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        n, in_h, in_w, c = site.input(0).shape
        p = self.padding
        out_h = output_size(in_h, p.top + p.bottom, self.window[0], self.stride[0])
        out_w = output_size(in_w, p.left + p.right, self.window[1], self.stride[1])
        return ((n, out_h, out_w, c),)

    def seen(self, site: Site, x: Array, outside: float) -> Iterator[Array]:
        """For each tap of the window, what it sees of x at every output position."""
        ((_, out_h, out_w, _),) = self.shapes(site)
        out = (out_h, out_w)
        for _, _, tap in taps(x, self.padding, self.window, self.stride, (1, 1), out, outside):
            yield tap

    def kernel(self, site: Site, function: str, header: str) -> Kernel:
        """The call of a pooling kernel; all of them have the same parameters."""
        x, out = site.input(0), site.output
        (_, in_h, in_w, c), (_, out_h, out_w, _) = x.shape, out.shape
        floats = x.dtype.is_float
        low, high = (
            float_range(self.activation) if floats else activation_range(self.activation, out)
        )
        params: dict[str, Literal] = {
            "in_h": in_h, "in_w": in_w, "out_h": out_h, "out_w": out_w, "c": c,
            "k_h": self.window[0], "k_w": self.window[1],
            "stride_h": self.stride[0], "stride_w": self.stride[1],
            "pad_top": self.padding.top, "pad_left": self.padding.left,
            "low": low, "high": high,
        }  # fmt: skip
        return Kernel(function, header, Form.ROWS, params, (In(0), Out(0)))

    def rows(self, site: Site, y0: int, y1: int) -> Mapping[int, tuple[int, int]]:
        return {0: input_rows(y0, y1, self.padding.top, self.window[0], self.stride[0])}
