"""What the rows of pooling operators share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compiler.ir import DType

from .cases import ACTIVATIONS, IMAGE, Draw, activation, fits, padding, single, windows
from .tflite_builder import Options, Subgraph

POOL_RANGES: dict[str, Sequence[Any]] = IMAGE | {
    "dtype": (DType.INT8,),
    "filter_h": (1, 2, 2, 3, 5, 9),
    "filter_w": (1, 2, 2, 3, 4, 9),
    "stride_h": (1, 2, 2, 3),
    "stride_w": (1, 2, 2, 3),
    "padding": ("SAME", "VALID"),
    "activation": ACTIVATIONS,
}


def pool(d: Draw, code: str, version: int = 2) -> Subgraph:
    """A pooling operator; a third of the windows are the whole image."""
    pad = d["padding"]
    n, h, w, c = d.image()
    f_h, f_w, s_h, s_w = d["filter_h"], d["filter_w"], d["stride_h"], d["stride_w"]
    h, w = fits(h, f_h, 1, pad), fits(w, f_w, 1, pad)
    if d.chance(0.3):
        f_h, f_w = h, w
    x = d.activations("in", (n, h, w, c), d["dtype"])
    out = d.like(x, "out", (n, windows(h, f_h, s_h, 1, pad), windows(w, f_w, s_w, 1, pad), c))
    fields = {
        "Padding": padding(pad),
        "FilterHeight": f_h,
        "FilterWidth": f_w,
        "StrideH": s_h,
        "StrideW": s_w,
        "FusedActivationFunction": activation(d["activation"]),
    }
    return single(code, [x, out], Options("Pool2DOptions", fields), version=version)
