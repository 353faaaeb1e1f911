"""Leaves out what the ranges of values (compiler/intervals.py) prove to change nothing.

    %1 = maximum(%0, %c), no value of %0 below %c; %2 = op(%1)      →   %2 = op(%0)
    %1 = conv_2d(…) {activation="relu6"} that stays below 6         →   {activation="relu"}
    %1 = conv_2d(…), of one value a channel; %2 = add(%0, %1)       →  %2 = add(%0, const [1,1,1,C])

Constants are written where their readers repeat them over the pixels; others go into biases
(remove_channels). What layers clamp at their zero point stays: below it ties round the other way,
so it is cheaper with the clamp.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from ..intervals import Interval, followed, of_graph
from ..ir import Graph, Node, Tensor, TensorId
from ..ops.binary import Binary
from ..ops.constant import Constant
from ..ops.room import Activation
from ..quant import activation_range
from ..target import Target

Intervals = Mapping[TensorId, Interval]


def run(graph: Graph, target: Target) -> Graph:
    intervals = of_graph(graph)
    graph = _write_constants(graph, intervals)
    renames: dict[TensorId, TensorId] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        inputs = tuple(None if t is None else intervals.get(t) for t in node.inputs)
        site = graph.site(node)
        same = node.op.same_as(site, inputs)
        if same is not None and not graph.is_output(node.outputs[0]):
            source = node.inputs[same]
            assert source is not None
            renames[node.outputs[0]] = source
            continue
        nodes.append(_with_less_clamp(graph, node, inputs))
    return graph.rewire(renames, nodes)


def _write_constants(graph: Graph, intervals: Intervals) -> Graph:
    """Constants for what has one value in each channel."""
    readers, tensors, nodes = graph.consumers(), dict(graph.tensors), []
    for node in graph.nodes:
        found: Tensor | None = None
        if len(node.outputs) == 1 and not node.op.UPDATES and not isinstance(node.op, Constant):
            (t,) = node.outputs
            found = _constant(graph, t, readers[t], intervals) if t in intervals else None
        if found is None:
            nodes.append(node)
        else:
            tensors[t] = found
    return graph.replace(nodes=tuple(nodes), tensors=tensors)


def _constant(
    graph: Graph, t: TensorId, readers: Sequence[Node], intervals: Intervals
) -> Tensor | None:
    """The constant that a tensor is, one pixel of it, if all its readers repeat it."""
    tensor, values = graph.tensors[t], intervals[t].low
    if not followed(tensor) or not intervals[t].constant.all() or graph.is_output(t):
        return None
    if not readers or not all(_repeats(graph, t, node, intervals) for node in readers):
        return None
    values = values[:1] if (values == values[0]).all() else values
    shape = (*(1,) * (len(tensor.shape) - 1), len(values))
    data = values.reshape(shape).astype(tensor.dtype.numpy)
    return dataclasses.replace(tensor, shape=shape, data=data)


def _repeats(graph: Graph, t: TensorId, node: Node, intervals: Intervals) -> bool:
    """Whether the node repeats a smaller operand: the other one has the output's shape, and keeps
    it because it is no constant."""
    others = [i for i in node.inputs if i is not None and i != t]
    return isinstance(node.op, Binary) and any(
        graph.tensors[i].shape == graph.site(node).output.shape
        and not (i in intervals and intervals[i].constant.all())
        for i in others
    )


def _with_less_clamp(graph: Graph, node: Node, inputs: Sequence[Interval | None]) -> Node:
    """The node with the weakest activation that gives the same values."""
    clamp, site = getattr(node.op, "activation", None), graph.site(node)
    if not isinstance(clamp, Activation) or not followed(site.output):
        return node
    ends = activation_range(clamp, site.output)
    for weaker in (Activation.NONE, Activation.RELU):
        if weaker is clamp:
            break
        low, high = activation_range(weaker, site.output)
        if low > ends[0] or high < ends[1]:
            continue  # RELU is no weaker than RELU_N1_TO_1
        if (low, high) == ends or (low != ends[0] and node.op.macs(site)):
            continue
        op = dataclasses.replace(node.op, activation=weaker)  # type: ignore[call-arg]
        (found,) = op.intervals(site, inputs)
        if found is not None and found.between(*ends):
            return dataclasses.replace(node, op=op)
    return node
