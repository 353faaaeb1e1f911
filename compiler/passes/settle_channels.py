"""Makes constant channels of layers simple: no weights, a small bias, a scale of a power of two.

    %1 = conv_2d(%0, w, b), channel 3 of which is always the zero point + 5
    →
    w[3] = 0, b[3] = 5 * 2^8, and the scale of w[3] such that sums are divided by 2^8

Pruned filters have scales and biases so large that kernels for all channels would have to make room
for them, and saturated ones read inputs to no end: what nobody else reads goes (remove_channels).
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..intervals import Interval, of_graph
from ..ir import DType, Graph, Node, Quant, Site, Tensor
from ..ops.channels import weighted
from ..ops.conv_2d import Conv2D
from ..ops.depthwise_conv_2d import DepthwiseConv2D
from ..ops.fully_connected import FullyConnected
from ..target import Target

LAYERS = (Conv2D, DepthwiseConv2D, FullyConnected)
RIGHT = 8  # by which the sums of constant channels are shifted


def run(graph: Graph, target: Target) -> Graph:
    intervals = of_graph(graph)
    nodes: list[Node] = []
    for node in graph.nodes:
        if isinstance(node.op, LAYERS) and node.outputs[0] in intervals:
            x = intervals.get(node.inputs[0]) if node.inputs[0] is not None else None
            found = _settled(graph.site(node), x, intervals[node.outputs[0]])
            if found is not None:
                graph, w = graph.with_tensor(found[0])
                graph, b = graph.with_tensor(found[1])
                node = dataclasses.replace(node, inputs=(node.inputs[0], w, b))
        nodes.append(node)
    return graph.replace(nodes=tuple(nodes))


def _settled(site: Site, x: Interval | None, out: Interval) -> tuple[Tensor, Tensor] | None:
    """Weights and bias in which constant channels are simple; None where they are, or stay."""
    if site.output.dtype is not DType.INT8 or not weighted(site):
        return None
    weights, bias = site.input(1), site.optional(2)
    quant, constant = weights.quant, out.constant
    if quant is None or len(quant.scale) != len(constant) or not constant.any():
        return None
    axis = 3 if isinstance(site.node.op, DepthwiseConv2D) else 0
    everywhere = tuple(a for a in range(len(weights.shape)) if a != axis)
    data = np.where(np.expand_dims(constant, everywhere), 0, site.const(1)).astype(np.int8)
    steps = np.where(constant, out.low - site.output.zero_point, 0) << RIGHT
    given = np.zeros(len(constant), np.int32) if bias is None else site.const(2)
    sums = np.where(constant, steps, given).astype(np.int32)
    simple = float(site.output.scale) / float(site.input(0).scale) * 2.0**-RIGHT
    scale = tuple(simple if c else s for c, s in zip(constant, quant.scale, strict=True))
    if (data == site.const(1)).all() and (sums == given).all():
        return None
    settled = dataclasses.replace(weights, data=data, quant=Quant(scale, quant.zero_point, axis))
    name = f"{weights.name} bias" if bias is None else bias.name
    after = Tensor(name, sums.shape, DType.INT32, None, sums)
    changed = dataclasses.replace(site, inputs=(site.input(0), settled, after))
    (made,) = site.node.op.intervals(changed, (x, None, None))
    exact = made is not None and bool((made.constant & (made.low == out.low))[constant].all())
    return (settled, after) if exact else None
