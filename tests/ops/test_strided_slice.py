"""STRIDED_SLICE: strides of both signs, ends beyond the axis, every mask."""

from __future__ import annotations

import numpy as np

from compiler.ops.strided import EVERY

from . import conformance
from .cases import INT32, Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph

MOST_AXES = 5  # with new ones: TensorFlow Lite's limit


def entry(d: Draw, n: int) -> tuple[int, int, int]:
    """Begin, end and stride that leave something of n elements."""
    while True:
        begin, end = (int(i) for i in d.rng.integers(-n - 2, n + 3, 2))
        stride = d.pick((1, 1, 2, 3, -1, -2))
        if len(range(n)[begin:end:stride]):
            return begin, end, stride


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=6)
    entries: list[tuple[int, int, int]] = []
    masks = dict.fromkeys(
        ("BeginMask", "EndMask", "EllipsisMask", "NewAxisMask", "ShrinkAxisMask"), 0
    )
    index: list[object] = []
    named = d.pick(range(1, len(shape) + 1))
    ellipsis = d.pick(range(named)) if named < len(shape) and d.chance(0.6) else -1
    offset = 0
    for axis in range(named):
        if axis == ellipsis:
            masks["EllipsisMask"] |= 1 << len(entries)
            entries.append((0, 0, 1))
            index.append(Ellipsis)
            offset = len(shape) - named
        if len(index) < MOST_AXES - len(shape) + axis and d.chance(0.2):
            masks["NewAxisMask"] |= 1 << len(entries)
            entries.append((0, 1, 1))
            index.append(None)
        n = shape[axis + offset]
        bit = 1 << len(entries)
        begin, end, stride = entry(d, n)
        if d.chance(0.25):
            masks["ShrinkAxisMask"] |= bit
            begin, stride = d.pick(range(-n, n)), 1
            entries.append((begin, begin + 1, 1))
            index.append(begin)
            continue
        open_begin, open_end = d.chance(0.25), d.chance(0.25)
        masks["BeginMask"] |= bit * open_begin
        masks["EndMask"] |= bit * open_end
        entries.append((begin, end, stride))
        index.append(slice(None if open_begin else begin, None if open_end else end, stride))
    new = np.empty(shape)[tuple(index)].shape
    x = tensor(d, "in", shape, d["dtype"])
    columns = np.array(entries).T
    operands = [
        const(n, c, INT32) for n, c in zip(("begin", "end", "strides"), columns, strict=True)
    ]
    options = Options("StridedSliceOptions", masks)
    return network("STRIDED_SLICE", [x, *operands], [d.like(x, "out", new)], options, 2)


ROWS = rows("strided_slice", make, EVERY)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
