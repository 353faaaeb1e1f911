"""Networks of LOGISTIC and of TANH."""

from __future__ import annotations

from compiler.ir import DType

from .cases import Draw, single
from .tflite_builder import Subgraph

RANGES_16 = {
    "dtype": (DType.INT16,),
    # Powers of two and beside them; the most and least that are taken.
    "scale": (
        2.0**-12,
        2.0**-11,
        2.0**-10,
        1e-9,
        1e-4,
        3e-4,
        0.00024420026,
        0.001,
        0.7,
        1.0,
        1.5,
        4.9,
    ),
    "out_scale": (2.0**-15,),
}


def curve(d: Draw, code: str) -> Subgraph:
    shape, dtype = d.shape(), d["dtype"]
    x = d.activations("in", shape, dtype, (d["scale"],))
    out = d.activations("out", shape, dtype, (d["out_scale"],))
    return single(code, [x, out])
