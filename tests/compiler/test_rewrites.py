"""Passes that save work: textual IR in and out, and the same values with any of them off."""

from __future__ import annotations

import pytest

from compiler.passes import (
    fold_scales,
    fold_transposes,
    fuse_pads,
    join_pointwise,
    join_transposes,
    remove_dead_code,
    repeat_pixels,
    separate_parts,
    share_subexpressions,
    slide_variables,
    turn_columns,
)
from compiler.target import HOST
from compiler.text import parse_graph, print_graph

from .rewrites import assert_same, combinations, names, run

# hard-swish as converters write it, of a value between two other operators; then a softmax
POINTWISE = """graph "g" {
  input %0 "x": int8[1,4,4,2] q(0.05, 3)
  const %1 "three": int8[] q(0.02, 0) = [127]
  const %2 "sixth": int8[1,1] q(0.001, 0) = [127]
  %3 "sum": int8[1,4,4,2] q(0.06, -20) = add(%0, %1) {activation="relu6"}
  %4 "product": int8[1,4,4,2] q(0.2, -10) = mul(%0, %3)
  %5 "swish": int8[1,4,4,2] q(0.05, -12) = mul(%4, %2)
  %6 "real": float32[1,4,4,2] = dequantize(%5)
  %7 "root": float32[1,4,4,2] = abs(%6)
  %8 "y": uint8[1,4,4,2] q(0.03, 7) = quantize(%7)
  %9 "z": uint8[1,4,4,2] q(0.00390625, 0) = softmax(%8) {beta=1.0}
  output %9
}"""

TRANSPOSES = """graph "g" {
  input %0 "x": int8[1,4,3,2] q(0.5, 1)
  const %1 "first": int32[4] = [0, 3, 1, 2]
  const %2 "back": int32[4] = [0, 2, 3, 1]
  const %3 "one": int8[1] q(0.5, 1) = [3]
  %4 "t": int8[1,2,4,3] q(0.5, 1) = transpose(%0, %1)
  %5 "r": int8[1,2,4,3] q(0.25, 1) = relu(%4)
  %6 "s": int8[1,2,4,3] q(0.5, 1) = add(%5, %3)
  %7 "u": int8[1,4,3,2] q(0.5, 1) = transpose(%6, %2)
  %8 "y": int8[1,4,3,2] q(0.75, 1) = relu(%7)
  output %8
}"""

DENSE = """graph "g" {
  input %0 "x": int8[1,2,2,2] q(0.5, 1)
  const %1 "order": int32[4] = [0, 3, 1, 2]
  const %2 "w": int8[2,8] q(0.5, 0) = [1,2,3,4,5,6,7,8,-9,10,-11,12,-13,14,-15,16]
  %3 "t": int8[1,2,2,2] q(0.5, 1) = transpose(%0, %1)
  %4 "r": int8[1,8] q(0.5, 1) = reshape(%3) {new_shape=(1, 8)}
  %5 "y": int8[1,2] q(8.0, 1) = fully_connected(%4, %2, _)
  output %5
}"""

SCALES = """graph "g" {
  input %0 "x": float32[1,3,3,2]
  const %1 "w": float32[2,1,1,2] = [1.5, 2.5, -3.5, 0.25]
  const %2 "b": float32[2] = [0.5, -0.75]
  const %3 "m": float32[1,1,1,2] = [2.0, -3.0]
  const %4 "a": float32[2] = [0.125, 1.0]
  const %5 "c": float32[] = [4.0]
  %6 "conv": float32[1,3,3,2] = conv_2d(%0, %1, %2)
  %7 "mul": float32[1,3,3,2] = mul(%6, %3)
  %8 "add": float32[1,3,3,2] = add(%4, %7)
  %9 "y": float32[1,3,3,2] = sub(%5, %8) {activation="relu"}
  output %9
}"""

TWICE = """graph "g" {
  input %0 "x": int8[1,4] q(0.5, 1)
  const %1 "a": int8[1,1] q(0.5, 0) = [3]
  const %2 "b": int8[1,1] q(0.5, 0) = [3]
  %3 "one": int8[1,4] q(0.5, 1) = add(%0, %1)
  %4 "two": int8[1,4] q(0.5, 1) = add(%0, %2)
  %5 "other": int8[1,4] q(0.25, 1) = add(%0, %2)
  %6 "y": int8[1,4] q(0.5, 1) = mul(%3, %4)
  %7 "z": int8[1,4] q(0.5, 1) = mul(%6, %5)
  output %7
}"""

POOL = """graph "g" {
  input %0 "x": int8[1,4,4,1] q(0.5, -128)
  const %1 "p": int32[4,2] = [0, 0, 1, 1, 1, 1, 0, 0]
  %2 "padded": int8[1,6,6,1] q(0.5, -128) = pad(%0, %1)
  %3 "y": int8[1,2,2,1] q(0.5, -128) = max_pool_2d(%2) {window=(3, 3), stride=(2, 2)}
  output %3
}"""

# A causal convolution, a pool with time along rows, a sum and a join, as converters write them.
LINES = """graph "g" {
  input %0 "x": int8[1,6,2] q(0.5, 1)
  const %1 "p": int32[3,2] = [0, 0, 2, 0, 0, 0]
  const %2 "w": int8[2,1,3,2] q(0.25, 0) = [1,2,3,4,5,6,-1,-2,-3,4,5,6]
  const %3 "c": int8[2] q(0.5, 1) = [3, 9]
  %4 "padded": int8[1,8,2] q(0.5, 1) = pad(%0, %1)
  %5 "row": int8[1,1,8,2] q(0.5, 1) = reshape(%4) {new_shape=(1, 1, 8, 2)}
  %6 "conv": int8[1,1,6,2] q(2.0, 1) = conv_2d(%5, %2, _)
  %7 "line": int8[1,6,2] q(2.0, 1) = reshape(%6) {new_shape=(1, 6, 2)}
  %8 "column": int8[1,6,1,2] q(2.0, 1) = reshape(%7) {new_shape=(1, 6, 1, 2)}
  %9 "pool": int8[1,6,1,2] q(2.0, 1) = max_pool_2d(%8) {window=(2, 1), padding=(0, 1, 0, 0)}
  %10 "back": int8[1,6,2] q(2.0, 1) = reshape(%9) {new_shape=(1, 6, 2)}
  %11 "sum": int8[1,6,2] q(2.0, 1) = add(%10, %7)
  %12 "more": int8[1,6,2] q(2.0, 1) = add(%11, %3)
  %13 "joined": int8[1,6,4] q(2.0, 1) = concatenation(%12, %11) {axis=2}
  %14 "flat": int8[1,24] q(2.0, 1) = reshape(%13) {new_shape=(1, 24)}
  output %14
}"""

REPEATED = """graph "g" {
  input %0 "x": int8[1,3,2,2] q(0.5, 1)
  const %1 "rows": int32[5] = [1, 1, 2, 1, 1]
  const %2 "columns": int32[5] = [1, 1, 1, 3, 1]
  %3 "apart": int8[1,3,1,2,2] q(0.5, 1) = reshape(%0) {new_shape=(1, 3, 1, 2, 2)}
  %4 "tall": int8[1,3,2,2,2] q(0.5, 1) = tile(%3, %1)
  %5 "pixels": int8[1,6,2,1,2] q(0.5, 1) = reshape(%4) {new_shape=(1, 6, 2, 1, 2)}
  %6 "wide": int8[1,6,2,3,2] q(0.5, 1) = tile(%5, %2)
  %7 "image": int8[1,6,6,2] q(0.5, 1) = reshape(%6) {new_shape=(1, 6, 6, 2)}
  %8 "y": int8[1,6,6,2] q(0.25, 1) = relu(%7)
  output %8
}"""

SPLIT = """graph "g" {
  input %0 "x": int8[1,4,4,4] q(0.5, 1)
  const %1 "axis": int32[1] = [3]
  %2 "a": int8[1,4,4,2] q(0.5, 1), %3 "b": int8[1,4,4,2] q(0.5, 1) = split(%1, %0) {count=2}
  %4 "y": int8[1,4,4,2] q(0.75, 1) = add(%2, %3)
  output %4
}"""

WINDOW = """graph "g" {
  input %0 "x": int8[1,1,2,1] q(0.5, 1)
  variable %1 "kept": int8[1,3,2,1] q(0.5, 1) = [1, 2, 3, 4, 5, 6]
  const %2 "begin": int32[4] = [0, 1, 0, 0]
  const %5 "size": int32[4] = [1, 3, 2, 1]
  %3 "old": int8[1,3,2,1] q(0.5, 1) = read_variable(%1)
  %4 "window": int8[1,4,2,1] q(0.5, 1) = concatenation(%3, %0) {axis=1}
  %6 "rest": int8[1,3,2,1] q(0.5, 1) = slice(%4, %2, %5)
  assign_variable(%1, %6)
  %8 "y": int8[1,1,2,1] q(0.5, 1) = max_pool_2d(%4) {window=(4, 1), stride=(1, 1)}
  output %8
}"""

GRAPHS = {
    "split": SPLIT,
    "repeated": REPEATED,
    "pointwise": POINTWISE,
    "transposes": TRANSPOSES,
    "dense": DENSE,
    "scales": SCALES,
    "twice": TWICE,
    "pool": POOL,
    "lines": LINES,
}


def test_operators_on_one_value_become_a_table() -> None:
    joined = run(join_pointwise, POINTWISE)
    assert names(joined) == ["table", "softmax"]
    assert '%8 "y": uint8[1,4,4,2] q(0.03, 7) = table(%0, ' in print_graph(joined)


def test_what_others_read_ends_a_table() -> None:
    joined = run(join_pointwise, POINTWISE.replace("output %9", "output %9, %4"))
    assert names(joined) == ["table", "table", "softmax"]
    assert '%8 "y": uint8[1,4,4,2] q(0.03, 7) = table(%4, ' in print_graph(joined)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('%2 "sixth": int8[1,1] q(0.001, 0) = [127]', '%2 "s": int8[2] q(0.001, 0) = [127, 5]'),
        ("mul(%4, %2)", "mul(%4, %0)"),
    ],
    ids=["a constant a channel", "two values"],
)
def test_only_functions_of_one_value_are_tables(old: str, new: str) -> None:
    text = POINTWISE.replace(old, new).replace("mul(%0, %3)", "mul(%3, %3)")
    graph = run(join_pointwise, text)
    assert names(graph)[0] != "table" or "a constant" not in new
    assert_same(parse_graph(text), graph)


def test_opposite_transpositions_cancel() -> None:
    joined = run(join_transposes, TRANSPOSES)
    assert names(joined) == ["relu", "add", "reshape", "relu"]


def test_a_transposition_that_others_read_stays() -> None:
    joined = run(join_transposes, TRANSPOSES.replace("output %8", "output %8, %4"))
    assert names(joined) == ["transpose", "relu", "add", "relu", "transpose"]


def test_a_transposition_of_axes_of_one_element_is_a_reshape() -> None:
    joined = run(join_transposes, TRANSPOSES.replace("3,2]", "1,2]").replace("4,3]", "4,1]"))
    assert names(joined)[:2] == ["relu", "add"]
    text = """graph "g" {
      input %0 "x": int8[1,4,1,2] q(0.5, 1)
      const %1 "p": int32[4] = [0, 2, 1, 3]
      %2 "y": int8[1,1,4,2] q(0.5, 1) = transpose(%0, %1)
      output %2
    }"""
    assert names(run(join_transposes, text)) == ["reshape"]


def test_a_transposition_goes_into_the_weights() -> None:
    folded = run(fold_transposes, DENSE)
    assert names(folded) == ["reshape", "fully_connected"]
    assert folded.nodes[0].inputs == (0,)


def test_scales_go_into_the_convolution() -> None:
    folded = run(fold_scales, SCALES)
    assert names(folded) == ["conv_2d"]
    (conv,) = folded.nodes
    assert folded.site(conv).const(1).ravel().tolist() == [-3.0, -5.0, -10.5, 0.75]
    assert folded.site(conv).const(2).tolist() == [4 - 0.125 - 1.0, 4 - 1.0 - 2.25]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("conv_2d(%0, %1, %2)", 'conv_2d(%0, %1, %2) {activation="relu"}', 4),
        ("output %9", "output %9, %7", 3),
    ],
    ids=["a clamp between", "an output between"],
)
def test_scales_stay_behind_what_needs_the_sum(old: str, new: str, wanted: int) -> None:
    assert len(run(fold_scales, SCALES.replace(old, new)).nodes) == wanted


@pytest.mark.parametrize(
    ("layer", "weights"),
    [
        ("conv_2d(%3, %2, _)", "float32[2,1,1,2] = [1.5, 2.5, -3.5, 0.25]"),
        ("depthwise_conv_2d(%3, %2, _)", "float32[1,1,1,2] = [1.5, 2.5]"),
        ("transpose_conv(%4, %2, %3)", "float32[2,1,1,2] = [1.5, 2.5, -3.5, 0.25]"),
    ],
    ids=["conv", "depthwise", "transposed"],
)
def test_scales_go_into_the_layer_behind(layer: str, weights: str) -> None:
    text = f"""graph "g" {{
      input %0 "x": float32[1,3,3,2]
      const %1 "m": float32[2] = [2.0, -3.0]
      const %2 "w": {weights}
      const %4 "shape": int32[4] = [1, 3, 3, 2]
      const %5 "b": float32[2] = [4.0, 5.0]
      %3 "mul": float32[1,3,3,2] = mul(%0, %1)
      %6 "y": float32[1,3,3,2] = {layer}
      %7 "z": float32[1,3,3,2] = add(%6, %5)
      output %7
    }}"""
    found = run(fold_scales, text)
    assert names(found) == [layer.split("(")[0]]
    assert names(run(fold_scales, text.replace("output %7", "output %7, %3"))) == [
        "mul",
        layer.split("(")[0],
    ]


def test_equal_nodes_are_computed_once() -> None:
    shared = run(share_subexpressions, TWICE)
    assert names(shared) == ["add", "add", "mul", "mul"]
    assert shared.nodes[2].inputs == (3, 3)


def test_a_pool_takes_over_a_pad_with_the_least_value() -> None:
    assert names(run(fuse_pads, POOL)) == ["max_pool_2d"]
    other = POOL.replace("-128)", "-127)")
    assert names(run(fuse_pads, other)) == ["pad", "max_pool_2d"]
    clamped = other.replace("%2 ", '%9 "r": int8[1,4,4,1] q(0.5, -127) = relu(%0)\n  %2 ', 1)
    found = run(fuse_pads, clamped.replace("pad(%0", "pad(%9"))
    assert names(found) == ["relu", "max_pool_2d"]


def test_tiles_that_repeat_pixels_are_resizes() -> None:
    found = remove_dead_code.run(run(repeat_pixels, REPEATED), HOST)
    assert names(found) == ["resize_nearest_neighbor", "resize_nearest_neighbor", "relu"]
    blocks = REPEATED.replace(
        '%1 "rows": int32[5] = [1, 1, 2, 1, 1]', '%1 "rows": int32[5] = [1, 2, 1, 1, 1]'
    )
    assert "tile" in names(run(repeat_pixels, blocks.replace("int8[1,3,2,2,2]", "int8[1,6,1,2,2]")))


def test_time_runs_along_rows() -> None:
    found = run(turn_columns, LINES)
    assert names(found) == [
        "reshape", "pad", "conv_2d", "max_pool_2d", "add", "add", "concatenation", "reshape"
    ]  # fmt: skip
    shapes = [found.tensors[n.outputs[0]].shape for n in found.nodes]
    assert shapes == [(1, 6, 1, 2), (1, 8, 1, 2), *[(1, 6, 1, 2)] * 4, (1, 6, 1, 4), (1, 24)]
    assert names(run(fuse_pads, print_graph(found, 256)))[1] == "conv_2d"


def test_what_others_need_is_made_from_the_turned_tensor() -> None:
    found = run(turn_columns, LINES.replace("output %14", "output %14, %7"))
    assert names(found).count("reshape") == 3
    assert found.tensors[found.outputs[1]].shape == (1, 6, 2)


def test_nothing_turns_without_a_layer_along_columns() -> None:
    assert names(run(turn_columns, POOL)) == ["pad", "max_pool_2d"]


def test_a_split_becomes_slices_where_its_parts_are_no_views() -> None:
    assert names(run(separate_parts, SPLIT)) == ["slice", "slice", "add"]
    rows = SPLIT.replace("[3]", "[1]").replace("int8[1,4,4,2]", "int8[1,2,4,4]")
    assert names(run(separate_parts, rows)) == ["split", "add"]


def test_a_window_slides_in_the_state() -> None:
    found = run(slide_variables, WINDOW)
    assert names(found) == ["slide_rows", "max_pool_2d"]
    (kept,) = found.variables
    assert kept.initial.shape == (1, 4, 2, 1) and kept.initial.ravel().tolist() == [
        0,
        0,
        1,
        2,
        3,
        4,
        5,
        6,
    ]
    assert slide_variables.windows(parse_graph(WINDOW)) == [8]
    others = WINDOW.replace("output %8", "output %8, %3")
    assert "slide_rows" not in names(run(slide_variables, others))


@pytest.mark.parametrize("name", GRAPHS)
def test_all_combinations_of_rewrites_agree(name: str) -> None:
    graph = parse_graph(GRAPHS[name])
    found = combinations(graph)
    assert len(found) > 1, "no rewrite changes this graph"
    for changed in found:
        assert_same(graph, changed)
