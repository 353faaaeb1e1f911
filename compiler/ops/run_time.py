"""Layers whose weights or bias are computed at run time.

Kernels take the zero point of the input, multiplied by sums of weights, from constants that the
compiler folds. Where it cannot, a kernel that runs first (nn_fold_s8.h, nn_fold_s16.h) makes them
in a scratch buffer, and the layer's plain kernel reads them there; weights stay where they are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Literal, Operand, Scratch
from .int16 import Scaling, reduced
from .requant import channel_multipliers
from .room import Op, Rule, rule

MOST_PRODUCTS = 1 << 14  # of 255 * 255 at most: sums of a layer and folded biases fit 32 bits


def at_run_time(site: Site, bias: int = 2) -> bool:
    """Weights (input 1) or bias are not known yet."""
    tensors = (site.input(1), site.optional(bias))
    return any(t is not None and not t.is_const for t in tensors)


def weights_operand(site: Site) -> Operand:
    """The weights (input 1) as they are in the model, or where they are at run time."""
    weights = site.input(1)
    return In(1, whole=True) if weights.data is None else Const("weights", weights.data.ravel())


def bias_operand(site: Site, channels: int, dtype: DType, index: int = 2) -> Operand:
    """The bias as it is in the model, or where it is at run time; zeros where there is none."""
    bias = site.optional(index)
    if bias is None:
        return Const("bias", np.zeros(channels, dtype.numpy))
    return In(index, whole=True) if bias.data is None else Const("bias", bias.data)


def products_fit(channel_axis: int) -> Rule:
    """Few enough products make a sum, where nobody knows the weights."""

    def test(op: Op, site: Site) -> str | None:
        shape = site.input(1).shape
        products = site.input(1).elements // max(shape[channel_axis], 1)
        unknown = site.output.dtype is DType.INT8 and at_run_time(site)
        return f"{products} products" if unknown and products >= MOST_PRODUCTS else None

    text = "int8 weights or bias computed at run time: fewer than 2^14 products to an output"
    return Rule(text, "make them constants in the exported model", test)


@rule("make them constants in the exported model")
def hybrid_constant(op: Op, site: Site) -> str | None:
    """float32 activations with int8 weights: weights and bias constant (TensorFlow Lite keeps the
    sums of the first weights that it sees)."""
    hybrid = site.input(0).dtype.is_float and not site.input(1).dtype.is_float
    return "they are computed at run time" if hybrid and at_run_time(site) else None


def with_channels_s8(
    site: Site,
    make: Callable[[Operand], Kernel],
    multipliers: tuple[Array, Array] | None = None,
    depthwise: bool = False,
    fold: bool = True,
    bias: int = 2,
) -> Kernel:
    """The kernel that `make` answers for an nn_channel_t array, made before it runs. `site` has
    input, weights and bias in this order; the operands are those of its node. `depthwise`: the
    weights' last axis is that of channels, else the first; `fold`: the input's zero point goes into
    the biases."""
    function = "nn_fold_channels_s8"
    params = _fold_params(site, depthwise, fold)
    channels = int(params["channels"])
    table = np.stack(multipliers or channel_multipliers(site, channels), axis=1).astype(np.int32)
    scratch = Scratch(12 * channels, 4, "nn_channel_t", "channels")
    biases = bias_operand(site, channels, DType.INT32, bias)
    multiplier = Const("multipliers", table, "nn_multiplier_t", comment="{multiplier, shift}")
    operands = (weights_operand(site), biases, multiplier, scratch)
    return _first(function, "nn_fold_s8.h", params, operands, make(scratch))


def with_biases_s8(site: Site, make: Callable[[Operand], Kernel]) -> Kernel:
    """The same for an int32 array of folded biases."""
    params = _fold_params(site, False, True)
    quant = site.input(1).quant
    zero = 0 if quant is None or quant.per_channel else quant.zero_point[0]
    channels = int(params["channels"])
    scratch = Scratch(4 * channels, 4, "int32_t", "biases")
    operands = (weights_operand(site), bias_operand(site, channels, DType.INT32), scratch)
    params |= {"weights_zero": zero}
    return _first("nn_fold_biases_s8", "nn_fold_s8.h", params, operands, make(scratch))


def with_tap_sums_s8(site: Site, taps: int, in_c: int, make: Callable[[Operand], Kernel]) -> Kernel:
    """The same for the sums of the weights of each tap over the input channels."""
    scratch = Scratch(4 * taps, 4, "int32_t", "tap sums")
    params: dict[str, Literal] = {
        "channels": taps, "taps": in_c, "channel_step": in_c, "tap_step": 1
    }  # fmt: skip
    operands = (weights_operand(site), scratch)
    return _first("nn_fold_sums_s8", "nn_fold_s8.h", params, operands, make(scratch))


def with_channels_s16(
    site: Site,
    make: Callable[[Operand, Scaling], Kernel],
    accumulator: DType,
    multipliers: tuple[Array, Array] | None = None,
    bias: int = 2,
) -> Kernel:
    """The same for an nn_channel_s16_t array."""
    tensor = site.optional(bias)
    assert tensor is not None
    channels = tensor.elements
    multiplier, shift = multipliers or channel_multipliers(site, channels)
    scaling = Scaling.of(accumulator)
    wide = scaling is Scaling.WIDE
    table = np.stack((reduced(multiplier), 15 - shift) if wide else (multiplier, shift), axis=1)
    factors = Const("multipliers", table.astype(np.int32), "nn_multiplier_s16_t")
    scratch = Scratch(16 * channels, 8, "nn_channel_s16_t", "channels")
    function = f"nn_fold_channels_s16_{tensor.dtype.suffix}"
    operands = (In(bias, whole=True), factors, scratch)
    params: dict[str, Literal] = {"channels": channels}
    return _first(function, "nn_fold_s16.h", params, operands, make(scratch, scaling))


def with_biases_s16(site: Site, make: Callable[[Operand], Kernel]) -> Kernel:
    """The same for an int64 array; biases of int64 need none."""
    tensor = site.input(2)
    if tensor.dtype is DType.INT64:
        return make(In(2, whole=True))
    scratch = Scratch(8 * tensor.elements, 8, "int64_t", "biases")
    operands = (In(2, whole=True), scratch)
    params: dict[str, Literal] = {"channels": tensor.elements}
    return _first("nn_fold_biases_s16_s32", "nn_fold_s16.h", params, operands, make(scratch))


def _fold_params(site: Site, depthwise: bool, fold: bool) -> dict[str, Literal]:
    weights = site.input(1)
    channels = weights.shape[-1 if depthwise else 0]
    taps = weights.elements // channels
    return {
        "channels": channels, "taps": taps,
        "channel_step": 1 if depthwise else taps, "tap_step": channels if depthwise else 1,
        "in_zero": site.input(0).zero_point if fold else 0,
    }  # fmt: skip


def _first(
    function: str,
    header: str,
    params: dict[str, Literal],
    operands: tuple[Operand, ...],
    main: Kernel,
) -> Kernel:
    """A kernel that prepares the scratch that `main` and what runs after it read."""
    then = (dataclasses.replace(main, then=()), *main.then)
    return Kernel(function, header, Form.WHOLE, params, operands, then=then)
