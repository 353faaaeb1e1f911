"""Restrictions that several operators share."""

from __future__ import annotations

import math

import numpy as np

from ..ir import DType, Site, Tensor
from ..quant import integer_range
from .requant import folded_bias
from .room import Activation, Op, Rule, rule


def const_input(index: int, name: str) -> Rule:
    """Input `index` must be known at compile time."""

    def test(op: Op, site: Site) -> str | None:
        tensor = site.optional(index)
        return None if tensor is None or tensor.is_const else f"{name} is computed at run time"

    return Rule(f"{name} constant", "make it a constant in the exported model", test)


def rank_of_input(index: int, *ranks: int) -> Rule:
    """Input `index` must have one of the ranks."""

    def test(op: Op, site: Site) -> str | None:
        rank = len(site.input(index).shape)
        return None if rank in ranks else f"input {index} of rank {rank}"

    return Rule(f"input {index} of rank {' or '.join(map(str, ranks))}", "reshape it before", test)


@rule("export the model again")
def same_elements(op: Op, site: Site) -> str | None:
    """The output has as many elements as the input."""
    found = site.input(0).elements, site.output.elements
    return None if found[0] == found[1] else f"{found[0]} elements in, {found[1]} out"


def _quantised_as_a_whole(tensor: Tensor) -> bool:
    return tensor.quant is not None and len(tensor.quant.scale) == 1 and tensor.quant.scale[0] > 0


@rule("quantise the model with a representative data set")
def activations_quantised(op: Op, site: Site) -> str | None:
    """Integer activations (input 0 and the outputs) carry one positive scale and a zero point."""
    for kind, tensor in [("input 0", site.input(0)), *(("output", t) for t in site.outputs)]:
        if not tensor.dtype.is_float and not _quantised_as_a_whole(tensor):
            return f"{kind} '{tensor.name}' without such quantisation"
    return None


def bias_per_channel(axis: int) -> Rule:
    """Input 2 is absent or has one value per output channel: per index of the weights' `axis`."""

    def test(op: Op, site: Site) -> str | None:
        bias, channels = site.optional(2), site.input(1).shape[axis]
        if bias is None or bias.shape == (channels,):
            return None
        return f"a bias of shape {list(bias.shape)} for {channels} output channels"

    text = "bias absent or a list of one value per output channel"
    return Rule(text, "export the model again", test)


def sums_fit(axis: int) -> Rule:
    """int8: accumulators stay within 32 bits whatever the input; `axis` of the weights is the
    output channel. Beyond, TensorFlow Lite's own result is undefined."""

    def test(op: Op, site: Site) -> str | None:
        known = site.input(1).is_const and (site.optional(2) is None or site.input(2).is_const)
        if site.output.dtype is not DType.INT8 or not known:
            return None
        weights = np.moveaxis(site.const(1), axis, 0)
        bias = site.const(2) if site.optional(2) is not None else None
        _, bound = folded_bias(site, weights.reshape(len(weights), -1), bias)
        largest = int(bound.max(initial=0))
        return None if largest < 2**31 else f"sums up to {largest:.3g}"

    text = "int8: sums of products and bias within 32 bits"
    return Rule(text, "quantise the model with TensorFlow Lite's converter", test)


def activation_fits(activation: Activation | None = None) -> Rule:
    """The ends of the fused (or the given) activation, in steps of the output, fit 32 bits."""

    def test(op: Op, site: Site) -> str | None:
        out = site.output
        clamp = activation
        if clamp is None:
            clamp = Activation(getattr(op, "activation", Activation.NONE))
        if out.dtype.is_float or out.quant is None:
            return None
        ends = [abs(end) for end in clamp.bounds if math.isfinite(end)]
        if max(ends, default=0.0) < out.scale * (2**31 - 512):
            return None
        return f"{clamp.value} on an output with scale {out.scale:.3g}"

    text = "an activation whose ends are below 2^31 steps of the output"
    return Rule(text, "quantise the model with a representative data set", test)


def input_quantised(index: int) -> Rule:
    """Input `index`, if it holds integers, has one positive scale and a zero point."""

    def test(op: Op, site: Site) -> str | None:
        tensor = site.input(index)
        if tensor.dtype.is_float or _quantised_as_a_whole(tensor):
            return None
        return f"'{tensor.name}' without such quantisation"

    text = f"integer input {index} with one positive scale and a zero point"
    return Rule(text, "quantise the model with a representative data set", test)


def weights_quantised(axis: int) -> Rule:
    """Input 1 has one scale, or one per output channel along `axis`, all zero points 0."""

    def test(op: Op, site: Site) -> str | None:
        weights = site.input(1)
        if weights.dtype.is_float or weights.dtype is DType.UINT8:
            return None
        q = weights.quant
        if q is None:
            return "weights without scales"
        if any(q.zero_point):
            return "weights with a zero point"
        if q.per_channel and (q.axis != axis or len(q.scale) != weights.shape[axis]):
            return f"{len(q.scale)} scales along axis {q.axis} of {list(weights.shape)}"
        return None

    text = f"weights symmetric, with one scale or one per index of axis {axis}"
    return Rule(text, "quantise the model with TensorFlow Lite's converter", test)


def quantised_operands(*dtypes: DType) -> Rule:
    """The first two inputs and the output, if of one of the types, have one positive scale and a
    zero point within the type (int16: 0)."""

    def test(op: Op, site: Site) -> str | None:
        for tensor in (*site.inputs[:2], site.output):
            if tensor is None or tensor.dtype not in dtypes:
                continue
            if not _quantised_as_a_whole(tensor):
                return f"'{tensor.name}' without such quantisation"
            low, high = (0, 0) if tensor.dtype is DType.INT16 else integer_range(tensor.dtype)
            if not low <= tensor.zero_point <= high:
                return f"'{tensor.name}' with zero point {tensor.zero_point}"
        return None

    names = ", ".join(t.value for t in dtypes)
    text = f"{names} operands with one positive scale and a zero point within the type (int16: 0)"
    return Rule(text, "quantise the model with a representative data set", test)
