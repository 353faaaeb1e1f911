"""PAD and PADV2: any amounts before and after each axis, rank 1 to 5, any value."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType
from compiler.ops.strided import STORED

from . import conformance
from .cases import Draw, Row, const, single
from .movement import rows, tensor
from .tflite_builder import Options, Subgraph

RANGES = {
    "dtype": (DType.INT8,),
    "amount_dtype": (DType.INT32, DType.INT32, DType.INT64),
    "amount": (0, 0, 1, 2, 3),
    "spatial": (False, True),  # rows and columns only
    "value": (False,),  # True: PADV2
}


def make(d: Draw) -> Subgraph:
    dtype = d["dtype"]
    spatial = d["spatial"]
    shape = d.shape((4,) if spatial else (1, 2, 3, 4, 5), 7)
    amounts = [[d["amount"], d["amount"]] for _ in shape]
    if spatial:
        amounts[0] = amounts[3] = [0, 0]
    x = tensor(d, "in", shape, dtype)
    out = d.like(x, "out", [n + a + b for n, (a, b) in zip(shape, amounts, strict=True)])
    if d["value"]:
        value = const("value", d.values((1,), dtype), dtype, x.quant)
        paddings = const("paddings", np.array(amounts), d["amount_dtype"])
        options = Options("PadV2Options")
        return single("PADV2", [x, paddings, value, out], options, version=2)
    paddings = const("paddings", np.array(amounts), d["amount_dtype"])
    return single("PAD", [x, paddings, out], Options("PadOptions"), version=2)


ROWS = (
    Row("pad_int8", make, RANGES, cases=60),
    *rows("pad", make, [t for t in STORED if t is not DType.INT8], RANGES),
    *rows("padv2", make, STORED, RANGES | {"value": (True,)}),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
