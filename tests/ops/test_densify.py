"""DENSIFY of sparse constants in all formats; sparse constants that do not fit together."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import Array, DType, Tensor
from compiler.options import Options as CompileOptions

from . import conformance
from .cases import FLOAT32, INT8, Draw, Row
from .tflite_builder import Level, Operator, Options, Sparsity, Subgraph, build


def encode(dense: Array, d: Draw) -> Sparsity:
    """The sparse form of a tensor by a drawn format: blocks, order and kind of each level."""
    rank = dense.ndim
    blocks = tuple(a for a in range(rank) if d.chance(0.4))[:2]
    sizes = {a: d.pick([k for k in (1, 2, 3, 4) if dense.shape[a] % k == 0]) for a in blocks}
    split: list[int] = []
    outer, inner = [], {}
    for a, size in enumerate(dense.shape):
        outer.append(len(split))
        if a in sizes:
            inner[a] = len(split) + 1
            split += [size // sizes[a], sizes[a]]
        else:
            split.append(size)
    order = [int(a) for a in d.rng.permutation(rank)]
    within = [int(b) for b in d.rng.permutation(len(blocks))]
    axes = [outer[a] for a in order] + [inner[blocks[b]] for b in within]
    tree = dense.reshape(split).transpose(axes)
    levels, nodes = [], [tree]
    for number in range(tree.ndim):
        if number >= rank or d.chance(0.4):
            levels.append(Level(tree.shape[number]))
            nodes = [branch for n in nodes for branch in n]
            continue
        segments, indices, kept = [0], [], []
        for n in nodes:
            present = [i for i in range(len(n)) if n[i].any()]
            indices += present
            kept += [n[i] for i in present]
            segments.append(len(indices))
        width = d.pick((32, 16, 8) if segments[-1] < 256 else (32, 16))
        levels.append(Level(0, tuple(segments), tuple(indices), width))
        nodes = kept
    values = np.array(nodes, dense.dtype)
    full_order = (*order, *(rank + b for b in within))
    return Sparsity(full_order, tuple(levels), values, blocks)


def make(d: Draw) -> Subgraph:
    """input + DENSIFY(sparse constant)"""
    dtype = d["dtype"]
    shape = tuple(d.pick((1, 2, 4, 6, 8, 12)) for _ in range(d.pick((1, 2, 2, 3, 4))))
    dense = d.values(shape, dtype, -100, 100)
    dense[d.rng.random(shape) < d.pick((0.3, 0.8, 0.95))] = 0
    dense.flat[int(d.rng.integers(dense.size))] = 3
    quant = None if dtype is FLOAT32 else d.quant()
    names = ("x", "sparse", "dense", "out")
    tensors = tuple(Tensor(n, shape, dtype, quant) for n in names)
    operators = (
        Operator("DENSIFY", (1,), (2,)),
        Operator("ADD", (0, 2), (3,), Options("AddOptions")),
    )
    return Subgraph(tensors, operators, (0,), (3,), sparsity={1: encode(dense, d)})


def make_half(d: Draw) -> Subgraph:
    """The same of float16, which becomes float32 behind it."""
    graph = make(d)
    x, sparse, dense, out = graph.tensors
    values = dataclasses.replace(graph.sparsity[1], values=graph.sparsity[1].values.astype("f2"))
    sparse, dense = (dataclasses.replace(t, dtype=DType.FLOAT16) for t in (sparse, dense))
    wide = dataclasses.replace(x, name="wide")
    operators = (
        graph.operators[0],
        Operator("DEQUANTIZE", (2,), (4,), Options("DequantizeOptions"), 3),
        Operator("ADD", (0, 4), (3,), Options("AddOptions")),
    )
    tensors = (x, sparse, dense, out, wide)
    return Subgraph(tensors, operators, (0,), (3,), sparsity={1: values})


ROWS = (
    *(Row(f"densify_{t.suffix}", make, {"dtype": (t,)}) for t in (FLOAT32, INT8)),
    Row("densify_f16", make_half, {"dtype": (FLOAT32,)}),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)

# 3 by 4, compressed along the second axis: [[1, 0, 0, 2], [0, 0, 0, 0], [0, 3, 0, 0]]
GOOD = Sparsity(
    (0, 1),
    (Level(3), Level(0, (0, 2, 2, 3), (0, 3, 1))),
    np.array([1, 2, 3], np.float32),
)


def compiled(sparsity: Sparsity, dtype: DType = FLOAT32) -> bytes:
    tensors = tuple(Tensor(n, (3, 4), dtype) for n in ("x", "weights", "out"))
    add = Operator("ADD", (0, 1), (2,), Options("AddOptions"))
    model = build(Subgraph(tensors, (add,), (0,), (2,), sparsity={1: sparsity}))
    return compile_model(model, CompileOptions("net")).files["net.c"]


def test_sparse_constants_need_no_operator() -> None:
    assert b"2.0f" in compiled(GOOD)


def levels(second: Level) -> Sparsity:
    return dataclasses.replace(GOOD, levels=(GOOD.levels[0], second))


@pytest.mark.parametrize(
    ("sparsity", "message"),
    [
        (levels(Level(0, (0, 2, 2, 3), (0, 4, 1))), "index 0 or 4 at level 1 of 4"),
        (levels(Level(0, (0, 2, 2, 3), (0, -1, 1))), "index -1 or 1 at level 1 of 4"),
        (levels(Level(0, (0, 2, 2, 3), (1, 1, 1))), "two values for one element"),
        (levels(Level(0, (0, 2, 1, 3), (0, 3, 1))), "segments that go backwards at level 1"),
        (levels(Level(0, (0, 2, 2, 9), (0, 3, 1))), "4 segment ends for 3 segments of 3 indices"),
        (levels(Level(0, (0, 2, 3), (0, 3, 1))), "3 segment ends for 3 segments of 3 indices"),
        (levels(Level(0, (), (0, 3, 1))), "0 segment ends for 3 segments of 3 indices"),
        (levels(Level(0, (0, 1, 1, 2), (0, 3))), "3 values where the indices tell of 2"),
        (levels(Level(4)), "more branches at level 1 than values"),
        (levels(Level(5)), "size 5 at level 1, not 4"),
        (dataclasses.replace(GOOD, order=(0, 0)), r"traversal order \[0, 0\] for 2 axes"),
        (dataclasses.replace(GOOD, order=(0,)), r"traversal order \[0\] for 2 axes"),
        (dataclasses.replace(GOOD, blocks=(2,)), r"blocks along axes \[2\] of 2"),
        (dataclasses.replace(GOOD, levels=GOOD.levels[:1]), "1 levels for 2 axes"),
        (
            Sparsity((0, 1, 2), (*GOOD.levels, Level(3)), GOOD.values, (1,)),
            r"blocks of 3 along axis 1 of \[3, 4\]",
        ),
    ],
)
def test_a_damaged_description_is_one_clear_error(sparsity: Sparsity, message: str) -> None:
    with pytest.raises(CompileError, match=f"'weights'.*sparse weights with .*{message}") as caught:
        compiled(sparsity)
    assert len(caught.value.problems) == 1


def test_other_types_are_refused() -> None:
    with pytest.raises(CompileError, match="sparse data of type int32"):
        compiled(GOOD, DType.INT32)
