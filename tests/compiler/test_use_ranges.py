"""What the ranges of values prove to change nothing: textual IR in and out, and the same values."""

from __future__ import annotations

import pytest

from compiler.ir import Graph
from compiler.passes import join_pointwise, use_ranges
from compiler.target import HOST
from compiler.text import parse_graph

from .rewrites import END, START, assert_same, combinations, names, run

# Values from -1 to 11 (zero point -1), behind a clamp.
CLAMPED = """graph "g" {
  input %0 "x": int8[1,4,4,3] q(0.5, -1)
  const %1 "low": int8[1,1,1,3] q(0.5, -1) = [-1, -2, -128]
  const %2 "high": int8[] q(0.5, -1) = [11]
  const %3 "w": int8[2,1,1,3] q(0.5, 0) = [1, 1, 1, -1, 0, 2]
  const %4 "b": int32[2] = [100, 4]
  %5 "r": int8[1,4,4,3] q(0.5, -1) = relu6(%0)
"""


def clamped(line: str) -> Graph:
    end = '%20 "y": int8[1,4,4,2] q(0.125, -1) = conv_2d(%10, %3, %4)\noutput %20\n}'
    return run(use_ranges, f"{CLAMPED}{line}\n{end}")


@pytest.mark.parametrize(
    "line",
    [
        '%10 "m": int8[1,4,4,3] q(0.5, -1) = maximum(%5, %1)',
        '%10 "m": int8[1,4,4,3] q(0.5, -1) = minimum(%2, %5)',
        '%10 "m": int8[1,4,4,3] q(0.5, -1) = relu(%5)',
        '%10 "m": int8[1,4,4,3] q(0.5, -1) = quantize(%5)',
        '%10 "m": int8[1,4,4,3] q(0.5, -1) = abs(%5)',
    ],
    ids=["maximum", "minimum", "relu", "quantize", "abs"],
)
def test_what_changes_no_value_goes(line: str) -> None:
    assert names(clamped(line)) == ["relu6", "conv_2d"]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('%10 "m": int8[1,4,4,3] q(0.5, -1) = relu(%0)', ["relu", "conv_2d"]),
        ('%10 "m": int8[1,4,4,3] q(0.5, -1) = neg(%5)', ["relu6", "neg", "conv_2d"]),
        ('%10 "m": int8[1,4,4,3] q(0.5, -2) = maximum(%5, %1)', ["relu6", "maximum", "conv_2d"]),
    ],
    ids=["values below", "another function", "another zero point"],
)
def test_what_may_change_a_value_stays(line: str, wanted: list[str]) -> None:
    assert names(clamped(line)) == wanted


def test_quantised_again_as_before_is_nothing() -> None:
    """DEQUANTIZE and QUANTIZE of one scale become a table, and the table goes."""
    pair = """%8 "f": float32[1,4,4,3] = dequantize(%5)
  %10 "q": int8[1,4,4,3] q(0.5, -1) = quantize(%8)"""
    end = '%20 "y": int8[1,4,4,2] q(0.125, -1) = conv_2d(%10, %3, %4)\noutput %20\n}'
    joined = run(join_pointwise, f"{CLAMPED}{pair}\n{end}".replace("relu6(%0)", "max_pool_2d(%0)"))
    assert names(joined) == ["max_pool_2d", "table", "conv_2d"]
    changed = use_ranges.run(joined, HOST)
    assert_same(joined, changed)
    assert names(changed) == ["max_pool_2d", "conv_2d"]


def activation(line: str) -> str:
    (node,) = (n for n in clamped(line).nodes if n.outputs == (10,))
    found: str = node.op.activation.value  # type: ignore[attr-defined]
    return found


def test_clamps_that_are_never_reached_go() -> None:
    pool = '%10 "m": int8[1,4,4,3] q(0.5, -1) = max_pool_2d(%5) {activation="relu"}'
    assert activation(pool) == "none"
    assert activation(pool.replace("%5", "%0")) == "relu"
    weights = 'const %9 "v": int8[3,1,1,3] q(0.25, 0) = [1, 0, 0, 0, 1, 0, 0, 0, 1]\n'
    conv = '%10 "m": int8[1,4,4,3] q(0.125, -1) = conv_2d(%5, %9, _) {activation="relu6"}'
    # Values up to 3 / 4 * 2: below 6; the clamp at the zero point stays, for rounding.
    assert activation(weights + conv) == "relu"
    assert activation(weights + conv.replace("%5", "%0")) == "relu6"
    assert activation(weights.replace("[1,", "[64,") + conv) == "relu6"


def test_a_branch_of_constants_is_no_longer_computed() -> None:
    dead = START.replace("[1, 2, 3, 0, 0, 0, 0, 0, 0]", "[0, 0, 0, 0, 0, 0, 0, 0, 0]")
    found = run(use_ranges, f'{dead}\n%20 "s": int8[1,4,4,3] q(1.0, 1) = add(%7, %8){END}')
    assert names(found) == ["conv_2d", "add", "conv_2d"]
    (constant,) = (t for t in found.nodes[1].inputs if t is not None and found.tensors[t].is_const)
    assert found.tensors[constant].shape == (1, 1, 1, 3)
    assert found.tensors[constant].data is not None


def test_all_combinations_with_other_rewrites_agree() -> None:
    """Each of the passes with ranges is on or off, and others with them."""
    dead = START.replace("[1, 2, 3, 0, 0, 0, 0, 0, 0]", "[0, 0, 0, 0, 0, 0, 0, 0, 0]")
    branch = '%20 "s": int8[1,4,4,3] q(1.0, 1) = add(%7, %8) {activation="relu6"}'
    graph = parse_graph(f"{dead}{branch}{END}")
    found = combinations(graph)
    assert len(found) >= 3
    for changed in found:
        assert_same(graph, changed)
