"""CONV_2D by tiles of three pixels, for cores that multiply pairs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from ..ir import Array, Site
from ..program import Const, Form, In, Kernel, Literal, Out, Scratch
from ..quant import activation_range
from ..target import Target
from .room import Activation
from .tiles import TILE_ISAS, TILE_PASSES, tile_consts, widened

GROUPS = "nn_conv_2d_groups_s8"
LEAST_OF_A_GROUP = 3  # output channels from which on it takes less than lanes of depthwise layers
MOST_ROWS = 12  # of taps whose input rows nn_conv_2d_tiles_s8 finds once: NN_TILE_ROWS


def worth_grouping(target: Target, multiplier: int) -> bool:
    """Whether a depthwise layer's output channels of each input channel are to be a group."""
    return target.isa in TILE_ISAS and multiplier >= LEAST_OF_A_GROUP


def by_tiles(
    site: Site,
    shape: Mapping[str, Literal],
    bias: Array | None,
    activation: Activation,
    pointwise: bool,
) -> Kernel | None:
    """The kernel for a geometry; None where tiles are not exact."""
    weights, out = site.const(1), site.output
    out_c, _, _, k_c = weights.shape
    clamp = activation_range(activation, out)
    groups = site.input(0).shape[3] // k_c
    order = _in_pairs(out_c, groups) if groups > 1 else None
    found = tile_consts(site, weights.reshape(out_c, -1), bias, clamp, order)
    if found is None:
        return None
    consts, ends = found
    taps = weights.size // out_c
    if groups > 1:
        return Kernel(
            GROUPS, f"{GROUPS}.h", Form.ROWS,
            dict(shape) | {"in_zero": site.input(0).zero_point} | ends,
            (In(0), Out(0), Scratch(3 * (taps + -taps % 4), 4, "int8_t"), widened(taps), *consts),
            passes=TILE_PASSES,
        )  # fmt: skip
    if pointwise:
        pixel: dict[str, Literal] = {"in_c": k_c, "out_c": out_c}
        return Kernel(
            "nn_conv_2d_1x1_tiles_s8", "nn_conv_2d_1x1_tiles_s8.h", Form.FLAT, pixel | ends,
            (In(0), Out(0), widened(taps), *consts), units=out.elements // out_c, block=3,
            passes=TILE_PASSES, literals=(),
        )  # fmt: skip
    params = {k: v for k, v in shape.items() if k != "k_c"}
    if k_c % 4 == 0 and weights.shape[1] <= MOST_ROWS:
        outside = np.full(k_c, site.input(0).zero_point, np.int8)
        return Kernel(
            "nn_conv_2d_tiles_s8", "nn_conv_2d_tiles_s8.h", Form.ROWS,
            params | ends | {"slice": 0, "group": 0},
            (In(0), Out(0), widened(taps), *consts, Const("outside", outside)),
            passes=TILE_PASSES, literals=(*params, "slice", "group"),
        )  # fmt: skip
    run = weights.shape[2] * k_c
    if _in_strips(params, run):
        return _by_strips(params | {"in_zero": site.input(0).zero_point} | ends, run, *consts)
    gathered = run if run % 4 == 0 else taps + -taps % 4
    return Kernel(
        "nn_conv_2d_patches_s8", "nn_conv_2d_patches_s8.h", Form.ROWS,
        params | {"in_zero": site.input(0).zero_point} | ends,
        (In(0), Out(0), Scratch(3 * gathered, 4, "int8_t"), widened(taps), *consts),
        passes=TILE_PASSES,
    )  # fmt: skip


def _in_pairs(out_c: int, groups: int) -> Array:
    """The output channels of each group, the last one twice where its pair lacks another."""
    channels = np.arange(out_c).reshape(groups, -1)
    paired: Array = np.pad(channels, ((0, 0), (0, channels.shape[1] % 2)), mode="edge").ravel()
    return paired


def _in_strips(p: Mapping[str, Literal], run: int) -> bool:
    """Whether nn_conv_2d_strips_s8 applies: neighbouring pixels' rows of taps, of 4 or 8, are two
    inputs apart."""
    apart = int(p["stride_w"]) * int(p["in_c"])
    return (apart, p["dilation_w"], int(p["out_c"]) % 2) == (2, 1, 0) and run in (4, 8)


def _by_strips(params: Mapping[str, Literal], run: int, weights: Const, channels: Const) -> Kernel:
    """Strips read weights in the order of the taps."""
    strip = run + 4
    data = weights.data.reshape(-1, 4)[:, [0, 2, 1, 3]].ravel()
    x = Scratch(2 * strip * int(params["k_h"]), ctype="int16_t")
    ordered = dataclasses.replace(weights, data=data)
    return Kernel(
        "nn_conv_2d_strips_s8", "nn_conv_2d_strips_s8.h", Form.ROWS, params,
        (In(0), Out(0), Scratch(strip, 4, "int8_t"), x, ordered, channels),
    )  # fmt: skip
