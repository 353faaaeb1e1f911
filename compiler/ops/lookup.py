"""Functions of one quantised value by tables, made as TFLite makes them.

Source: TFLite kernels/internal/common.h, LUTPopulate: 256 values for int8 and uint8; for int16 513
samples, between which the kernel interpolates. All in float32.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..ir import Array, Site
from ..program import Const, Form, In, Kernel, Out
from ..quant import Int64Array, integer_range
from .pointwise import values_of

Function = Callable[[Array], Array]  # of float64, whose result is rounded to float32

SAMPLES = 512


def _float32(function: Function, x: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(function(x.astype(np.float64)), np.float64).astype(np.float32)


def _round(x: Array) -> Array:
    """TfLiteRound of float32: half away from zero."""
    wide = x.astype(np.float64)
    return np.asarray(np.sign(wide) * np.floor(np.abs(wide) + 0.5), np.float32)


def table(site: Site, function: Function) -> Int64Array:
    """The values for all inputs of an 8-bit type, ascending."""
    x, out = site.input(0), site.output
    reals = np.float32(x.scale) * (values_of(x.dtype) - x.zero_point).astype(np.float32)
    with np.errstate(all="ignore"):
        inverse = np.float32(1) / np.float32(out.scale)
        rescaled = _round(_float32(function, reals) * inverse) + np.float32(out.zero_point)
    low, high = integer_range(out.dtype)
    return np.asarray(np.clip(np.nan_to_num(rescaled, nan=low), low, high).astype(np.int64))


def samples(site: Site, function: Function) -> Int64Array:
    """The 513 samples of a function of int16."""
    low, high = np.float32(-32768), np.float32(32767)
    scale, out_scale = np.float32(site.input(0).scale), np.float32(site.output.scale)
    least, most = scale * low, scale * high
    step = np.float32((most - least) / np.float32(SAMPLES))
    inverse = np.float32(65536) / (out_scale * high - out_scale * low)
    with np.errstate(all="ignore"):
        at = (least + np.arange(SAMPLES + 1).astype(np.float32) * step).astype(np.float32)
        here = _float32(function, at) * inverse
        sample = _round(here)
        between = _round(_float32(function, at[:-1] + step / np.float32(2)) * inverse)
        interpolated = _round((here[1:] + sample[:-1]) / np.float32(2))
        bias = _round((interpolated - between) / np.float32(2))
        end = _round(_float32(function, np.array([most], np.float32)) * inverse)
        corrected = np.concatenate([sample[:-1] - bias, end])
    return np.asarray(np.clip(corrected, low, high).astype(np.int64))


def interpolate(points: Int64Array, x: Int64Array) -> Int64Array:
    """The kernel's values for int16 inputs."""
    index = 256 + (x >> 7)
    slope = (points[index + 1] - points[index]).astype(np.int16).astype(np.int64)
    found = points[index] + ((slope * (x & 0x7F) + 64) >> 7)
    return np.asarray(found.astype(np.int16), np.int64)


def lower_table(site: Site, values: Int64Array) -> Kernel:
    """The kernel that maps the i-th value of the input's 8-bit type to values[i]."""
    x, dtype = site.input(0).dtype, site.output.dtype
    function = f"nn_table_{x.suffix}" + ("" if x is dtype else f"_{dtype.suffix}")
    const = Const("table", values.astype(dtype.numpy), comment="of every input, ascending")
    operands = (In(0), Out(0), const)
    return Kernel(function, f"{function}.h", Form.FLAT, {}, operands, site.output.elements)


def lower_samples(site: Site, points: Int64Array) -> Kernel:
    """The kernel that interpolates between the samples."""
    const = Const("samples", points.astype(np.int16))
    operands = (In(0), Out(0), const)
    return Kernel("nn_lookup_s16", "nn_lookup_s16.h", Form.FLAT, {}, operands, site.output.elements)
