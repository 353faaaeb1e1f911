"""ABS, EXP, LOG, SQRT, RSQRT: float32 and quantised types, within and beyond the output's range."""

from __future__ import annotations

import numpy as np

from compiler.ir import Array, DType, Quant, Tensor

from . import conformance
from .cases import Draw, Row, single
from .elementwise import full_range, plain
from .tflite_builder import Options, Subgraph

INT8, INT16, INT32, FLOAT32 = DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32
OPTIONS = {"ABS": "AbsOptions", "EXP": "ExpOptions"}
# Not negative: LiteRT refuses to take a root of less ("only defined for …").
ROOTS = ("SQRT", "RSQRT")
# Input and output scale such that the output is mostly within the type.
SCALES = {
    "EXP": (1.7e-5, 0.01, 0.05, 0.1),
    "LOG": (1.7e-5, 0.01, 0.1, 1.0),
    "SQRT": (1.7e-5, 0.01, 0.1, 1.0, 4.0),
    "RSQRT": (1.7e-5, 0.01, 0.1, 1.0, 4.0),
    "ABS": (1.7e-5, 0.004, 0.1, 1.0, 3.7),
}


def row(code: str, dtype: DType) -> Row:
    scaled = code in SCALES and dtype in (INT8, INT16)

    def make(d: Draw) -> Subgraph:
        shape = d.shape()
        x, out = plain("in", shape, dtype), plain("out", shape, dtype)
        if scaled:
            zeros = [
                0 if dtype is INT16 else int(d.pick((-128, -100, 0, 9, 127))) for _ in range(2)
            ]
            steps = 256 if dtype is INT8 else 65536
            scale = d.pick(SCALES[code]) * 256 / steps
            most = {"EXP": 40.0, "LOG": 12.0, "SQRT": 20.0, "RSQRT": 9.0}.get(code, scale * steps)
            out_scale = scale if code == "ABS" and d.chance(0.3) else most / steps
            out_scale *= 1.0 if code == "ABS" and out_scale == scale else d.pick((0.3, 1.0, 1.9))
            if d.chance(0.2):
                out_scale = d.pick((0.99999, 1.0))
            quants = [
                Quant((float(np.float32(s)),), (z,))
                for s, z in zip((scale, out_scale), zeros, strict=True)
            ]
            x, out = Tensor("in", shape, dtype, quants[0]), Tensor("out", shape, dtype, quants[1])
        options = Options(OPTIONS[code]) if code in OPTIONS else None
        return single(code, [x, out], options)

    def values(d: Draw, tensor: Tensor, extreme: bool) -> Array:
        if dtype.is_float:
            x = d.rng.normal(size=tensor.shape).astype(np.float32) * np.float32(5)
            if extreme:
                halves = d.rng.integers(-9, 9, tensor.shape).astype(np.float32) / np.float32(2)
                x = np.where(d.rng.random(tensor.shape) < 0.6, halves, x)
            return np.asarray(np.abs(x) if code in (*ROOTS, "LOG") else x, np.float32)
        found = full_range(d, tensor, extreme)
        if code in ROOTS:
            assert tensor.quant is not None
            found = np.maximum(found, np.array(tensor.quant.zero_point[0], found.dtype))
        return found

    return Row(f"{code.lower()}_{dtype.value}", make, values=values)


ROWS = (
    *(row("ABS", t) for t in (INT8, INT16, INT32, FLOAT32)),
    *(row(c, t) for c in ("EXP", "LOG", "RSQRT") for t in (INT8, INT16, FLOAT32)),
    *(row("SQRT", t) for t in (INT8, INT16, FLOAT32)),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
