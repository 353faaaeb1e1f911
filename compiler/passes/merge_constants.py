"""Makes at most two of the constant channels that convolutions with padding read.

    %1 = conv_2d(…), channels 2, 5 and 7 of which are always zero + 3, zero + 9 and zero + 40
    %2 = conv_2d(%1, w) {padding=(1, 1, 1, 1)}
    →
    channels 2 and 5 of %1 are zero + 1 and zero + 255, and of every tap
    w[2] + 255 * w[5] = 3 * w[2] + 9 * w[5] + 40 * w[7] as it was, w[7] = 0

A constant is no bias where taps fall outside of the image; but what constants add to a tap can be
added by one or two of them. What nobody reads any more goes (remove_channels). Sums stay the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from ..intervals import Interval, of_graph
from ..ir import Array, DType, Graph, Node, Tensor, TensorId
from ..ops.channels import weighted
from ..ops.conv_2d import Conv2D
from ..ops.depthwise_conv_2d import DepthwiseConv2D
from ..ops.window import NO_PADDING
from ..quant import activation_range
from ..target import Target
from .settle_channels import RIGHT

MOST_WEIGHT = 127


def run(graph: Graph, target: Target) -> Graph:
    intervals, readers = of_graph(graph), graph.consumers()
    changed: dict[int, Node] = {}  # by the node that it was
    for node in graph.nodes:
        if not isinstance(node.op, Conv2D | DepthwiseConv2D) or graph.is_output(node.outputs[0]):
            continue
        maker, (out,) = changed.get(id(node), node), node.outputs
        reading = [(n, changed.get(id(n), n)) for n in readers[out]]
        found = _merged(graph, maker, [n for _, n in reading], intervals)
        if found is None:
            continue
        bias, weights = found
        graph, changed[id(node)] = _with(graph, maker, 2, bias)
        for (before, reader), data in zip(reading, weights, strict=True):
            graph, changed[id(before)] = _with(graph, reader, 1, data)
    return graph.replace(nodes=tuple(changed.get(id(n), n) for n in graph.nodes))


def _with(graph: Graph, node: Node, at: int, data: Array) -> tuple[Graph, Node]:
    """The node with other values of a constant."""
    t = node.inputs[at]
    assert t is not None
    graph, new = graph.with_tensor(dataclasses.replace(graph.tensors[t], data=data))
    return graph, dataclasses.replace(node, inputs=(*node.inputs[:at], new, *node.inputs[at + 1 :]))


def _merged(
    graph: Graph, maker: Node, readers: Sequence[Node], intervals: Mapping[TensorId, Interval]
) -> tuple[Array, list[Array]] | None:
    """The maker's bias and the readers' weights with fewer constants; None where they stay."""
    site, (out,) = graph.site(maker), maker.outputs
    bias = site.optional(2)
    if out not in intervals or site.output.dtype is not DType.INT8 or not weighted(site):
        return None
    if bias is None or not any(getattr(n.op, "padding", NO_PADDING) != NO_PADDING for n in readers):
        return None
    steps = np.where(intervals[out].constant, intervals[out].low - site.output.zero_point, 0)
    axis = 3 if isinstance(maker.op, DepthwiseConv2D) else 0
    by_channel = np.moveaxis(site.const(1), axis, 0).reshape(len(steps), -1)
    merged = np.flatnonzero((steps != 0) & ~by_channel.any(axis=1))  # those that are settled
    ends = activation_range(getattr(maker.op, "activation"), site.output)  # noqa: B009
    most = ends[1] - site.output.zero_point
    if len(merged) < 2 or most < 2 or not all(_reads(graph, n, out) for n in readers):
        return None
    weights, used = [], 1
    for reader in readers:
        data = graph.site(reader).const(1).astype(np.int64)
        added = data[..., merged] @ steps[merged]
        second = np.rint(added / most).astype(np.int64) * (np.abs(added) > MOST_WEIGHT)
        first = added - most * second
        if max(np.abs(first).max(), np.abs(second).max()) > MOST_WEIGHT:
            return None
        used = max(used, 1 + bool(second.any()))
        data[..., merged] = 0
        data[..., merged[0]], data[..., merged[1]] = first, second
        weights.append(data.astype(np.int8))
    if used >= len(merged):
        return None
    sums = site.const(2).copy()
    sums[merged[:2]] = np.array([1, most]) << RIGHT
    after = dataclasses.replace(bias, data=sums)
    wanted = intervals[out].low.copy()
    wanted[merged[:2]] = site.output.zero_point + np.array([1, most])
    inputs: tuple[Tensor | None, ...] = (site.input(0), site.input(1), after)
    x = intervals.get(maker.inputs[0]) if maker.inputs[0] is not None else None
    (made,) = maker.op.intervals(dataclasses.replace(site, inputs=inputs), (x, None, None))
    exact = made is not None and bool(
        (made.low == wanted)[merged].all() and (made.high == wanted)[merged].all()
    )
    return (sums, weights) if exact else None


def _reads(graph: Graph, node: Node, t: TensorId) -> bool:
    """Whether a node reads a tensor as the data of a convolution alone, with free weights."""
    if not isinstance(node.op, Conv2D) or node.inputs.count(t) != 1 or node.inputs[0] != t:
        return False
    site = graph.site(node)
    return node.op.channels(site) is not None and not site.input(1).bits
