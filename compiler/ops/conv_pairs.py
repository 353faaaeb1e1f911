"""CONV_2D by pairs of pixels, for cores without products of pairs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..ir import Array, Site
from ..program import Const, Form, In, Kernel, Literal, Out
from ..quant import activation_range
from .paired import PAIRED_PASSES, paired, paired_consts
from .requant import packed_channels_const
from .room import Activation


def by_pairs(
    site: Site,
    shape: Mapping[str, Literal],
    bias: Array | None,
    activation: Activation,
    pointwise: bool,
) -> Kernel | None:
    """Four pixels at a time; None where that is not exact, or there are groups."""
    weights, out = site.const(1), site.output
    out_c, _, _, k_c = weights.shape
    if pointwise and out.elements == out_c:
        return _single(site, bias, activation)
    consts = paired_consts(site, weights.reshape(out_c, -1), bias)
    if consts is None or k_c != site.input(0).shape[3]:
        return None
    low, high = activation_range(activation, out)
    ends: dict[str, Literal] = {"out_zero": out.zero_point, "low": low, "high": high}
    x = paired(weights.size // out_c)
    if pointwise:
        pixel: dict[str, Literal] = {"in_c": k_c, "out_c": out_c}
        return Kernel(
            "nn_conv_2d_1x1_paired_s8", "nn_conv_2d_1x1_paired_s8.h", Form.FLAT, pixel | ends,
            (In(0), Out(0), x, *consts), units=out.elements // out_c, block=4,
            passes=PAIRED_PASSES, literals=(), gathers=1,
        )  # fmt: skip
    if out.shape[2] < 2:
        return None  # a single pixel would be computed twice
    params = {k: v for k, v in shape.items() if k != "k_c"}
    outside = Const("outside", np.full(k_c, site.input(0).zero_point, np.int8))
    return Kernel(
        "nn_conv_2d_paired_s8", "nn_conv_2d_paired_s8.h", Form.ROWS, params | ends,
        (In(0), Out(0), x, *consts, outside), literals=(),
    )  # fmt: skip


def _single(site: Site, bias: Array | None, activation: Activation) -> Kernel | None:
    """A single pixel, which has none beside it to share a multiplication with."""
    weights, out = site.const(1), site.output
    out_c, _, _, in_c = weights.shape
    low, high = activation_range(activation, out)
    packed = packed_channels_const(site, weights.reshape(out_c, -1), bias, low, fold=True)
    if packed is None:
        return None
    params: dict[str, Literal] = {
        "in_c": in_c, "out_c": out_c, "out_zero": out.zero_point, "low": low, "high": high,
        "rounding": packed[1],
    }  # fmt: skip
    return Kernel(
        "nn_conv_2d_1x1_single_s8", "nn_conv_2d_1x1_single_s8.h", Form.FLAT, params,
        (In(0), Out(0), Const("weights", weights.ravel()), packed[0]), units=1, block=1,
        literals=(),
    )  # fmt: skip
