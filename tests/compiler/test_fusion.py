"""Passes that fuse: textual IR in, textual IR out, and the same values."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.ir import Array, Graph
from compiler.passes import fuse_activations, fuse_pads, remove_dead_code
from compiler.target import HOST
from compiler.text import parse_graph, print_graph

CONV = """
  const %1 "w": int8[2,3,3,1] q(0.5, 0) = [1,2,3,4,5,6,7,8,9,-1,-2,-3,-4,-5,-6,-7,-8,0]
  const %2 "b": int32[2] = [10, -20]
"""
PADDED = """graph "g" {{
  input %0 "x": int8[1,4,4,1] q(0.5, 3)
  const %3 "p": int32[4,2] = {amounts}
  {consts}
  %4 "padded": int8[1,6,6,1] q(0.5, 3) = pad(%0, %3)
  %5 "y": int8[1,4,4,2] q(8.0, 0) = conv_2d(%4, %1, %2)
  output %5
}}"""
RELU = """graph "g" {{
  input %0 "x": int8[1,4,4,1] q(0.5, 3)
  {consts}
  %4 "c": int8[1,2,2,2] q(8.0, {zero}) = conv_2d(%0, %1, %2)
  %5 "r": int8[1,2,2,2] q(8.0, 4) = relu(%4)
  output %5{more}
}}"""


def run_reference(graph: Graph, x: Array) -> list[Array]:
    """The graph's outputs by the rooms' references."""
    values = {t: tensor.data for t, tensor in graph.tensors.items()} | {graph.inputs[0]: x}
    for node in graph.nodes:
        inputs = [None if t is None else values[t] for t in node.inputs]
        results = node.op.reference(graph.site(node), inputs)
        values.update(zip(node.outputs, results, strict=True))
    return [np.asarray(values[t]) for t in graph.outputs]


def same_values(before: Graph, after: Graph) -> bool:
    shape = before.tensors[before.inputs[0]].shape
    x = np.random.default_rng(1).integers(-128, 128, shape).astype(np.int8)
    pairs = zip(run_reference(before, x), run_reference(after, x), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def test_a_convolution_takes_over_the_pad_before_it() -> None:
    graph = parse_graph(PADDED.format(amounts="[0, 0, 1, 1, 1, 1, 0, 0]", consts=CONV))
    fused = remove_dead_code.run(fuse_pads.run(graph, HOST), HOST)
    assert [n.op.NAME for n in fused.nodes] == ["conv_2d"]
    assert "conv_2d(%0, %1, %2) {padding=(1, 1, 1, 1)}" in print_graph(fused)
    assert same_values(graph, fused)


def test_a_pad_of_channels_stays() -> None:
    text = PADDED.format(amounts="[0, 0, 1, 1, 1, 1, 0, 0]", consts=CONV)
    text = text.replace("int8[1,4,4,1]", "int8[1,6,6,0]").replace(
        "1, 1, 1, 1, 0, 0]", "0, 0, 0, 0, 1, 0]"
    )
    graph = parse_graph(text)
    assert print_graph(fuse_pads.run(graph, HOST)) == print_graph(graph)


def test_an_activation_of_the_same_quantisation_becomes_a_clamp() -> None:
    graph = parse_graph(RELU.format(zero=4, consts=CONV, more=""))
    fused = fuse_activations.run(graph, HOST)
    assert "conv_2d(%0, %1, %2) {activation='relu'}" in print_graph(fused)
    assert [n.outputs for n in fused.nodes] == [(5,)]
    assert same_values(graph, fused)


@pytest.mark.parametrize(
    ("zero", "more"), [(3, ""), (4, ", %4")], ids=["another zero point", "the sum is an output"]
)
def test_an_activation_that_is_no_clamp_stays(zero: int, more: str) -> None:
    graph = parse_graph(RELU.format(zero=zero, consts=CONV, more=more))
    assert print_graph(fuse_activations.run(graph, HOST)) == print_graph(graph)
