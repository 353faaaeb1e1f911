"""DEPTHWISE_CONV_2D of float32: the kernel for a geometry."""

from __future__ import annotations

from collections.abc import Mapping

from ..ir import DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..quant import float_range
from ..target import Target
from .float16 import kept_half
from .lanes import HALF, LANE_ISAS, MOST_LANE_ROWS
from .room import Activation
from .run_time import bias_operand, weights_operand


def lower_float(
    site: Site, shape: Mapping[str, Literal], activation: Activation, target: Target
) -> Kernel:
    """Weights as float16 where they stay so, by vectors of channels where the core has such and
    they are enough, one of each input channel; else one by one."""
    out_c, k_h = site.output.shape[3], site.input(1).shape[1]
    low, high = float_range(activation)
    clamp: dict[str, Literal] = {"low": low, "high": high}
    bias = bias_operand(site, out_c, DType.FLOAT32)
    half = kept_half(site, target)
    operands = (In(0), Out(0), half or weights_operand(site), bias)
    few = out_c < HALF or out_c != site.input(0).shape[3] or k_h > MOST_LANE_ROWS
    if half or few or target.isa not in LANE_ISAS:
        function = "nn_depthwise_conv_2d_f16" if half else "nn_depthwise_conv_2d_f32"
        return Kernel(function, f"{function}.h", Form.ROWS, {**shape, **clamp}, operands)
    params = {k: v for k, v in shape.items() if k not in ("in_c", "multiplier")}
    function = "nn_depthwise_conv_2d_lanes_f32"
    return Kernel(
        function, f"{function}.h", Form.ROWS, {**params, "c": out_c, **clamp}, operands,
        product=1.2, literals=("k_w", "stride_w", "dilation_w"),
    )  # fmt: skip
