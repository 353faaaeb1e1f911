"""PACK: 1 to 5 inputs along any axis, some constant."""

from __future__ import annotations

from compiler.ops.pack import TYPES

from . import conformance
from .cases import Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = list(d.shape(most=4))
    axis, count = d.pick(range(len(shape) + 1)), d.pick(range(1, 6))
    inputs = [tensor(d, "in_0", shape, d["dtype"])]
    for i in range(1, count):
        x = d.like(inputs[0], f"in_{i}", shape)
        if d.chance(0.2):
            x = const(x.name, d.values(x.shape, x.dtype), x.dtype, x.quant)
        inputs.append(x)
    out = d.like(inputs[0], "out", [*shape[:axis], count, *shape[axis:]])
    stated = axis - len(shape) - 1 if d.chance(0.3) else axis
    options = Options("PackOptions", {"ValuesCount": count, "Axis": stated})
    return network("PACK", inputs, [out], options, 2)


ROWS = rows("pack", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
