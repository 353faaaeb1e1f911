"""SEGMENT_SUM, UNSORTED_SEGMENT_SUM, _PROD, _MAX, _MIN: numbers constant and at run time, segments
without a slice, slices that belong to none."""

from __future__ import annotations

import numpy as np

from compiler.ir import Array, DType, Tensor
from compiler.ops.segment import TYPES

from . import conformance
from .cases import INT32, Draw, Row, const
from .elementwise import full_range
from .movement import network, tensor
from .tflite_builder import Options, Subgraph

UNSORTED = {
    f"UNSORTED_SEGMENT_{name.upper()}": f"UnsortedSegment{name}Options"
    for name in ("Sum", "Prod", "Max", "Min")
}


def make(d: Draw) -> Subgraph:
    x = tensor(d, "in", d.shape(most=6), d["dtype"])
    numbers = np.cumsum(d.rng.integers(0, 2, x.shape[0]))
    numbers -= numbers[0]
    out = d.like(x, "out", (int(numbers[-1]) + 1, *x.shape[1:]))
    return network(
        "SEGMENT_SUM", [x, const("n", numbers, INT32)], [out], Options("SegmentSumOptions")
    )


def make_unsorted(d: Draw) -> Subgraph:
    code, shape, segments = d["code"], d.shape(most=6), d.pick((1, 2, 5))
    axes = d.pick(range(1, len(shape) + 1))
    x = tensor(d, "in", shape, d["dtype"])
    numbers = Tensor("numbers", shape[:axes], INT32)
    d.bounds["numbers"] = (-1, segments - 1)
    if d.chance(0.5):
        numbers = const("numbers", d.input(numbers, extreme=False), INT32)
    operands = [x, numbers, const("segments", np.array(segments), INT32)]
    out = d.like(x, "out", (segments, *shape[axes:]))
    return network(code, operands, [out], Options(UNSORTED[code]))


def values(d: Draw, tensor: Tensor, extreme: bool) -> Array:
    plain = tensor.name == "numbers" or tensor.dtype is DType.FLOAT32
    return d.input(tensor, extreme) if plain else full_range(d, tensor, extreme)


ROWS = (
    *(Row(f"segment_sum_{t.value}", make, {"dtype": (t,)}, values=values) for t in TYPES),
    *(
        Row(
            f"{code.lower()}_{t.value}",
            make_unsorted,
            {"dtype": (t,), "code": (code,)},
            values=values,
        )
        for code in UNSORTED
        for t in TYPES
    ),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
