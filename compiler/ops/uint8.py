"""Layers of uint8 networks, as TensorFlow Lite made them before int8: activations and weights have
zero points, weights one scale.

Source: TFLite reference_ops::Conv, DepthwiseConv, FullyConnected of uint8; the multiplier is that
of GetQuantizedConvolutionMultipler, in which the product of the scales is float32.
"""

from __future__ import annotations

import numpy as np

from ..ir import Array, DType, Site
from ..program import Literal
from ..quant import quantize_multiplier
from .room import Op, Signature, rule

UINT8, INT32 = DType.UINT8, DType.INT32

SIGNATURES = tuple(Signature((UINT8, UINT8, bias), (UINT8,)) for bias in (INT32, None))
MOST_PRODUCTS = 1 << 15  # of at most 255 * 255 each: sums fit 32 bits


@rule("convert the model again")
def uint8_weights_usable(op: Op, site: Site) -> str | None:
    """uint8 weights have one scale and zero point, and fewer than 2^15 products make an output."""
    weights = site.input(1)
    if weights.dtype is not UINT8:
        return None
    if weights.quant is None or weights.quant.per_channel:
        return "weights without one scale for all"
    products = weights.elements // max(site.output.shape[-1], 1)
    return None if products < MOST_PRODUCTS else f"{products} products"


def multiplier(site: Site) -> tuple[int, int]:
    """Multiplier and shift of a layer's sums."""
    product = np.float32(site.input(0).scale) * np.float32(site.input(1).scale)
    return quantize_multiplier(float(product) / site.output.scale)


def zero_points(site: Site) -> dict[str, Literal]:
    return {
        "in_zero": site.input(0).zero_point, "weights_zero": site.input(1).zero_point,
        "out_zero": site.output.zero_point,
    }  # fmt: skip


def scaling(site: Site) -> dict[str, Literal]:
    """What a kernel rescales with."""
    factor, shift = multiplier(site)
    return zero_points(site) | {"factor": factor, "shift": shift}


def centred(site: Site, weights: Array) -> Array:
    """Weights without their zero point."""
    return weights.astype(np.int64) - site.input(1).zero_point
