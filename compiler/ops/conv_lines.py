"""CONV_2D of lines: images of one column, whose rows are steps of time. A pass takes several steps,
as kernels of images take neighbouring pixels of a row."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Literal, Operand, Out, Scratch
from ..quant import activation_range
from ..target import Target
from .paired import PAIRED_PASSES, PAIRED_PIXEL_ISAS, paired_consts
from .requant import channels_const
from .room import Activation
from .run_time import bias_operand, weights_operand
from .tiles import TILE_ISAS, TILE_PASSES, tile_consts
from .windows import WINDOW_ISAS, gathered_product, window_consts

Shape = Mapping[str, Literal]


@dataclasses.dataclass(frozen=True)
class Line:
    """The geometry of a convolution of a line."""

    k: int
    stride: int
    dilation: int
    in_c: int
    params: Shape

    @classmethod
    def of(cls, shape: Shape) -> Line | None:
        """None where images have several columns, channels are in groups, or one step comes out."""
        same = shape["in_w"] == shape["out_w"] == shape["k_w"] == 1
        if not same or shape["out_h"] == 1 or shape["pad_left"] or shape["k_c"] != shape["in_c"]:
            return None
        k, stride = int(shape["k_h"]), int(shape["stride_h"])
        dilation = int(shape["dilation_h"]) if k > 1 else 1
        params: dict[str, Literal] = {
            "in_h": shape["in_h"], "in_c": shape["in_c"], "out_h": shape["out_h"],
            "out_c": shape["out_c"], "k": k, "stride": stride, "dilation": dilation,
            "pad": shape["pad_top"],
        }  # fmt: skip
        return cls(k, stride, dilation, int(shape["in_c"]), params)

    @property
    def taps(self) -> int:
        return self.k * self.in_c

    def windows(self, count: int) -> int:
        """Elements that the windows of so many neighbouring steps take."""
        return count * self.taps if self.dilation > 1 else self.strides(count - 1) + self.taps

    def strides(self, count: int) -> int:
        return count * self.stride * self.in_c

    def beside(self, steps: int) -> int:
        """Elements that a kernel needs besides the windows of `steps` steps that it has rearranged:
        for what is copied before, or a step outside."""
        return self.strides(steps - 1) if self.dilation == 1 else self.in_c


def by_lines(
    site: Site, shape: Shape, bias: Array | None, activation: Activation, target: Target
) -> Kernel | None:
    """The int8 kernel of a geometry; None where it is no line, or bounds do not hold."""
    line = Line.of(shape)
    if line is None:
        return None
    low, high = activation_range(activation, site.output)
    ends: dict[str, Literal] = {
        "in_zero": site.input(0).zero_point, "out_zero": site.output.zero_point,
        "low": low, "high": high,
    }  # fmt: skip
    weights = site.const(1).reshape(site.output.shape[3], -1)
    passes: tuple[int, ...]
    if target.isa in TILE_ISAS:
        return _by_tiles(site, line, weights, bias, ends)
    if target.isa in PAIRED_PIXEL_ISAS:
        consts = paired_consts(site, weights, bias)
        x, passes = Scratch(8 * line.taps + line.beside(4), ctype="uint32_t"), PAIRED_PASSES
    elif target.isa in WINDOW_ISAS:
        consts = window_consts(site, weights, bias)
        x, passes = Scratch(line.windows(3), 1, "int8_t"), (1, 1, 1)
    else:
        channels, rounding = channels_const(site, weights, bias)
        consts = Const("weights", weights.ravel()), channels
        x, passes = Scratch(line.windows(2), 1, "int8_t"), (3, 4)
        return _kernel(
            "nn_conv_2d_line_s8", line, ends | {"rounding": rounding}, passes, x, *consts
        )
    if consts is None:
        return None
    name = "paired" if target.isa in PAIRED_PIXEL_ISAS else "windows"
    product = gathered_product(1, weights.size) if target.isa in WINDOW_ISAS else 1.0
    found = _kernel(f"nn_conv_2d_line_{name}_s8", line, ends, passes, x, *consts)
    return dataclasses.replace(found, product=product)


def _by_tiles(
    site: Site, line: Line, weights: Array, bias: Array | None, ends: Shape
) -> Kernel | None:
    clamp = int(ends["low"]), int(ends["high"])
    found = tile_consts(site, weights, bias, clamp)
    if found is None or (line.dilation > 1 and line.in_c % 4):
        return None
    consts, more = found
    taps = line.taps + -line.taps % 4
    x = Scratch(3 * 2 * taps + line.beside(3), ctype="int16_t")
    return _kernel("nn_conv_2d_line_tiles_s8", line, {**ends, **more}, TILE_PASSES, x, *consts)


def line_f32(site: Site, shape: Shape, ends: Shape) -> Kernel | None:
    """The float32 kernel; None where it is no line, or has dilation."""
    line = Line.of(shape)
    if line is None or line.dilation > 1:
        return None
    bias = bias_operand(site, site.output.shape[3], DType.FLOAT32)
    strip = Scratch(4 * line.windows(4), ctype="float")
    name, operands = "nn_conv_2d_line_f32", (strip, weights_operand(site), bias)
    found = _kernel(name, line, ends, (1, 2, 3, 2), *operands)
    params = {k: v for k, v in found.params.items() if k != "dilation"}
    return dataclasses.replace(found, params=params)


def _kernel(
    name: str, line: Line, ends: Shape, passes: tuple[int, ...], *operands: Operand
) -> Kernel:
    params = {**line.params, **ends}
    ports, steps = (In(0), Out(0)), int(params["out_h"])
    return Kernel(name, f"{name}.h", Form.ROWS, params, (*ports, *operands), steps, passes=passes)
