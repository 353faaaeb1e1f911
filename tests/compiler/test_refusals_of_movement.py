"""Every rule of the operators that move or reduce elements refuses what breaks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from compiler.ir import DType, Quant, Tensor
from tests.ops.tflite_builder import Options

from .refusals import HALF, INT8, INT32, activations, constant, problem

OTHER = Quant((0.25,), (3,))
X = activations(2, 3)
IMAGE = activations(1, 4, 6, 8)


def ints(*data: Any) -> Tensor:  # noqa: ANN401 (numbers and lists of them)
    return constant(list(data), INT32)


def number(value: int) -> Tensor:
    return constant(value, INT32)


RUN_TIME = Tensor("t", (2,), INT32)

Case = tuple[str, Sequence[Tensor], str, Mapping[str, Any], str]
MOVES: list[Case] = [
    ("TRANSPOSE", [X, ints(0, 0), X], "Transpose", {}, "permutation [0, 0]"),
    ("TRANSPOSE", [X, RUN_TIME, X], "Transpose", {}, "permutation is computed at run time"),
    ("SQUEEZE", [X, X], "Squeeze", {"SqueezeDims": [1]}, "axes [1] of [2, 3]"),
    ("SQUEEZE", [X, X], "Squeeze", {"SqueezeDims": [9]}, "axes [9]"),
    ("EXPAND_DIMS", [X, number(5), X], "ExpandDims", {}, "axis [5]"),
    ("SLICE", [X, ints(0, 0), ints(2, 4), X], "Slice", {}, "size [2, 4]"),
    ("SLICE", [X, ints(0), ints(2), X], "Slice", {}, "begin [0]"),
    ("SPLIT", [number(1), X, X], "Split", {"NumSplits": 2}, "3 elements in 2 parts"),
    ("SPLIT", [number(2), X, X], "Split", {"NumSplits": 1}, "axis [2] of a rank 2"),
    ("SPLIT_V", [X, ints(1, 2), number(1), X], "SplitV", {"NumSplits": 2}, "sizes [1, 2]"),
    ("UNPACK", [X, X], "Unpack", {"Num": 1, "Axis": 0}, "axis 0 of [2, 3] for 1 outputs"),
    ("PACK", [X, IMAGE, X], "Pack", {"ValuesCount": 2}, "along axis 0"),
    ("PACK", [X, X], "Pack", {"ValuesCount": 2}, "2 of shapes"),
    ("CONCATENATION", [X, IMAGE, X], "Concatenation", {}, "[2, 3], [1, 4, 6, 8]"),
    ("CONCATENATION", [X, X, X], "Concatenation", {"Axis": 2}, "along axis 2"),
    ("CONCATENATION", [X, X], "Concatenation", {"FusedActivationFunction": 1}, "relu"),
    (
        "CONCATENATION",
        [X, activations(2, 3, quant=OTHER), activations(4, 3)],
        "Concatenation",
        {},
        "another scale",
    ),
    ("REVERSE_V2", [X, ints(1, -1), X], "ReverseV2", {}, "axes [1, -1]"),
    ("SPACE_TO_DEPTH", [IMAGE, IMAGE], "SpaceToDepth", {"BlockSize": 4}, "blocks of 4"),
    ("SPACE_TO_DEPTH", [IMAGE, IMAGE], "SpaceToDepth", {"BlockSize": 0}, "blocks of 0"),
    ("DEPTH_TO_SPACE", [IMAGE, IMAGE], "DepthToSpace", {"BlockSize": 3}, "8 channels"),
    (
        "SPACE_TO_BATCH_ND",
        [IMAGE, ints(3, 2), ints([0, 0], [0, 0]), IMAGE],
        "SpaceToBatchND",
        {},
        "sides [4, 6] in blocks of [3, 2]",
    ),
    (
        "SPACE_TO_BATCH_ND",
        [IMAGE, ints(0, 2), ints([0, 0], [0, 0]), IMAGE],
        "SpaceToBatchND",
        {},
        "block [0, 2]",
    ),
    (
        "BATCH_TO_SPACE_ND",
        [IMAGE, ints(2, 2), ints([0, 0], [0, 0]), IMAGE],
        "BatchToSpaceND",
        {},
        "a batch of 1",
    ),
    ("MIRROR_PAD", [X, ints([2, 0], [0, 0]), X], "MirrorPad", {"Mode": 0}, "paddings [[2, 0]"),
    ("MIRROR_PAD", [X, ints([-1, 0], [0, 0]), X], "MirrorPad", {"Mode": 0}, "[[-1, 0]"),
    ("BROADCAST_TO", [X, ints(2, 4), X], "BroadcastTo", {}, "[2, 3] to [2, 4]"),
    ("FILL", [ints(2), activations(2), activations(2)], "Fill", {}, "2 values"),
    ("RESIZE_BILINEAR", [IMAGE, ints(0, 2), IMAGE], "ResizeBilinear", {}, "size [0, 2]"),
    (
        "RESIZE_BILINEAR",
        [IMAGE, ints(2, 2), IMAGE],
        "ResizeBilinear",
        {"AlignCorners": True, "HalfPixelCenters": True},
        "both",
    ),
    (
        "RESIZE_BILINEAR",
        [activations(1, 3, 3, 1), ints(2000, 3), activations(1, 2000, 3, 1)],
        "ResizeBilinear",
        {},
        "row 3 of 3",
    ),
]
STRIDES: list[tuple[Sequence[int], Sequence[int], Sequence[int], Mapping[str, int], str]] = [
    ([0, 0], [2, 3], [1, 0], {}, "a stride of 0"),
    ([0], [2, 3], [1, 1], {}, "shapes [1], [2], [2]"),
    ([1, 0], [1, 3], [1, 1], {}, "0 elements of axis 0"),
    ([5, 0], [6, 3], [1, 1], {"ShrinkAxisMask": 1}, "0 elements of axis 0"),
    ([1, 0], [0, 3], [-1, 1], {"ShrinkAxisMask": 1}, "stride -1 along the dropped axis 0"),
    ([0, 0, 0], [1, 1, 1], [1, 1, 1], {}, "3 axes of a rank 2"),
    ([0, 0, 0], [1, 1, 1], [1, 1, 1], {"EllipsisMask": 3}, "2 ellipses"),
    ([0, 0], [1, 1], [1, 1], {"Offset": 1}, "end as a distance"),
]
GATHERS: list[Case] = [
    ("GATHER", [X, ints(3), X], "Gather", {"Axis": 1}, "indices 0 to 3 of 3"),
    ("GATHER", [X, ints(-1), X], "Gather", {"Axis": 1}, "indices -1"),
    ("GATHER", [X, ints(0), X], "Gather", {"Axis": 2}, "axis 2"),
    ("GATHER", [X, ints(0), X], "Gather", {"Axis": 1, "BatchDims": 1}, "1 batch axes"),
    ("GATHER_ND", [X, ints([0, 0, 0]), X], "GatherNd", {}, "indices [1, 3] of [2, 3]"),
    ("GATHER_ND", [X, ints([2, 0]), X], "GatherNd", {}, "outside of their axes"),
    (
        "DYNAMIC_UPDATE_SLICE",
        [X, activations(3, 3), Tensor("t", (2,), INT32), X],
        "DynamicUpdateSlice",
        {},
        "[3, 3] into [2, 3]",
    ),
]
ODD = activations(2, 2, 2, 2, 2, 2, 2, 2)
REDUCTIONS: list[Case] = [
    ("SUM", [X, ints(2), X], "Reducer", {}, "axes [2]"),
    ("SUM", [activations(2, quant=None), ints(0), X], "Reducer", {}, "without such quantisation"),
    (
        "SUM",
        [activations(2), ints(0), activations(1, quant=Quant((1e-9,), (0,)))],
        "Reducer",
        {},
        "sums up to",
    ),
    ("SUM", [ODD, ints(1, 3, 5, 7), X], "Reducer", {}, "4 and 4 for axes [1, 3, 5, 7]"),
    ("REDUCE_MAX", [X, ints(-3), X], "Reducer", {}, "axes [-3]"),
    ("REDUCE_MIN", [X, ints(0), activations(3, quant=OTHER)], "Reducer", {}, "another scale"),
    ("ARG_MAX", [X, number(2), Tensor("t", (2,), INT32)], "ArgMax", {}, "axis [2]"),
    ("CUMSUM", [Tensor("t", (2,), INT32), number(1), X], "Cumsum", {}, "types"),
]


def refuses(code: str, tensors: Sequence[Tensor], options: Options, words: str) -> None:
    found = problem(code, tensors, options)
    assert found.startswith("operator 0") and words in found, found


@pytest.mark.parametrize("case", [*MOVES, *GATHERS, *REDUCTIONS])
def test_each_broken_rule_is_named(case: Case) -> None:
    code, tensors, table, fields, words = case
    refuses(code, tensors, Options(f"{table}Options", fields), words)


@pytest.mark.parametrize(("begin", "end", "strides", "fields", "words"), STRIDES)
def test_slices_that_take_nothing_sensible_are_refused(
    begin: Sequence[int],
    end: Sequence[int],
    strides: Sequence[int],
    fields: Mapping[str, int],
    words: str,
) -> None:
    operands = [ints(*begin), ints(*end), ints(*strides)]
    options = Options("StridedSliceOptions", fields)
    refuses("STRIDED_SLICE", [X, *operands, activations(1)], options, words)


@pytest.mark.parametrize("rows", [[4], [-1]])
def test_a_row_outside_of_a_table_is_refused(rows: list[int]) -> None:
    table = Tensor("t", (4, 2), INT8, HALF)
    words = f"rows {rows[0]}"
    found = problem(
        "EMBEDDING_LOOKUP", [ints(*rows), table, activations(1, 2)], Options("CallOptions")
    )
    assert words in found


def test_scales_of_a_table_are_one_or_one_a_row() -> None:
    quant = Quant((0.1, 0.2), (0, 0), 1)
    table = constant(np.ones((4, 2)), INT8, quant)
    out = Tensor("t", (1, 2), DType.FLOAT32)
    rows = Tensor("i", (1,), INT32)
    found = problem("EMBEDDING_LOOKUP", [rows, table, out], Options("CallOptions"))
    assert "2 scales along axis 1" in found
