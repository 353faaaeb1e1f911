"""Lets an operator clamp its own output instead of the activation behind it.

    %1 = conv_2d(…); %2 = relu(%1)   →   %2 = conv_2d(…) {activation="relu"}

Exact for float32, and for int8 where both tensors have the same quantisation: clamping twice in the
same units is clamping once.
"""

from __future__ import annotations

import dataclasses

from ..ir import Graph, Node
from ..ops.relu import Relu
from ..ops.relu6 import Relu6
from ..ops.room import Activation, Op
from ..target import Target

_ACTIVATIONS: dict[type[Op], Activation] = {Relu: Activation.RELU, Relu6: Activation.RELU6}


def run(graph: Graph, target: Target) -> Graph:
    consumers = graph.consumers()
    nodes: list[Node] = []
    fused: set[int] = set()
    for node in graph.nodes:
        if len(node.outputs) != 1:
            nodes.append(node)
            continue
        (out,) = node.outputs
        if out in fused:
            continue
        readers = consumers[out]
        alone = len(readers) == 1 and not graph.is_output(out)
        if alone and _fits(graph, node, readers[0]):
            activation = _ACTIVATIONS[type(readers[0].op)]
            op = dataclasses.replace(node.op, activation=activation)  # type: ignore[call-arg]
            node = dataclasses.replace(node, op=op, outputs=readers[0].outputs)
            fused.add(readers[0].outputs[0])
        nodes.append(node)
    # Fusing moved results up in the order; whatever reads them still comes later.
    return graph.replace(nodes=tuple(nodes)).map_subgraphs(lambda g: run(g, target))


def _fits(graph: Graph, node: Node, reader: Node) -> bool:
    if type(reader.op) not in _ACTIVATIONS:
        return False
    if getattr(node.op, "activation", None) is not Activation.NONE:
        return False
    before, after = graph.tensors[node.outputs[0]], graph.tensors[reader.outputs[0]]
    return before.dtype is after.dtype and (before.dtype.is_float or before.quant == after.quant)
