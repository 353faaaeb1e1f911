"""Layers with float32 activations and int8 weights (dynamic-range quantisation, "hybrid").

The input is quantised when it arrives, with a scale and a zero point of its own for each row or
image; products are summed as integers; the sum times both scales, plus bias, is the float output.
TFLite's code for Arm, which runs on x86 too, adds the zero point after rounding; its portable code
before, which differs in ties.
Source: TFLite EvalHybrid of fully_connected.cc and conv.cc, EvalHybridPerChannel of conv.cc and
depthwise_conv.cc, NeonSymmetricQuantizeFloats, NeonAsymmetricQuantizeFloats.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..ir import Array, DType, Site
from ..program import Const, Scratch
from .room import Op, rule
from .steps import round_half_away

Int64Array = npt.NDArray[np.int64]
Float32Array = npt.NDArray[np.float32]


def is_hybrid(site: Site) -> bool:
    """Float activations meet int8 weights."""
    return site.input(0).dtype.is_float and site.input(1).dtype is DType.INT8


@rule("convert the model again with TensorFlow Lite's converter")
def hybrid_weights_symmetric(op: Op, site: Site) -> str | None:
    """float32 activations: int8 weights have no zero point."""
    quant = site.input(1).quant
    if not is_hybrid(site) or quant is None or not any(quant.zero_point):
        return None
    return "weights with a zero point"


def quantize(rows: Array, asymmetric: bool) -> tuple[Int64Array, Float32Array]:
    """Each of the rows (axis 0) as q - zero, and its scale."""
    flat = np.asarray(rows, np.float32).reshape(len(rows), -1)
    pairs = [(_asymmetric if asymmetric else _symmetric)(row) for row in flat]
    values = np.array([q for q, _ in pairs], np.int64).reshape(rows.shape)
    return values, np.array([s for _, s in pairs], np.float32)


def _symmetric(row: Float32Array) -> tuple[Int64Array, np.float32]:
    span = np.abs(row).max(initial=np.float32(0))
    if span == 0:
        return np.zeros(row.shape, np.int64), np.float32(1)
    scaled = row * (np.float32(127) / span)
    return np.clip(round_half_away(scaled.astype(np.float64)), -127, 127), span / np.float32(127)


def _asymmetric(row: Float32Array) -> tuple[Int64Array, np.float32]:
    ends = row.min(initial=np.float32(0)), row.max(initial=np.float32(0))
    low, high = map(float, ends)
    if low == high:
        return np.zeros(row.shape, np.int64), np.float32(1)
    real = float(ends[1] - ends[0]) / 255.0
    # From the end where the error is smaller.
    from_low = 128.0 + abs(low / real) < 127.0 + abs(high / real)
    exact = -128.0 - low / real if from_low else 127.0 - high / real
    zero = int(round_half_away(np.array(np.clip(exact, -128.0, 127.0))))
    scale = np.float32(real)
    scaled = round_half_away((row * (np.float32(1) / scale)).astype(np.float64))
    return np.clip(scaled, -128 - zero, 127 - zero), scale


def weight_scales(site: Site) -> Float32Array:
    """One scale, or one for each output channel."""
    quant = site.input(1).quant
    assert quant is not None
    return np.array(quant.scale, np.float32)


def hybrid_operands(site: Site, channels: int) -> tuple[Scratch, Const, Const]:
    """What every kernel has: room for the quantised input (an image or a row of `channels`
    outputs), the weights' scales and the bias."""
    bias = site.const(2) if site.optional(2) is not None else np.zeros(channels, np.float32)
    x, weights = site.input(0), site.input(1)
    size = weights.shape[1] if len(weights.shape) == 2 else x.elements // x.shape[0]
    return (
        Scratch(size, 1, "int8_t"),
        Const("scales", weight_scales(site), comment="of the weights"),
        Const("bias", bias),
    )


def hybrid_overlap(batches: int) -> dict[int, int]:
    """A single image or row is quantised as a whole before any output is written."""
    return {0: 0} if batches == 1 else {}


def row_sums(weights: Array, needed: bool) -> Const:
    """The sums of the weights of each output channel, for inputs with a zero point."""
    sums = weights.reshape(len(weights), -1).astype(np.int64).sum(axis=1) if needed else [0]
    return Const("row_sums", np.array(sums, np.int32), comment="of the weights")
