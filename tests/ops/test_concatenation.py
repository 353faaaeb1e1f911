"""CONCATENATION: 1 to 5 inputs along any axis, some constant; uint8 of different scales."""

from __future__ import annotations

from compiler.ir import DType
from compiler.ops.concatenation import TYPES

from . import conformance
from .cases import Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph

RANGES = {"same_quant": (True,), "scale": (0.03, 0.4, 0.99999, 1.0, 1.3, 25.0)}


def make(d: Draw) -> Subgraph:
    shape = list(d.shape(most=4))
    axis, count = d.pick(range(len(shape))), d.pick(range(1, 6))
    sizes = [d.pick(range(1, 5)) for _ in range(count)]
    shape[axis] = sum(sizes)
    out = tensor(d, "out", shape, d["dtype"])
    inputs = []
    for i, n in enumerate(sizes):
        x = d.like(out, f"in_{i}", [n if a == axis else m for a, m in enumerate(shape)])
        if not d["same_quant"]:
            x = d.activations(x.name, x.shape, x.dtype, (out.scale * d["scale"],))
        if i and d.chance(0.2):
            x = const(x.name, d.values(x.shape, x.dtype), x.dtype, x.quant)
        inputs.append(x)
    stated = axis - len(shape) if d.chance(0.3) else axis
    options = Options("ConcatenationOptions", {"Axis": stated})
    return network("CONCATENATION", inputs, [out], options, 2)


ROWS = (
    *rows("concatenation", make, TYPES, RANGES),
    *rows("concatenation_rescaled", make, (DType.UINT8,), RANGES | {"same_quant": (False, True)}),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
