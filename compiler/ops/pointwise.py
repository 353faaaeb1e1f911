"""Functions of one quantised value: requantising activations, and kernels for any of 8 bits."""

from __future__ import annotations

import numpy as np

from ..ir import DType, Site
from ..program import Const, Form, In, Kernel, Out
from ..quant import (
    Int64Array,
    activation_range,
    integer_range,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
)
from .linear import linear_single
from .room import Activation, Op, rule


@rule("quantise the model with a representative data set")
def scales_are_comparable(op: Op, site: Site) -> str | None:
    """Integers to integers: the input's scale is below 2^22 (int16: 2^14) times the output's, so
    that shifted values stay within 32 bits."""
    x, out = site.input(0), site.output
    most = 14 if x.dtype is DType.INT16 else 22
    if x.dtype.is_float or out.dtype.is_float or x.scale < out.scale * (1 << most):
        return None
    return f"scales {x.scale:.3g} in, {out.scale:.3g} out"


def values_of(dtype: DType) -> Int64Array:
    """All values of an 8-bit type, ascending."""
    low, high = integer_range(dtype)
    return np.arange(low, high + 1, dtype=np.int64)


def scale_ratio(site: Site) -> tuple[int, int]:
    """Multiplier and shift from the input's scale to the output's, as a float32 quotient."""
    return quantize_multiplier(
        float(np.float32(site.input(0).scale) / np.float32(site.output.scale))
    )


def clamp_function(site: Site, activation: Activation, x: Int64Array) -> Int64Array:
    """The activation as an operator of its own (TFLite ReluX): requantised, then clamped. The
    quotient of the scales is float32 there."""
    a, out = site.input(0), site.output
    scaled = multiply_by_quantized_multiplier(x - a.zero_point, *scale_ratio(site))
    return np.clip(scaled + out.zero_point, *activation_range(activation, out))


def lower_function(site: Site, values: Int64Array, slope: float, index: int = 0) -> Kernel:
    """The kernel that maps the i-th value of the type of input `index` to values[i]: a
    multiplication where one with this slope has all the values, else a table."""
    x, out = site.input(index), site.output
    operands = (In(index), Out(0))
    suffix = x.dtype.suffix + ("" if x.dtype is out.dtype else f"_{out.dtype.suffix}")
    form = linear_single(values, slope, values_of(x.dtype))
    if form is None:
        table = Const("table", values.astype(out.dtype.numpy), comment="of every input, ascending")
        function = f"nn_table_{suffix}"
        every = (*operands, table)
        return Kernel(function, f"{function}.h", Form.FLAT, {}, every, out.elements)
    function = f"nn_rescale_{suffix}"
    params = {
        "factor": form.k[0], "start": form.start, "shift": form.shift,
        "low": int(values.min()), "high": int(values.max()),
    }  # fmt: skip
    return Kernel(function, f"{function}.h", Form.FLAT, params, operands, out.elements)


def lower_clamp(site: Site, activation: Activation) -> Kernel:
    """The kernel of an activation on integers: int16 in TFLite's own steps."""
    x, out = site.input(0), site.output
    if x.dtype is not DType.INT16:
        values = clamp_function(site, activation, values_of(x.dtype))
        return lower_function(site, values, x.scale / out.scale)
    multiplier, shift = scale_ratio(site)
    low, high = activation_range(activation, out)
    params = {
        "in_zero": 0, "multiplier": multiplier, "shift": shift, "out_zero": 0,
        "low": low, "high": high,
    }  # fmt: skip
    function = "nn_requantize_s16_s16"
    return Kernel(function, f"{function}.h", Form.FLAT, params, (In(0), Out(0)), out.elements)
