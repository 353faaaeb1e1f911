"""int8 matrix products with constant weights: packing of the weights, constants, kernels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..ir import Array
from ..program import Const, Form, In, Kernel, Literal, Operand, Out
from ..target import Target
from .requant import SHIFT_ANY, SHIFT_RIGHT, SMALL_ACCUMULATOR
from .steps import Int64Array, Steps, left_shift, one_multiplication, steps

# What a weight that nobody knows adds: |x - zero| * |w - zero| + |zero| * |w - zero| + |x * w|.
MOST_PRODUCT = 2 * 128 * 255 + 128 * 128
PAIRED_ISAS = ("armv7em",)  # where nn_dot_1x4_pairs_s8 beats plain rows
FOURS_ISAS = ("mve", "armv6m")  # where nn_dense_s8 does


@dataclass(frozen=True, eq=False)
class DenseLayer:
    """out[n,o] = clamp(round(acc * scale[o]) + out_zero),
    acc = bias[o] + sum((in[n,i] - in_zero) * (weights[o,i] - weights_zero))."""

    shape: tuple[int, ...]  # of the weights: outputs, inputs
    weights: Array | None  # None: computed at run time
    bias: Array | None  # None: absent, or computed at run time
    bias_known: bool
    scales: tuple[float, ...]  # one, or one per output channel
    in_zero: int
    weights_zero: int
    out_zero: int
    low: int
    high: int

    @cached_property
    def known(self) -> Array:
        """The weights, which are constant."""
        assert self.weights is not None
        return self.weights

    @cached_property
    def _raw_bias(self) -> Int64Array:
        zeros = np.zeros(self.shape[0], np.int64)
        return zeros if self.bias is None else self.bias.astype(np.int64)

    def folded_bias(self) -> Int64Array:
        """The bias with the input's zero point: what is left is sum(in * (w - weights_zero))."""
        wide = self.known.astype(np.int64) - self.weights_zero
        folded: Int64Array = self._raw_bias - self.in_zero * wide.sum(axis=1)
        return folded

    def bounds(self) -> list[int]:
        """Per output channel: no accumulator, nor any sum on the way to it, is larger. (A bias that
        is computed at run time is not counted.)"""
        if self.weights is None or not self.bias_known:
            return [int(b) + MOST_PRODUCT * self.shape[1] for b in np.abs(self._raw_bias)]
        bias, weights = np.abs(self.folded_bias()), np.abs(self.known.astype(np.int64))
        zero = 128 * abs(self.weights_zero) * self.shape[1]
        return [int(b) for b in bias + 128 * weights.sum(axis=1) + zero]


def lower_int8(
    layer: DenseLayer, twice: tuple[Array, Array] | None, target: Target, rows: int
) -> Kernel:
    """The kernel of a layer: the first that serves of

    1. packed weights and one multiplication an output (nn_fully_connected_pairs_s8),
    2. plain weights and one multiplication, four outputs at a time (nn_fully_connected_fours_s8)
       or two (nn_fully_connected_s8),
    3. plain weights and a search among the steps (nn_fully_connected_steps_s8), always exact,

    or, with multipliers and shifts for two roundings, nn_fully_connected_twice_s8.
    """
    plain = Const("weights", layer.known.ravel())
    if twice is not None:
        channels, rounding = _twice_channels(layer, *twice)
        return lower_twice(layer, plain, channels, rounding, rows)
    biases = Const("biases", layer.folded_bias().astype(np.int32))
    kernel = lower_once(layer, plain, biases, layer.bounds(), rows)
    if kernel.params.get("left") != 0 or layer.weights_zero != 0:
        return kernel
    if target.isa in FOURS_ISAS and layer.shape[0] >= 4:
        return _by_fours(layer, plain, kernel, rows)
    packed = None
    if target.isa in PAIRED_ISAS and layer.shape[0] > 2:
        packed = pack_pairs(layer.known)
    if packed is None:
        return kernel
    weights = Const("weights", packed, comment="256 * weight of one channel + weight of next")
    fours = Const("biases", np.pad(biases.data, (0, -layer.shape[0] % 4)))
    params = {k: v for k, v in kernel.params.items() if k not in ("weights_zero", "left")}
    operands = (weights, fours, kernel.operands[-1])
    return _kernel("nn_fully_connected_pairs_s8", params, operands, rows)


def _by_fours(layer: DenseLayer, plain: Const, kernel: Kernel, rows: int) -> Kernel:
    """nn_fully_connected_fours_s8, from an nn_fully_connected_s8: biases and scales of four outputs
    side by side, the last four being the last of the layer."""
    found = kernel.operands[-1]
    assert isinstance(found, Const)
    units, pairs = layer.shape[0], found.data.astype(np.int64)
    starts = np.minimum(np.arange(0, units, 4), units - 4)
    order = (starts[:, None] + np.arange(4)).ravel()
    multiplier, right = np.broadcast_to(pairs, (units, 2))[order].T
    start = (2 * layer.out_zero + 1) << (right - 1)
    table = np.stack([multiplier, start, -right]).reshape(3, -1, 4).transpose(1, 0, 2)
    if len(pairs) == 1:
        table = table[:1]
    params = {k: kernel.params[k] for k in ("in_c", "out_c", "low", "high")}
    comment = "of each four: multipliers, starts, shifts"
    biases = Const("biases", layer.folded_bias()[order].astype(np.int32))
    scales = Const("scales", table.astype(np.int32).ravel(), comment=comment)
    step: dict[str, Literal] = {"scale_step": 12 if len(pairs) > 1 else 0}
    return _kernel("nn_fully_connected_fours_s8", params | step, (plain, biases, scales), rows)


def lower_twice(
    layer: DenseLayer, weights: Operand, channels: Operand, rounding: int, rows: int
) -> Kernel:
    """Two roundings, with an nn_channel_t array and its NN_SHIFT_… mode."""
    more: dict[str, Literal] = {"out_zero": layer.out_zero, "rounding": rounding}
    params = _params(layer) | more | {"low": layer.low, "high": layer.high}
    return _kernel("nn_fully_connected_twice_s8", params, (weights, channels), rows)


def lower_once(
    layer: DenseLayer, weights: Operand, biases: Operand, bounds: list[int], rows: int
) -> Kernel:
    """One rounding of sums within `bounds`, with plain weights."""
    if len(layer.scales) == 1:
        bounds = [max(bounds, default=0)]
    ladders = [
        steps(s, layer.low - layer.out_zero, layer.high - layer.out_zero, b)
        for s, b in zip(layer.scales, bounds, strict=True)
    ]
    left = max(left_shift(s) for s in layer.scales)
    found = [one_multiplication(t, s, left) for t, s in zip(ladders, layer.scales, strict=True)]
    pairs = [f for f in found if f is not None]
    ends: dict[str, Literal] = {"low": layer.low, "high": layer.high}
    if len(pairs) < len(found):
        table = Const("steps", _ladder(ladders, layer.high - layer.low))
        params = _params(layer) | {"ladders": len(ladders)} | ends
        return _kernel("nn_fully_connected_steps_s8", params, (weights, biases, table), rows)
    scales = Const("scales", np.array(pairs, np.int32), "nn_scale_t", comment="{multiplier, right}")
    more: dict[str, Literal] = {"scale_step": int(len(pairs) > 1), "out_zero": layer.out_zero}
    params = _params(layer) | more | {"left": left} | ends
    return _kernel("nn_fully_connected_s8", params, (weights, biases, scales), rows)


def _params(layer: DenseLayer) -> dict[str, Literal]:
    units, depth = layer.shape
    return {"in_c": depth, "out_c": units, "weights_zero": layer.weights_zero}


def _kernel(
    function: str, params: dict[str, Literal], operands: tuple[Operand, ...], rows: int
) -> Kernel:
    return Kernel(
        function, f"{function}.h", Form.FLAT, params, (In(0), Out(0), *operands), units=rows
    )


def _twice_channels(layer: DenseLayer, multiplier: Array, shift: Array) -> tuple[Const, int]:
    """The nn_channel_t array and the NN_SHIFT_… mode of a layer that rounds twice."""
    small = max(layer.bounds(), default=0) < SMALL_ACCUMULATOR
    rounding = SHIFT_RIGHT if small and bool((shift <= -1).all()) else SHIFT_ANY
    columns = np.stack([layer.folded_bias(), multiplier, shift], axis=1).astype(np.int32)
    const = Const("channels", columns, "nn_channel_t", comment="{bias, multiplier, shift}")
    return const, rounding


def _ladder(ladders: list[Steps], count: int) -> Array:
    """For each ladder `count` accumulators, ascending: the value is low + how many are reached."""
    firsts = [np.clip(s.first, -(2**31), 2**31 - 1) for s in ladders]
    flat = np.concatenate(firsts).astype(np.int32).reshape(len(ladders) * count)
    return flat if count else np.zeros(1, np.int32)  # C has no empty arrays


def pack_pairs(weights: Array, together: int = 2) -> Array | None:
    """Weights for nn_dot_1x4_pairs_s8: v[i] = 256 * w[o][i] + w[o+1][i] as int16, so that one
    register holds four weights and one widening of the low bytes serves two channels.

    Channels go in so many pairs `together` (v0 and v1), missing ones are zero. Each block of 4
    inputs is v0[0] v0[2] v0[1] v0[3] v1[0] v1[2] v1[1] v1[3] (SXTB16 leaves inputs 0 and 2, 1 and 3
    as neighbours); the inputs left over are v0[i] v1[i] each.

    None where some v does not fit an int16 (-128 beside a negative weight), or where a sum of
    products of w[o] may reach 2^23: it is found in the upper 24 bits of a difference.
    """
    units, depth = weights.shape
    wide = np.zeros((units + -units % (2 * together), depth), np.int64)
    wide[:units] = weights
    pairs = (256 * wide[0::2] + wide[1::2]).reshape(-1, together, depth)
    if (pairs < -(1 << 15)).any() or (128 * np.abs(wide).sum(axis=1) >= 1 << 23).any():
        return None
    blocks = depth - depth % 4
    inner = pairs[:, :, :blocks].reshape(len(pairs), together, -1, 4)[:, :, :, [0, 2, 1, 3]]
    tail = pairs[:, :, blocks:].transpose(0, 2, 1)
    tiles = (inner.transpose(0, 2, 1, 3).reshape(len(pairs), -1), tail.reshape(len(pairs), -1))
    return np.concatenate(tiles, axis=1).ravel().astype(np.int16)
