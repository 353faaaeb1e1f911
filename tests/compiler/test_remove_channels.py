"""Interval analysis through the graph, and the channels that it takes out."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from compiler import intervals
from compiler.interpret import invocations
from compiler.ir import DType, Graph
from compiler.passes import remove_channels
from compiler.pipeline import PASSES
from compiler.target import HOST
from compiler.text import parse_graph, print_graph
from compiler.tflite.reader import read
from compiler.verify import verify
from tests.ops import grown
from tests.ops.cases import INT16_RANGES, UINT8, Case, Row
from tests.ops.networks import RANGES

from .rewrites import END, START, assert_same


def run(middle: str, end: str = END) -> Graph:
    """What the pass makes of it; of the same values, and with nothing more to take out."""
    graph = parse_graph(f"{START}{middle}\n{end}")
    verify(graph, "the test's input")
    changed = remove_channels.run(graph, HOST)
    verify(changed, "the pass")
    assert_same(graph, changed)
    again = remove_channels.run(changed, HOST)
    assert print_graph(again, 256) == print_graph(changed, 256)
    return changed


def channels(graph: Graph) -> list[int]:
    return [graph.tensors[t].shape[-1] for n in graph.nodes for t in n.outputs]


def test_a_sum_loses_channels_that_are_constant_on_both_sides() -> None:
    found = run('%20 "s": int8[1,4,4,3] q(1.0, 1) = add(%7, %8)')
    assert channels(found) == [1, 1, 1, 2]
    assert found.site(found.nodes[-1]).const(2).tolist() != [100, 200]


def test_a_channel_that_one_side_needs_stays() -> None:
    other = START.replace("[1, 2, 3, 0, 0, 0, 0, 0, 0]", "[1, 2, 3, 1, 1, 1, 0, 0, 0]")
    graph = parse_graph(other + '%20 "s": int8[1,4,4,3] q(1.0, 1) = add(%7, %8)' + END)
    found = remove_channels.run(graph, HOST)
    assert_same(graph, found)
    assert channels(found) == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("middle", "wanted"),
    [
        ('%20 "s": int8[1,4,4,3] q(0.5, 1) = mul(%7, %8) {activation="relu"}', [1, 1, 1, 2]),
        ('%20 "s": int8[1,4,4,3] q(1.0, 1) = maximum(%7, %8)', [1, 1, 1, 2]),
        ('%20 "p": int8[1,4,4,3] q(1.0, 1) = average_pool_2d(%8)', [1, 1, 1, 2]),
        ('%20 "t": int8[1,4,4,3] q(0.1, 3) = tanh(%8)', [1, 1, 1, 2]),
        ('%20 "q": int8[1,4,4,3] q(0.25, 7) = quantize(%8)', [1, 1, 1, 2]),
        ("%20 \"q\": int8[1,4,4,3] q(1.0, 1) = transpose(%8, %9)", [1, 1, 1, 2]),
    ],
    ids=["mul", "maximum", "pool", "tanh", "quantize", "transpose"],
)  # fmt: skip
def test_channels_that_are_kept_apart_go(middle: str, wanted: list[int]) -> None:
    assert channels(run('const %9 "p": int32[4] = [0, 2, 1, 3]\n' + middle)) == wanted


def test_a_concatenation_loses_a_branchs_channels() -> None:
    end = """
  const %30 "last": int8[1,1,1,6] q(0.5, 0) = [1, 2, 3, -4, 5, -6]
  %20 "c": int8[1,4,4,6] q(1.0, 1) = concatenation(%7, %8) {axis=3}
  %99 "y": int8[1,4,4,1] q(2.0, 1) = conv_2d(%20, %30, _)
  output %99
}"""
    found = run("", end)
    assert channels(found) == [1, 1, 2, 1]
    # 4 and 12 steps above the zero point
    assert found.site(found.nodes[-1]).const(2).tolist() == [3 * 4 + -6 * 12]


def test_a_dense_layer_reads_fewer_of_a_flat_image() -> None:
    end = """
  const %31 "w": int8[2,48] q(0.5, 0) = splat(3)
  %20 "f": int8[1,48] q(1.0, 1) = reshape(%8) {new_shape=(1, 48)}
  %99 "y": int8[1,2] q(20.0, 1) = fully_connected(%20, %31, _)
  output %99
}"""
    found = run("", end.replace("= splat(3)", f"= {list(range(-48, 48))}"))
    assert channels(found) == [1, 1, 16, 2]


def test_padding_with_another_value_keeps_a_channel() -> None:
    """The padded channel 2 has two values; the channel of zeros does not."""
    middle = """
  const %9 "amounts": int32[4,2] = [0, 0, 1, 1, 0, 0, 0, 0]
  const %10 "taps": int8[2,3,1,3] q(0.5, 0) = splat(2)
  %11 "p": int8[1,6,4,3] q(1.0, 1) = pad(%8, %9)
  %20 "r": int8[1,6,4,3] q(1.0, 1) = relu(%11)
"""
    found = run(
        middle.replace("splat(2)", str(list(range(-9, 9)))),
        '%99 "y": int8[1,4,4,2] q(9.0, 1) = conv_2d(%20, %10, _)\noutput %99\n}',
    )
    assert channels(found) == [1, 2, 2, 2, 2]


def test_parts_of_the_channels_are_taken_from_fewer() -> None:
    middle = """
  const %9 "begin": int32[4] = [0, 0, 0, 1]
  const %10 "size": int32[4] = [1, 4, 4, 2]
  const %11 "ends": int32[4,2] = [0, 0, 0, 0, 0, 0, 1, 0]
  %12 "part": int8[1,4,4,2] q(1.0, 1) = slice(%7, %9, %10)
  %20 "wide": int8[1,4,4,3] q(1.0, 1) = pad(%12, %11)
"""
    assert channels(run(middle)) == [2, 1, 1, 1, 2]
    assert channels(run(middle.replace("[0, 0, 0, 1]", "[0, 0, 0, 0]"))) == [1, 1, 1, 1, 2]


@pytest.mark.parametrize("activation", ["relu", "none"])
def test_a_depthwise_layer_loses_its_multiples(activation: str) -> None:
    end = """
  const %30 "dw": int8[1,1,1,6] q(0.5, 0) = [1, 2, 3, -4, 5, -6]
  const %31 "last": int8[1,1,1,6] q(0.5, 0) = [1, 2, 3, -4, 5, -6]
  %20 "m": int8[1,4,4,6] q(1.0, 1) = depthwise_conv_2d(%8, %30, _) {activation="relu"}
  %99 "y": int8[1,4,4,1] q(2.0, 1) = conv_2d(%20, %31, _)
  output %99
}"""
    assert channels(run("", end.replace('"relu"', f'"{activation}"'))) == [1, 1, 2, 1]


def test_outputs_keep_their_channels() -> None:
    found = run('%20 "s": int8[1,4,4,3] q(1.0, 1) = add(%7, %8)', "output %20\n}")
    assert channels(found) == [3, 3, 3]


LAYERS = (
    "conv_2d", "depthwise_conv_2d", "residual", "halves", "decoder", "scaled", "blocks", "pad",
    "max_pool_2d", "average_pool_2d", "transpose_conv", "resize", "wider", "crop", "relu",
)  # fmt: skip
DEAD = {
    "batch": (1,), "height": (4, 6, 8), "width": (4, 6), "channels": (2, 3), "kernel": (1, 1, 3),
    "out_channels": (4, 6, 8), "depth": (3, 4, 5), "layers": LAYERS,
    "tail": ("nothing", "classifier"), "constant_channels": (0.5,),
    "activation": ("NONE", "RELU", "RELU6", "RELU_N1_TO_1"),
}  # fmt: skip
PLAIN = {
    "layers": ("conv_2d", "depthwise_conv_2d", "max_pool_2d", "transpose_conv", "residual", "pad"),
    "tail": ("nothing",),
}
ROWS = (
    Row("dead_channels_int8", grown.network, RANGES | DEAD, cases=60),
    Row("dead_channels_int16", grown.network, RANGES | DEAD | INT16_RANGES | PLAIN, cases=25),
    Row(
        "dead_channels_uint8",
        grown.network,
        RANGES | DEAD | UINT8 | PLAIN,
        cases=25,
    ),
)


def values_stay_within(graph: Graph, case: Case, seen: Counter[str]) -> None:
    """No value is outside of what the analysis says; counts the operators whose outputs it says
    more of than their type."""
    found = intervals.of_graph(graph)
    for run_ in case.runs:
        values = {t: tensor.data for t, tensor in graph.tensors.items()}
        values |= dict(zip(graph.inputs, run_, strict=True))
        for node in graph.nodes:
            inputs = [None if t is None else values[t] for t in node.inputs]
            made = node.op.reference(graph.site(node), inputs)
            values |= dict(zip(node.outputs, made, strict=True))
            for t in node.outputs:
                assert (values[t] >= found[t].low).all() and (values[t] <= found[t].high).all()
                all_of_it = intervals.whole(graph.tensors[t])
                assert all_of_it is not None
                seen[node.op.NAME] += bool((found[t].high < all_of_it.high).any())


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_values_stay_within_and_outputs_stay(row: Row) -> None:
    seen: Counter[str] = Counter()
    fewer = 0
    for case in map(row.case, range(row.cases)):
        graph = read(case.model, case.name)
        legal = graph
        for step in PASSES[: [p.name for p in PASSES].index("remove_channels")]:
            graph = step.run(graph, HOST)
            legal = legal if step.rewrite else graph
        values_stay_within(graph, case, seen)
        changed = remove_channels.run(graph, HOST)
        verify(changed, "the pass")
        fewer += sum(channels(changed)) < sum(channels(graph))
        both = zip(invocations(legal, case.runs), invocations(changed, case.runs), strict=True)
        for before, after in both:
            for a, b in zip(before, after, strict=True):
                np.testing.assert_array_equal(a, b)
    print(f"{row.name}: {fewer} of {row.cases} lose channels; narrower than the type: {seen}")
    assert fewer > row.cases // 3
    if row.ranges["dtype"] == (DType.INT8,):
        assert {"conv_2d", "add", "concatenation", "pad", "quantize"} <= set(+seen)
