"""PRELU: all types (int16 has int8 slopes); slopes per channel, for all, and computed."""

from __future__ import annotations

from dataclasses import replace

from compiler.ir import DType

from . import conformance
from .cases import Draw, Row, const, single
from .elementwise import full_range, plain, quant
from .tflite_builder import Subgraph

RANGES = {
    "scale": (1.7e-5, 0.004, 0.0173, 0.25, 1.0, 3.7),
    "slope_scale": (0.001, 0.0078, 1.0),
    "out_scale": (0.3, 0.99, 1.0, 1.7, 20.0),
    "constant": (True, True, False),
}


def make(d: Draw, dtype: DType) -> Subgraph:
    shape = d.shape((1, 2, 3, 4), most=6)
    slope_shape = d.pick(
        (shape[-1:], (1,) * (len(shape) - 2) + shape[-1:], shape, (1,), (*shape[:-1], 1))
    )
    slope_type = DType.INT8 if dtype is DType.INT16 else dtype
    shapes = (("in", shape, dtype), ("slope", slope_shape, slope_type), ("out", shape, dtype))
    tensors = [plain(*described) for described in shapes]
    if not dtype.is_float:
        low = 0 if dtype is DType.UINT8 else -128
        scales = d["scale"], d["slope_scale"], d["out_scale"]
        scales = (scales[0], scales[1], scales[0] * scales[2])
        zeros = [low + int(d.pick((0, 5, 128, 255))) for _ in tensors]
        if dtype is DType.INT16:
            zeros[0] = zeros[2] = 0
        tensors = [
            replace(t, quant=quant(s, z)) for t, s, z in zip(tensors, scales, zeros, strict=True)
        ]
    if d["constant"]:
        x = tensors[1]
        tensors[1] = const(x.name, full_range(d, x, extreme=False), x.dtype, x.quant)
    return single("PRELU", tensors)


ROWS = tuple(
    Row(f"prelu_{t.value}", lambda d, t=t: make(d, t), RANGES, values=full_range)
    for t in (DType.INT8, DType.UINT8, DType.INT16, DType.FLOAT32)
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
