"""Networks that reduce axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compiler.ir import DType

from .cases import INT32, Draw, const
from .movement import QUANTISED, network, tensor
from .tflite_builder import Options, Subgraph

# Times the input's; where the row says so.
RANGES = {"out_scale": (1.0,)}
RESCALED = {"out_scale": (0.03, 0.4, 1.0, 1.3, 25.0)}


def reduction(d: Draw, code: str, version: int = 2) -> Subgraph:
    """Any axes, some named twice or from the end; few enough runs of them."""
    shape = d.shape(most=5)
    axes = [a for a in range(len(shape)) if d.chance(0.5)] or [0]
    keep = d.chance(0.5)
    left = [1 if a in axes else n for a, n in enumerate(shape) if keep or a not in axes]
    x = tensor(d, "in", shape, d["dtype"])
    out = d.like(x, "out", left)
    if x.dtype in QUANTISED and d["out_scale"] != 1.0:
        out = d.activations("out", left, x.dtype, (x.scale * d["out_scale"],))
    stated = [a - len(shape) if d.chance(0.3) else a for a in axes]
    if d.chance(0.2):
        stated.append(stated[0])
    operands = [x, const("axes", np.array(stated), INT32)]
    return network(code, operands, [out], Options("ReducerOptions", {"KeepDims": keep}), version)


def along_axis(
    d: Draw, code: str, out_types: Sequence[DType | None], options: Options | None, keeps: bool
) -> Subgraph:
    """An operator along one axis, which the output `keeps` or not; its type is the input's where
    there is None."""
    shape = list(d.shape(most=6))
    axis = d.pick(range(len(shape)))
    x = tensor(d, "in", shape, d["dtype"])
    out = d.like(x, "out", shape if keeps else [n for a, n in enumerate(shape) if a != axis])
    dtype = d.pick(out_types)
    if dtype is not None:
        out = tensor(d, "out", out.shape, dtype)
    where = const("axis", np.array([axis - len(shape) if d.chance(0.3) else axis]), INT32)
    return network(code, [x, where], [out], options)
