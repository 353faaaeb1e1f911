"""Layers with int16 activations and int8 weights ("16x8"): no zero points, wide accumulators.

TFLite's accumulators have the type of the bias (int64 without one). int64 ones are requantised
with a multiplier of 16 bits and rounded once, int32 ones as int8 layers' are.
Source: TFLite common.cc, MultiplyByQuantizedMultiplier of int64.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import Any

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Out
from ..quant import Int64Array, multiply_by_quantized_multiplier
from ..target import Target
from .room import Op, Rule, Signature, rule

INT8, INT16, INT32, INT64 = DType.INT8, DType.INT16, DType.INT32, DType.INT64

SIGNATURES = tuple(Signature((INT16, INT8, bias), (INT16,)) for bias in (INT64, INT32, None))
DENSE_ISAS = ("mve",)  # where four outputs are rescaled together
FOURS_ISAS = ("armv7em", "armv6m")  # where nn_dot_1x4_s16_s8 beats plain rows
MOST_WINDOW_ROWS = 8  # NN_WINDOW_ROWS, NN_LANE_ROWS_S16
LANES = 8
MOST_PRODUCTS = 256  # of int16 and int8 whose sum has 32 bits
MOST_SHIFT = 7  # to the left; TFLite's int64 form has no more


@rule("quantise the model with TensorFlow Lite's converter")
def int16_symmetric(op: Op, site: Site) -> str | None:
    """int16 activations and their weights have zero point 0."""
    for tensor in (*site.inputs[:3], *site.outputs):
        quant = None if tensor is None else tensor.quant
        if site.output.dtype is INT16 and quant is not None and any(quant.zero_point):
            return f"{sorted(set(quant.zero_point))}"
    return None


def int16_scales_fit(weights: int = 1, x: int = 0) -> Rule:
    """Products of scales over the output's scale are below 2^7, which int64 sums allow."""

    def test(op: Op, site: Site) -> str | None:
        quant = site.input(weights).quant
        if site.output.dtype is not INT16 or quant is None:
            return None
        largest = max(quant.scale) * site.input(x).scale / site.output.scale
        return None if largest < 2**MOST_SHIFT else f"{largest:.3g}"

    text = "int16: scales of input and weights over the output's below 128"
    return Rule(text, "quantise the model with a representative data set", test)


def accumulator(options: Any, site: Site, bias: int = 2) -> DType:  # noqa: ANN401
    """Of which type TFLite's accumulators are: the bias's, or the one the options state. INT64,
    which means nothing there, where the activations are no int16."""
    if site.output.dtype is not DType.INT16:
        return INT64
    tensor = site.optional(bias)
    if tensor is not None:
        return INT32 if tensor.dtype is INT32 else INT64
    stated = getattr(options, "QuantizedBiasType", lambda: tflite.TensorType.FLOAT32)()
    return INT32 if stated == tflite.TensorType.INT32 else INT64


def low_word(sums: Array) -> Int64Array:
    """The sums as int32 accumulators hold them."""
    return sums.astype(np.int64).astype(np.int32).astype(np.int64)


def reduced(multiplier: Array) -> Int64Array:
    """A multiplier of 31 bits rounded to 15."""
    m = np.asarray(multiplier, np.int64)
    return np.where(m < 0x7FFF0000, (m + (1 << 15)) >> 16, 0x7FFF)


def rescale(sums: Array, multiplier: Array, shift: Array, wide: bool) -> Int64Array:
    """sums * multiplier * 2^(shift - 31) with the rounding of the accumulator's type."""
    if not wide:
        return multiply_by_quantized_multiplier(low_word(sums), multiplier, shift)
    total = 15 - np.asarray(shift, np.int64)
    scaled = (sums.astype(np.int64) * reduced(multiplier) + (np.int64(1) << (total - 1))) >> total
    return low_word(scaled)


class Scaling(enum.IntEnum):
    """The enumeration NN_S16_… of runtime/nn_s16.h: how sums are requantised."""

    TWICE = 0
    WIDE = 1
    NARROW = 2

    @classmethod
    def of(cls, accumulator: DType) -> Scaling:
        """That of an accumulator of which no more is known than its type."""
        return cls.WIDE if accumulator is INT64 else cls.TWICE


def channels_s16(
    multipliers: tuple[Array, Array], bias: Array | None, weights: Array | None, accumulator: DType
) -> tuple[Const, Scaling]:
    """The nn_channel_s16_t array of a layer, and how it scales. `weights` (one row a channel, None
    where they are not known) bound the sums."""
    multiplier, shift = multipliers
    raw = np.zeros(len(multiplier), np.int64) if bias is None else bias.astype(np.int64)
    scaling, scale = Scaling.of(accumulator), (multiplier, shift)
    if scaling is Scaling.WIDE:
        scale = reduced(multiplier), 15 - shift
        if weights is not None and is_narrow(raw, weights, scale[1]):
            scaling, scale = Scaling.NARROW, (scale[0] << 16, scale[1] - 16)
    columns = np.stack([raw, *scale], axis=1).astype(np.int64)
    comment = "{bias, multiplier, shift}"
    return Const("channels", columns, "nn_channel_s16_t", align=8, comment=comment), scaling


def is_narrow(bias: Array, weights: Array, shift: Array) -> bool:
    """Whether all sums fit 32 bits and the shifts leave something of a product's upper word."""
    reach = np.abs(bias) + 32768 * np.abs(weights.astype(np.int64)).sum(axis=1)
    return bool((reach < 1 << 31).all() and (shift > 16).all() and (shift < 16 + 31).all())


def by_fours(plain: Kernel, weights: Array, channels: Const, scaling: Scaling) -> Kernel | None:
    """nn_conv_2d_fours_s16, of an nn_conv_2d_s16 whose windows keep within the columns of the
    image. None where channels are no multiple of four, or where sums may leave 32 bits."""
    if len(weights) % 4 or (scaling is not Scaling.NARROW and weights[0].size > MOST_PRODUCTS):
        return None
    packed = Const("weights", pack_fours(weights.reshape(*weights.shape[:2], -1)))
    apart = ("k_c", "dilation_w", "pad_left")
    params = {name: value for name, value in plain.params.items() if name not in apart}
    function = "nn_conv_2d_fours_s16"
    operands = (In(0), Out(0), packed, channels)
    return Kernel(function, f"{function}.h", Form.ROWS, params, operands)


def by_windows(plain: Kernel, weights: Array, channels: Const, scaling: Scaling) -> Kernel | None:
    """nn_conv_2d_windows_s16, of an nn_conv_2d_s16. None for groups, for taps that are apart, and
    where sums may leave 32 bits."""
    p = plain.params
    apart = p["k_c"] != p["in_c"] or (int(p["dilation_w"]) > 1 and int(p["k_w"]) > 1)
    if scaling is not Scaling.NARROW or apart or int(p["k_h"]) > MOST_WINDOW_ROWS:
        return None
    odd = len(weights) % 2 * weights[0].size
    rows = Const("weights", np.pad(weights.ravel(), (0, odd)))
    params = {k: v for k, v in p.items() if k not in ("k_c", "dilation_w", "scaling")}
    function = "nn_conv_2d_windows_s16"
    operands = (In(0), Out(0), rows, _even(channels))
    return Kernel(
        function, f"{function}.h", Form.ROWS, params, operands, passes=(1, 1, 1), product=0.5,
        literals=(),
    )  # fmt: skip


def _even(channels: Const) -> Const:
    """An even number of them: the last one twice."""
    odd = ((0, len(channels.data) % 2), (0, 0))
    return dataclasses.replace(channels, data=np.pad(channels.data, odd, mode="edge"))


def by_phases(plain: Kernel, weights: Array, channels: Const, scaling: Scaling) -> Kernel | None:
    """nn_transpose_conv_windows_s16, of an nn_transpose_conv_s16. None where sums may leave 32
    bits."""
    p = plain.params
    s_h, s_w, k_h = int(p["stride_h"]), int(p["stride_w"]), int(p["k_h"])
    if scaling is not Scaling.NARROW or -(-k_h // s_h) > MOST_WINDOW_ROWS:
        return None
    phases = [weights[:, y::s_h, x::s_w][:, ::-1, ::-1] for y in range(s_h) for x in range(s_w)]
    odd = len(weights) % 2 * phases[0][0].size
    packed = np.concatenate([phase.ravel() for phase in phases] + [np.zeros(odd, np.int8)])
    params = {k: v for k, v in p.items() if k != "scaling"}
    function = "nn_transpose_conv_windows_s16"
    operands = (*plain.operands[:2], Const("weights", packed), _even(channels))
    return Kernel(
        function, f"{function}.h", Form.ROWS, params, operands, product=0.7, literals=()
    )  # fmt: skip


def narrow_dense(
    plain: Kernel, bias: Array, weights: Array | None, nearest: Array, target: Target
) -> Kernel | None:
    """nn_fully_connected_narrow_s16, of an nn_fully_connected_s16 with a bias and multipliers
    `nearest` to its scales. None where sums may leave 32 bits, or a scale has no multiplier."""
    if target.isa not in DENSE_ISAS or weights is None or (nearest[:, 1] <= 0).any():
        return None
    reach = np.abs(bias) + 32768 * np.abs(weights.astype(np.int64)).sum(axis=1)
    if (reach >= 1 << 31).any():
        return None
    scales, multipliers = plain.operands[4:]
    assert isinstance(multipliers, Const)
    fours = -len(weights) % 4
    biases = Const("biases", np.pad(bias.astype(np.int32), (0, fours)))
    if len(nearest) > 1:
        padded = np.pad(nearest, ((0, fours), (0, 0)), mode="edge")
        multipliers = dataclasses.replace(multipliers, data=padded)
    params = {k: v for k, v in plain.params.items() if k != "wide"}
    function, operands = "nn_fully_connected_narrow_s16", plain.operands[:3]
    return Kernel(
        function, f"{function}.h", Form.FLAT, params, (*operands, biases, scales, multipliers),
        plain.units, product=0.5,
    )  # fmt: skip


def by_lanes(plain: Kernel, channels: Const) -> Kernel | None:
    """nn_depthwise_conv_2d_lanes_s16, of an nn_depthwise_conv_2d_s16 whose scaling is NARROW. None
    for few channels, or more than one of an input channel."""
    p, count = plain.params, len(channels.data)
    if count < LANES or p["multiplier"] != 1 or int(p["k_h"]) > MOST_WINDOW_ROWS:
        return None
    starts = np.minimum(np.arange(0, count, LANES), count - LANES)
    order = starts[:, None] + np.arange(LANES).reshape(-1, 2).T.ravel()  # the even ones, the odd
    eights = channels.data[order] * (1, 1, -1)
    data = eights.transpose(0, 2, 1).astype(np.int32).ravel()
    comment = "of each eight: biases, multipliers, shifts"
    apart = ("in_c", "multiplier", "scaling")
    params = {k: v for k, v in p.items() if k not in apart} | {"c": count}
    function = "nn_depthwise_conv_2d_lanes_s16"
    operands = (*plain.operands[:3], Const("lanes", data, comment=comment))
    return Kernel(
        function, f"{function}.h", Form.ROWS, params, operands, product=1.7, literals=()
    )  # fmt: skip


def pack_fours(rows: Array) -> Array:
    """Weights [channels, …, n] of a multiple of four channels for nn_dot_1x4_s16_s8: rows of four
    channels together. Four inputs 0 2 1 3 of each channel (SXTB16 leaves 0 and 1, 2 and 3 as
    neighbours); of two that are left over 0 0 1 1, taking turns between two channels; of one,
    that of each channel."""
    n = rows.shape[-1]
    flat = np.moveaxis(rows.reshape(len(rows) // 4, 4, -1, n), 1, 2)  # fours, rows, channel, n
    blocks, half = n - n % 4, n - n % 4 + n % 4 // 2 * 2
    fours = flat[..., :blocks].reshape(*flat.shape[:3], -1, 4)[..., [0, 2, 1, 3]]
    twos = flat[..., blocks:half].reshape(*flat.shape[:2], 2, 2, -1)
    parts = (np.moveaxis(fours, 2, 3), np.swapaxes(twos, 3, 4), flat[..., half:])
    return np.concatenate([p.reshape(*flat.shape[:2], -1) for p in parts], axis=2).ravel()
