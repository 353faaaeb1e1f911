"""LOCAL_RESPONSE_NORMALIZATION: radii up to beyond all channels, powers, scales."""

from __future__ import annotations

from compiler.ir import DType, Tensor

from . import conformance
from .cases import IMAGE, Draw, Row, single
from .tflite_builder import Options, Subgraph

RANGES = IMAGE | {
    "radius": (0, 1, 2, 5, 30),
    "bias": (0.5, 1.0, 2.0),
    "alpha": (1e-4, 0.1, 1.0),
    "beta": (0.5, 0.75, 1.0, 2.0),
}


def make(d: Draw) -> Subgraph:
    x, out = (Tensor(name, d.image(), DType.FLOAT32) for name in ("in", "out"))
    fields = {name.capitalize(): d[name] for name in ("radius", "bias", "alpha", "beta")}
    options = Options("LocalResponseNormalizationOptions", fields)
    return single("LOCAL_RESPONSE_NORMALIZATION", [x, Tensor("out", x.shape, out.dtype)], options)


ROWS = (Row("local_response_normalization_float32", make, RANGES),)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
