"""One-dimensional layers that converters write as images between tensors of rank 3."""

from __future__ import annotations

import pytest

from compiler.passes import join_reshapes
from compiler.text import parse_graph

from .rewrites import assert_same, combinations, names, run

# A residual of two layers and a mean, as Conv1D, BatchNormalization and Add come.
LAYERS = """graph "g" {
  input %0 "x": int8[1,8,2] q(0.5, 1)
  const %1 "axis": int32[] = [1]
  const %2 "w": int8[2,1,3,2] q(0.5, 0) = [1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6]
  const %3 "taken": int32[1] = [1]
  const %4 "half": int8[2] q(0.5, 0) = [1, 2]
  %10 "image": int8[1,1,8,2] q(0.5, 1) = expand_dims(%0, %1)
  %11 "a": int8[1,1,8,2] q(1.0, 1) = conv_2d(%10, %2, _) {padding=(0, 0, 1, 1)}
  %12 "line": int8[1,8,2] q(1.0, 1) = squeeze(%11) {axes=(1,)}
  %13 "r": int8[1,8,2] q(1.0, 1) = relu(%12)
  %14 "again": int8[1,1,8,2] q(1.0, 1) = expand_dims(%13, %1)
  %15 "b": int8[1,1,8,2] q(2.0, 1) = conv_2d(%14, %2, _) {padding=(0, 0, 1, 1)}
  %16 "line 2": int8[1,8,2] q(2.0, 1) = reshape(%15) {new_shape=(1, 8, 2)}
  %17 "s": int8[1,8,2] q(2.0, 1) = add(%13, %16)
  %18 "m": int8[1,8,2] q(1.0, 1) = mul(%17, %4)
"""
MEAN = """
  %19 "y": int8[1,2] q(1.0, 1) = mean(%18, %3)
  output %19
}"""
CAUSAL = """graph "g" {
  input %0 "x": int8[1,8,2] q(0.5, 1)
  const %1 "axis": int32[] = [1]
  const %2 "w": int8[2,1,3,2] q(0.5, 0) = [1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6]
  const %3 "amounts": int32[3,2] = [0, 0, 2, 0, 0, 0]
  %10 "padded": int8[1,10,2] q(0.5, 1) = pad(%0, %3)
  %11 "image": int8[1,1,10,2] q(0.5, 1) = expand_dims(%10, %1)
  %12 "a": int8[1,1,8,2] q(1.0, 1) = conv_2d(%11, %2, _)
  %13 "line": int8[1,8,2] q(1.0, 1) = squeeze(%12) {axes=(1,)}
  %14 "padded 2": int8[1,10,2] q(1.0, 1) = pad(%13, %3)
  %15 "image 2": int8[1,1,10,2] q(1.0, 1) = expand_dims(%14, %1)
  %16 "y": int8[1,1,8,2] q(2.0, 1) = conv_2d(%15, %2, _)
  output %16
}"""


def test_layers_of_one_dimension_chain() -> None:
    found = run(join_reshapes, LAYERS + MEAN)
    assert names(found) == ["reshape", "conv_2d", "relu", "conv_2d", "add", "mul", "mean"]
    assert all(len(found.tensors[n.outputs[0]].shape) == 4 for n in found.nodes[:-1])
    taken = found.site(found.nodes[-1]).const(1)
    assert taken.tolist() == [1, 2]


def test_pads_work_on_the_image() -> None:
    found = run(join_reshapes, CAUSAL)
    assert names(found) == ["reshape", "pad", "conv_2d", "pad", "conv_2d"]
    assert found.site(found.nodes[3]).const(1).tolist() == [[0, 0], [0, 0], [2, 0], [0, 0]]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (
            'const %20 "p": int32[3] = [0, 2, 1]\n'
            '%19 "y": int8[1,2,8] q(1.0, 1) = transpose(%18, %20)',
            ["transpose", "reshape"],
        ),
        (
            '%19 "y": int8[1,16,2] q(1.0, 1) = concatenation(%18, %18) {axis=1}',
            ["concatenation", "reshape"],
        ),
        (
            '%19 "y": int8[1,8,4] q(1.0, 1) = concatenation(%18, %18) {axis=-1}',
            ["concatenation", "reshape"],
        ),
        # A real change of shape, and a function of all channels, stay where they are.
        ('%19 "y": int8[1,16] q(1.0, 1) = reshape(%18) {new_shape=(1, 16)}', ["mul", "reshape"]),
        ('%19 "y": int8[1,8,2] q(0.00390625, -128) = softmax(%18)', ["reshape", "softmax"]),
    ],
    ids=["transpose", "times", "channels", "flattening", "softmax"],
)
def test_what_works_on_views_works_on_images(lines: str, wanted: list[str]) -> None:
    found = run(join_reshapes, f"{LAYERS}{lines}\noutput %19\n}}")
    assert names(found)[-2:] == wanted


def test_an_operand_of_rank_3_is_taken_as_an_image() -> None:
    found = run(join_reshapes, LAYERS.replace("add(%13, %16)", "add(%0, %16)") + MEAN)
    sources = [n.inputs[0] for n in found.nodes if n.op.NAME == "reshape"]
    assert sources and set(sources) == set(found.inputs)


def test_constants_of_every_position_are_reshaped() -> None:
    one = "int8[2] q(0.5, 0) = [1, 2]"
    every = LAYERS.replace(one, f"int8[1,8,2] q(0.5, 0) = {list(range(16))}")
    found = run(join_reshapes, every + MEAN)
    assert names(found)[-2:] == ["mul", "mean"]
    assert found.site(found.nodes[-2]).input(1).shape == (1, 1, 8, 2)


@pytest.mark.parametrize("text", [LAYERS + MEAN, CAUSAL], ids=["residual", "causal"])
def test_all_combinations_with_other_rewrites_agree(text: str) -> None:
    graph = parse_graph(text)
    found = combinations(graph)
    assert any("reshape" not in names(g)[1:] and "pad" not in names(g) for g in found)
    for changed in found:
        assert_same(graph, changed)
