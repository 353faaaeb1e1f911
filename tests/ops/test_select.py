"""SELECT_V2 and SELECT: all types, broadcasts of three operands."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType
from compiler.ops.select import TYPES

from . import conformance
from .cases import Draw, Row, const, single
from .elementwise import full_range, plain
from .tflite_builder import Options, Subgraph


def shrunk(d: Draw, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that broadcasts to it."""
    part = [1 if d.chance(0.4) else n for n in shape]
    while len(part) > 1 and part[0] == 1 and d.chance(0.5):
        part.pop(0)
    return tuple(part)


def network(d: Draw, code: str, condition: tuple[int, ...], *values: tuple[int, ...]) -> Subgraph:
    dtype = d["dtype"]
    tensors = [plain("condition", condition, DType.BOOL)]
    tensors += [plain(n, s, dtype) for n, s in zip("ab", values, strict=True)]
    constant = d.pick((None, None, 1, 2))
    if constant is not None:
        x = tensors[constant]
        tensors[constant] = const(x.name, full_range(d, x, extreme=False), dtype)
    shape = np.broadcast_shapes(*values, condition if code == "SELECT_V2" else ())
    table = {"SELECT": "SelectOptions", "SELECT_V2": "SelectV2Options"}[code]
    return single(code, [*tensors, plain("out", shape, dtype)], Options(table))


def make_v2(d: Draw) -> Subgraph:
    shape = d.shape(most=6)
    shapes = [shape if d.chance(0.5) else shrunk(d, shape) for _ in range(3)]
    return network(d, "SELECT_V2", shapes[0], *shapes[1:])


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=6)
    condition = d.pick((shape, shape, (), shape[:1]))
    return network(d, "SELECT", condition, shape, shape)


ROWS = (
    *(Row(f"select_v2_{t.value}", make_v2, {"dtype": (t,)}, values=full_range) for t in TYPES),
    *(Row(f"select_{t.value}", make, {"dtype": (t,)}, values=full_range) for t in TYPES),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
