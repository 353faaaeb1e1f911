"""Constants that convolutions with padding read are made by one or two channels."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.passes import merge_constants, remove_channels, settle_channels
from compiler.target import HOST
from compiler.text import parse_graph

from .rewrites import assert_same, combinations, run

# Channels 1 to 4 of the first layer are pruned: 3, 9, 40 and 100 above the zero point.
NETWORK = """graph "g" {
  input %0 "x": int8[1,5,5,1] q(0.5, -128)
  const %1 "w": int8[5,1,1,1] q((0.5, 1e-08, 1e-08, 1e-08, 1e-08), (0, 0, 0, 0, 0), axis=0) = WS
  const %2 "b": int32[5] = [11, 600000000, 1800000000, 800000000, 2000000000]
  const %3 "v": int8[2,3,3,5] q(0.125, 0) = VS
  const %4 "c": int32[2] = [1000, -2000]
  %5 "a": int8[1,5,5,5] q(1.0, -128) = conv_2d(%0, %1, %2) {activation="relu"}
  %6 "y": int8[1,5,5,2] q(100.0, 3) = conv_2d(%5, %3, %4) {padding=(1, 1, 1, 1)}
  output %6
}"""


def network(largest: int) -> str:
    weights = np.random.default_rng(3).integers(-largest, largest + 1, 90)
    return NETWORK.replace("WS", "[9, 0, 0, 0, 0]").replace("VS", str(weights.tolist()))


def channels(text: str, merge: bool) -> int:
    """Of the first layer, when all is done."""
    graph = run(settle_channels, text)
    merged = merge_constants.run(graph, HOST) if merge else graph
    assert_same(graph, merged)
    found = remove_channels.run(merged, HOST)
    assert_same(graph, found)
    return found.tensors[found.nodes[0].outputs[0]].shape[-1]


@pytest.mark.parametrize(("largest", "wanted"), [(1, 2), (100, 3)])
def test_one_or_two_constants_do_for_all(largest: int, wanted: int) -> None:
    text = network(largest)
    if largest == 1:  # what they add to a tap stays below 128
        text = text.replace("800000000, 2000000000", "800000000, 900000000")
    assert channels(text, merge=False) == 5
    assert channels(text, merge=True) == wanted


def test_what_others_read_stays() -> None:
    graph = run(settle_channels, network(100).replace("output %6", "output %6, %5"))
    assert merge_constants.run(graph, HOST).nodes == graph.nodes


def test_all_combinations_with_other_rewrites_agree() -> None:
    graph = parse_graph(network(100))
    found = combinations(graph)
    assert len(found) >= 4
    for changed in found:
        assert_same(graph, changed)
