"""Lets a convolution do the padding of the PAD before it.

    %1 = pad(%0, [[0, 0], [1, 1], [1, 1], [0, 0]]); %2 = conv_2d(%1, …)
    →
    %2 = conv_2d(%0, …) {padding=(1, 1, 1, 1)}

Exact where only rows and columns are padded, with real zero. Pooling is left alone: its padding
does not count.
"""

from __future__ import annotations

import dataclasses

from ..ir import Graph, Node
from ..ops.conv_2d import Conv2D
from ..ops.depthwise_conv_2d import DepthwiseConv2D
from ..ops.pad import Pad
from ..ops.window import Padding
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    producers = graph.producers()
    nodes = []
    for node in graph.nodes:
        source = node.inputs[0] if node.inputs else None
        pad = producers.get(source) if source is not None else None
        if isinstance(node.op, Conv2D | DepthwiseConv2D) and pad is not None:
            amounts = _amounts(graph, pad)
            if amounts is not None:
                p, q = node.op.padding, amounts
                sums = (p.top + q.top, p.bottom + q.bottom, p.left + q.left, p.right + q.right)
                op = dataclasses.replace(node.op, padding=Padding(*sums))
                node = dataclasses.replace(node, op=op, inputs=(pad.inputs[0], *node.inputs[1:]))
        nodes.append(node)
    return graph.replace(nodes=tuple(nodes)).map_subgraphs(lambda g: run(g, target))


def _amounts(graph: Graph, node: Node) -> Padding | None:
    """What a PAD adds, where a convolution could add it instead."""
    if not isinstance(node.op, Pad):
        return None
    site = graph.site(node)
    x, out = site.input(0), site.output
    if len(x.shape) != 4:
        return None
    (batch, rows, columns, channels) = site.const(1).tolist()
    zero = 0 if out.quant is None else out.zero_point
    if any(batch + channels) or node.op.value(site) != zero or x.quant != out.quant:
        return None
    return Padding(*rows, *columns)
