"""Graphs before and after passes that save work: the same values."""

from __future__ import annotations

import numpy as np

from compiler.ir import Array, Graph
from compiler.passes import remove_dead_code
from compiler.pipeline import PASSES
from compiler.target import HOST
from compiler.text import parse_graph, print_graph
from compiler.verify import verify

# Three channels; the second one is real zero whatever the input, the third one 5.
START = """graph "g" {
  input %0 "x": int8[1,4,4,1] q(0.5, 1)
  const %1 "w": int8[3,1,1,1] q(0.5, 0) = [3, 0, 0]
  const %2 "b": int32[3] = [7, 0, 16]
  const %3 "v": int8[3,1,1,3] q(0.5, 0) = [1, 2, 3, 0, 0, 0, 0, 0, 0]
  const %4 "d": int32[3] = [1, 0, 24]
  const %5 "last": int8[2,1,1,3] q(0.5, 0) = [1, 2, 3, -4, 5, -6]
  const %6 "bias": int32[2] = [100, 200]
  %7 "a": int8[1,4,4,3] q(1.0, 1) = conv_2d(%0, %1, %2)
  %8 "b": int8[1,4,4,3] q(1.0, 1) = conv_2d(%7, %3, %4)
"""
END = """
  %99 "y": int8[1,4,4,2] q(2.0, 1) = conv_2d(%20, %5, %6)
  output %99
}"""


def evaluate(graph: Graph, x: Array) -> list[Array]:
    """The graph's outputs by the rooms' references."""
    values = {t: tensor.data for t, tensor in graph.tensors.items()} | {graph.inputs[0]: x}
    values |= {v.tensor: v.initial.reshape(graph.tensors[v.tensor].shape) for v in graph.variables}
    for node in graph.nodes:
        inputs = [None if t is None else values[t] for t in node.inputs]
        made = (*node.outputs, *graph.updated(node))
        values.update(zip(made, node.op.reference(graph.site(node), inputs), strict=True))
    return [np.asarray(values[t]) for t in graph.outputs]


def some_input(graph: Graph, seed: int = 1) -> Array:
    tensor, rng = graph.tensors[graph.inputs[0]], np.random.default_rng(seed)
    if tensor.dtype.is_float:
        return rng.normal(size=tensor.shape).astype(np.float32)
    return rng.integers(-128, 128, tensor.shape).astype(tensor.dtype.numpy)


def assert_same(before: Graph, after: Graph) -> None:
    x = some_input(before)
    for a, b in zip(evaluate(before, x), evaluate(after, x), strict=True):
        if a.dtype.kind == "f":
            np.testing.assert_allclose(b, a, rtol=1e-5, atol=1e-5 * float(np.abs(a).max()))
        else:
            np.testing.assert_array_equal(b, a)


def run(step: object, text: str) -> Graph:
    """What a pass makes of a graph, dead code apart; legal, and of the same values."""
    graph = parse_graph(text)
    verify(graph, "the test's input")
    changed = remove_dead_code.run(step.run(graph, HOST), HOST)  # type: ignore[attr-defined]
    verify(changed, "the pass")
    assert_same(graph, changed)
    return changed


def names(graph: Graph) -> list[str]:
    return [n.op.NAME for n in graph.nodes]


def combinations(graph: Graph) -> list[Graph]:
    """What the passes give, with every choice of rewrites: those that come to the same are followed
    once."""
    found = {print_graph(graph, 256): graph}
    for step in PASSES:
        after = dict(found) if step.rewrite else {}
        for before in found.values():
            changed = step.run(before, HOST)
            verify(changed, step.name)
            after[print_graph(changed, 256)] = changed
        found = after
    return list(found.values())
