"""Networks that resize an image."""

from __future__ import annotations

import numpy as np

from .cases import INT32, Draw, const
from .movement import network, tensor
from .tflite_builder import Options, Subgraph

RANGES = {
    "batch": (1, 1, 2),
    "height": range(1, 10),
    "width": range(1, 10),
    "channels": (1, 2, 3, 4, 8),
    "times": (0, 1, 2, 2, 3, 4),  # 0: any size
    "alignment": ("none", "half_pixel_centers", "align_corners"),
}


def resize(d: Draw, code: str, options: str) -> Subgraph:
    """By a whole number, or to any size."""
    n, h, w, c = shape = d.image()
    size = [side * d["times"] or d.pick(range(1, 24)) for side in (h, w)]
    x = tensor(d, "in", shape, d["dtype"])
    out = d.like(x, "out", (n, *size, c))
    alignment = d["alignment"]
    fields = {
        "AlignCorners": alignment == "align_corners",
        "HalfPixelCenters": alignment == "half_pixel_centers",
    }
    operands = [x, const("size", np.array(size), INT32)]
    return network(code, operands, [out], Options(options, fields), 4)
