"""Constant channels of layers: no weights, and numbers that every kernel takes."""

from __future__ import annotations

import pytest

from compiler.passes import remove_channels, settle_channels
from compiler.target import HOST, Target, load
from compiler.text import parse_graph

from .rewrites import assert_same, combinations, run

# Of the first layer channel 1 is pruned: without weights, its scale minute and its bias huge.
# Channel 2 saturates whatever its input, which is channel 2 of the input alone.
PRUNED = """graph "g" {
  input %0 "x": int8[1,6,6,3] q(0.5, -128)
  const %1 "w": int8[3,1,1,3] q((0.25, 1e-08, 0.25), (0, 0, 0), axis=0) = WEIGHTS
  const %2 "b": int32[3] = [-400, 1000000000, 900000]
  const %3 "v": int8[2,3,3,3] q(0.125, 0) = NINE
  %5 "a": int8[1,6,6,3] q(1.0, -128) = conv_2d(%0, %1, %2) {activation="relu"}
  %6 "y": int8[1,6,6,2] q(40.0, 3) = conv_2d(%5, %3, _) {padding=(1, 1, 1, 1)}
  output %6
}""".replace("WEIGHTS", "[9, 7, 0, 0, 0, 0, 0, 0, 5]").replace(
    "NINE", str([(7 * i) % 19 - 9 for i in range(54)])
)


def test_constant_channels_become_simple() -> None:
    found = run(settle_channels, PRUNED)
    site = found.site(found.nodes[0])
    assert site.const(1).reshape(3, 3).tolist() == [[9, 7, 0], [0, 0, 0], [0, 0, 0]]
    assert site.const(2).tolist() == [-400, 5 << 8, 255 << 8]
    quant = site.input(1).quant
    assert quant is not None and quant.scale == (0.25, 2.0 / 256, 2.0 / 256)
    again = settle_channels.run(found, HOST)
    assert again.nodes == found.nodes


def test_a_pruned_channel_costs_no_kernel() -> None:
    m4 = load("mps2_an386")

    def functions(target: Target) -> list[str]:
        graphs = (parse_graph(PRUNED), run(settle_channels, PRUNED))
        firsts = [g.nodes[0].op.lower(g.site(g.nodes[0]), target) for g in graphs]
        return [getattr(kernel, "function", "") for kernel in firsts]

    assert functions(m4) == ["nn_conv_2d_1x1_s8", "nn_conv_2d_1x1_tiles_s8"]


def test_what_only_saturated_channels_read_goes() -> None:
    before = PRUNED.replace('input %0 "x"', 'input %10 "x0"').replace(
        '  %5 "a"',
        '  const %11 "u": int8[3,1,1,3] q(0.5, 0) = [1, 0, 0, 0, 1, 0, 0, 0, 1]\n'
        '  %0 "x": int8[1,6,6,3] q(0.5, -128) = conv_2d(%10, %11, _)\n  %5 "a"',
    )
    graph = parse_graph(before)
    settled = settle_channels.run(graph, HOST)
    widths = [
        [g.tensors[n.outputs[0]].shape[-1] for n in g.nodes]
        for g in (remove_channels.run(graph, HOST), remove_channels.run(settled, HOST))
    ]
    assert widths == [[3, 3, 2], [2, 3, 2]]


@pytest.mark.parametrize("padding", ["(1, 1, 1, 1)", "(0, 0, 0, 0)"])
def test_all_combinations_with_other_rewrites_agree(padding: str) -> None:
    size = {"(1, 1, 1, 1)": 6, "(0, 0, 0, 0)": 4}[padding]
    text = PRUNED.replace('"y": int8[1,6,6,2]', f'"y": int8[1,{size},{size},2]')
    graph = parse_graph(text.replace("(1, 1, 1, 1)", padding))
    for changed in combinations(graph):
        assert_same(graph, changed)


def test_pruned_units_of_dense_layers_go() -> None:
    text = """graph "g" {
      input %0 "x": int8[1,4] q(0.5, -128)
      const %1 "w": int8[4,4] q((0.25, 1e-08, 0.25, 0.5), (0, 0, 0, 0), axis=0) = [9, 7, 0, 1,
        0, 0, 0, 0, 3, -4, 5, 6, 1, 1, 1, 1]
      const %2 "b": int32[4] = [-400, 1000000000, 90, 7]
      const %3 "v": int8[3,4] q((0.125, 1e-08, 0.25), (0, 0, 0), axis=0) = [1, 2, 3, 4,
        0, 0, 0, 0, 5, 6, 7, 8]
      const %4 "c": int32[3] = [7, 500000000, 9]
      %5 "a": int8[1,4] q(1.0, -128) = fully_connected(%0, %1, %2) {activation="relu"}
      %6 "y": int8[1,3] q(40.0, 3) = fully_connected(%5, %3, %4)
      output %6
    }""".replace(",\n        ", ", ")
    settled = run(settle_channels, text)
    found = remove_channels.run(settled, HOST)
    assert_same(settled, found)
    assert [found.tensors[n.outputs[0]].shape for n in found.nodes] == [(1, 3), (1, 3)]
    kernels = [n.op.lower(found.site(n), load("mps2_an386")) for n in found.nodes]
    assert all("steps" not in getattr(kernel, "function", "steps") for kernel in kernels)
