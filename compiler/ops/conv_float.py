"""CONV_2D of float32: the kernel for a geometry."""

from __future__ import annotations

from collections.abc import Mapping

from ..ir import DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..quant import float_range
from ..target import Target
from .conv_lines import line_f32
from .float16 import kept_half
from .lanes import LANE_PASSES, LANE_PRODUCT, packed_lanes
from .room import Activation
from .run_time import bias_operand, weights_operand


def lower_float(
    site: Site,
    shape: Mapping[str, Literal],
    activation: Activation,
    pointwise: bool,
    target: Target,
) -> Kernel:
    """Weights as float16 where they stay so, as vectors of output channels where the core has
    such, else as they are."""
    out, in_c = site.output, site.input(0).shape[3]
    out_c = out.shape[3]
    low, high = float_range(activation)
    clamp: dict[str, Literal] = {"low": low, "high": high}
    bias = bias_operand(site, out_c, DType.FLOAT32)
    half = kept_half(site, target)
    packed = None if half else packed_lanes(site, target, in_c // site.input(1).shape[3])
    line = line_f32(site, shape, clamp) if packed is None and not half and not pointwise else None
    if line is not None:
        return line
    if packed is None:
        function = "nn_conv_2d_f16" if half else "nn_conv_2d_f32"
        weights = half or weights_operand(site)
        return Kernel(
            function, f"{function}.h", Form.ROWS, {**shape, **clamp},
            (In(0), Out(0), weights, bias),
        )  # fmt: skip
    operands = (In(0), Out(0), packed, bias)
    if pointwise:
        return Kernel(
            "nn_conv_2d_1x1_lanes_f32", "nn_conv_2d_1x1_lanes_f32.h", Form.FLAT,
            {"in_c": in_c, "out_c": out_c, **clamp}, operands, out.elements // out_c,
            len(LANE_PASSES), LANE_PASSES, LANE_PRODUCT, literals=(),
        )  # fmt: skip
    return Kernel(
        "nn_conv_2d_lanes_f32", "nn_conv_2d_lanes_f32.h", Form.ROWS, {**shape, **clamp}, operands,
        passes=LANE_PASSES, product=LANE_PRODUCT, literals=(),
    )  # fmt: skip
