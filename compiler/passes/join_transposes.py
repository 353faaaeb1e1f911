"""Moves transpositions down to where they meet, and joins them there.

    %1 = transpose(%0, p); %2 = relu(%1)         →   %1 = relu(%0); %2 = transpose(%1, p)
    %1 = transpose(%0, p); %2 = transpose(%1, q) →   %2 = transpose(%0, q after p)
    %1 = transpose(%0, p) that moves axes of size 1 alone   →   %1 = reshape(%0)

Operators that work element by element go first, with operands that are transposed alike or have one
element; two transpositions become one behind them. Opposite ones cancel: `remove_identities` takes
out what is left.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from ..ir import DType, Graph, Node, Tensor, TensorId
from ..ops.reshape import Reshape
from ..ops.transpose import Transpose
from ..target import Target

# A tensor that is another with its axes permuted: that one, and which of its axes each axis is.
_Transposed = tuple[TensorId, tuple[int, ...]]


def run(graph: Graph, target: Target) -> Graph:
    consumers = graph.consumers()
    known: dict[TensorId, _Transposed] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        site = graph.site(node)
        source: _Transposed | None = None
        if isinstance(node.op, Transpose) and node.inputs[0] is not None:
            x = node.inputs[0]
            before, axes = known.get(x, (x, tuple(range(len(site.input(0).shape)))))
            source = before, tuple(axes[a] for a in node.op.permutation(site))
        elif (sinks := _sinks(graph, known, consumers, node)) is not None:
            graph, new, source = _on_sources(graph, known, node, sinks)
            nodes.append(new)
        if source is None:
            nodes.append(node)
            continue
        graph, made = _transposition(graph, node, *source)
        nodes.append(made)
        if isinstance(made.op, Transpose):
            known[node.outputs[0]] = source
    return graph.replace(nodes=tuple(nodes)).map_subgraphs(lambda g: run(g, target))


def _sinks(
    graph: Graph,
    known: Mapping[TensorId, _Transposed],
    consumers: Mapping[TensorId, list[Node]],
    node: Node,
) -> tuple[int, ...] | None:
    """The permutation that all its operands share and that may come after the node instead: nobody
    else reads what is transposed, and elements do not grow."""
    if not node.op.POINTWISE or node.op.UPDATES or len(node.outputs) != 1:
        return None
    site = graph.site(node)
    shared: set[tuple[int, ...]] = set()
    for t, tensor in zip(node.inputs, site.inputs, strict=True):
        if t is None or tensor is None or (tensor.is_const and tensor.elements == 1):
            continue
        alone = len(consumers[t]) == 1 and not graph.is_output(t)
        if t not in known or not alone or tensor.shape != site.output.shape:
            return None
        if tensor.dtype.bytes < site.output.dtype.bytes:
            return None
        shared.add(known[t][1])
    return shared.pop() if len(shared) == 1 else None


def _on_sources(
    graph: Graph, known: Mapping[TensorId, _Transposed], node: Node, axes: tuple[int, ...]
) -> tuple[Graph, Node, _Transposed]:
    """The node on what its operands are transpositions of."""
    inputs = tuple(known[t][0] if t is not None and t in known else t for t in node.inputs)
    out = graph.tensors[node.outputs[0]]
    shape = tuple(out.shape[axes.index(a)] for a in range(len(axes)))
    graph, t = graph.with_tensor(dataclasses.replace(out, shape=shape))
    return graph, dataclasses.replace(node, inputs=inputs, outputs=(t,)), (t, axes)


def _transposition(
    graph: Graph, node: Node, source: TensorId, axes: tuple[int, ...]
) -> tuple[Graph, Node]:
    """What makes the node's output of the source."""
    shape = graph.tensors[source].shape
    moved = [a for a in axes if shape[a] != 1]
    if moved == sorted(moved):
        op = Reshape(graph.tensors[node.outputs[0]].shape)
        return graph, dataclasses.replace(node, op=op, inputs=(source,))
    if isinstance(node.op, Transpose) and node.inputs[0] == source:
        return graph, node
    permutation = np.array(axes, np.int32)
    constant = Tensor("permutation", permutation.shape, DType.INT32, None, permutation)
    graph, p = graph.with_tensor(constant)
    return graph, dataclasses.replace(node, op=Transpose(), inputs=(source, p))
