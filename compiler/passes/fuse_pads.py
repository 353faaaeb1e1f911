"""Lets a convolution or a pool do the padding of the PAD before it.

    %1 = pad(%0, [[0, 0], [1, 1], [1, 1], [0, 0]]); %2 = conv_2d(%1, …)
    →
    %2 = conv_2d(%0, …) {padding=(1, 1, 1, 1)}

Exact where only rows and columns are padded, with what the operator takes for its own padding: a
convolution real zero; MAX_POOL_2D, which leaves it out, what no value of its input is below. The
padding of AVERAGE_POOL_2D does not count among its elements, that of a PAD would.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..intervals import of_graph
from ..ir import Graph, Node
from ..ops.conv_2d import Conv2D
from ..ops.depthwise_conv_2d import DepthwiseConv2D
from ..ops.max_pool_2d import MaxPool2D
from ..ops.pad import Pad
from ..ops.window import Padding
from ..quant import integer_range
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    producers = graph.producers()
    nodes = []
    for node in graph.nodes:
        source = node.inputs[0] if node.inputs else None
        pad = producers.get(source) if source is not None else None
        if isinstance(node.op, Conv2D | DepthwiseConv2D | MaxPool2D) and pad is not None:
            padding = _padding(graph, pad, node, node.op.padding)
            if padding is not None:
                op = dataclasses.replace(node.op, padding=padding)
                node = dataclasses.replace(node, op=op, inputs=(pad.inputs[0], *node.inputs[1:]))
        nodes.append(node)
    return graph.replace(nodes=tuple(nodes)).map_subgraphs(lambda g: run(g, target))


def _padding(graph: Graph, node: Node, reader: Node, own: Padding) -> Padding | None:
    """The padding of a PAD and its reader together, where the reader could do it all."""
    if not isinstance(node.op, Pad):
        return None
    site = graph.site(node)
    x, out = site.input(0), site.output
    if len(x.shape) != 4 or x.quant != out.quant:
        return None
    (batch, (top, bottom), (left, right), channels) = site.const(1).tolist()
    if any(batch + channels):
        return None
    both = Padding(top + own.top, bottom + own.bottom, left + own.left, right + own.right)
    value = node.op.value(site)
    if not isinstance(reader.op, MaxPool2D):
        return both if value == (0 if out.quant is None else out.zero_point) else None
    least = np.finfo(np.float32).min if x.dtype.is_float else integer_range(x.dtype)[0]
    source = node.inputs[0]
    if value > least and source is not None:
        interval = of_graph(graph).get(source)
        least = least if interval is None else int(interval.low.min())
    height, width = reader.op.window
    sees_some = max(both.top, both.bottom) < height and max(both.left, both.right) < width
    return both if value <= least and sees_some else None
