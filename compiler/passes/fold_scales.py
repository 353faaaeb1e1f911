"""Takes multiplications and additions by constants a channel into the convolution before, and
multiplications into the one behind (float32), as batch normalisation leaves them.

    %1 = conv_2d(%0, w, b); %2 = mul(%1, m[c]); %3 = add(%2, a[c])
    →
    %3 = conv_2d(%0, m * w, m * b + a)

    %1 = mul(%0, m[c]); %2 = conv_2d(%1, w, b)      →   %2 = conv_2d(%0, w * m, b)

Within float32's rounding of the products. An activation of the multiplication or addition goes with
it; one of the convolution itself stands in the way.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..ir import Array, DType, Graph, Node, Tensor
from ..ops.add import Add
from ..ops.conv_2d import Conv2D
from ..ops.depthwise_conv_2d import DepthwiseConv2D
from ..ops.fully_connected import FullyConnected
from ..ops.mul import Mul
from ..ops.room import Activation
from ..ops.sub import Sub
from ..ops.transpose_conv import TransposeConv
from ..target import Target

LAYERS = (Conv2D, DepthwiseConv2D, FullyConnected, TransposeConv)
BIAS, BIAS_OF_TRANSPOSED = 2, 3  # inputs


def run(graph: Graph, target: Target) -> Graph:
    nodes: list[Node] = []
    makers: dict[int, int] = {}  # which of `nodes` computes a tensor
    for node in graph.nodes:
        before = next((makers[t] for t in node.inputs if t in makers), None)
        if before is not None and isinstance(node.op, Mul | Add | Sub):
            folded = _folded(graph, nodes[before], node)
            if folded is not None:
                graph, nodes[before] = folded
                makers[node.outputs[0]] = before
                continue
        if isinstance(node.op, LAYERS):
            before = next((n for n, m in enumerate(nodes) if m.outputs == _data(node)), None)
            scaled = None if before is None else _scaled(graph, nodes[before], node)
            if before is not None and scaled is not None:
                graph, node = scaled
                del nodes[before]
                makers = {t: n - (n > before) for t, n in makers.items()}
            makers[node.outputs[0]] = len(nodes)
        nodes.append(node)
    return graph.replace(nodes=tuple(nodes)).map_subgraphs(lambda g: run(g, target))


def _data(node: Node) -> tuple[int | None]:
    return (node.inputs[node.op.DATA],)


def _scaled(graph: Graph, node: Node, layer: Node) -> tuple[Graph, Node] | None:
    """The graph and the layer that does the work of a multiplication before; None where it cannot:
    others read the product, or it is clamped."""
    site, before = graph.site(layer), graph.site(node)
    (made,), weights = node.outputs, site.input(1)
    if (
        not isinstance(node.op, Mul)
        or node.op.activation is not Activation.NONE
        or len(graph.consumers()[made]) != 1
        or graph.is_output(made)
        or weights.data is None
        or any(t is None or t.dtype is not DType.FLOAT32 for t in (weights, *before.inputs))
    ):
        return None
    side = next((i for i in (0, 1) if before.input(i).is_const), 1)
    factor = _per_channel(before.input(side), before.output.shape)
    channels, last = before.output.shape[-1], weights.shape[-1]
    if factor is None or before.input(1 - side).shape != before.output.shape:
        return None
    if isinstance(layer.op, DepthwiseConv2D):
        along = np.repeat(factor, last // channels)
    elif isinstance(layer.op, FullyConnected) and last % channels == 0:
        along = np.tile(factor, last // channels)
    elif last == channels:
        along = factor
    else:
        return None  # groups
    graph, w = graph.with_tensor(_constant(weights.name, weights.data * along))
    inputs = list(layer.inputs)
    inputs[1], inputs[layer.op.DATA] = w, node.inputs[1 - side]
    return graph, dataclasses.replace(layer, inputs=tuple(inputs))


def _folded(graph: Graph, layer: Node, node: Node) -> tuple[Graph, Node] | None:
    """The graph and the layer that does the node's work too; None where it cannot."""
    (made,) = layer.outputs
    site, after = graph.site(layer), graph.site(node)
    at = BIAS_OF_TRANSPOSED if isinstance(layer.op, TransposeConv) else BIAS
    bias, known = site.optional(at), (site.input(1), site.input(layer.op.DATA), *after.inputs)
    if (
        len(graph.consumers()[made]) != 1
        or graph.is_output(made)
        or any(t is None or t.dtype is not DType.FLOAT32 for t in known)
        or site.input(1).data is None
        or (bias is not None and bias.data is None)
        or getattr(layer.op, "activation", None) is not Activation.NONE
        or after.output.shape != site.output.shape
    ):
        return None
    side = 1 if node.inputs[0] == made else 0
    factor = _per_channel(after.input(side), site.output.shape)
    if factor is None:
        return None
    channels = site.output.shape[-1]
    weights, offset = site.const(1), np.zeros(channels, np.float32)
    if bias is not None:
        offset = site.const(at)
    if isinstance(node.op, Mul):
        last = isinstance(layer.op, DepthwiseConv2D)
        along = factor if last else factor.reshape(-1, *(1,) * (weights.ndim - 1))
        weights, offset = weights * along, offset * factor
    elif isinstance(node.op, Sub):
        if side == 0:  # constant - layer
            weights, offset = -weights, -offset
            offset = offset + factor
        else:
            offset = offset - factor
    else:
        offset = offset + factor
    graph, w = graph.with_tensor(_constant(site.input(1).name, weights))
    name = bias.name if bias is not None else f"{site.input(1).name} bias"
    graph, b = graph.with_tensor(_constant(name, offset))
    activation = getattr(node.op, "activation", Activation.NONE)
    op = dataclasses.replace(layer.op, activation=activation)  # type: ignore[call-arg]
    inputs = [*layer.inputs, *(None,) * (at + 1 - len(layer.inputs))]
    inputs[1], inputs[at] = w, b
    return graph, dataclasses.replace(layer, op=op, inputs=tuple(inputs), outputs=node.outputs)


def _per_channel(tensor: Tensor, shape: tuple[int, ...]) -> Array | None:
    """One value a channel (last axis), or None if it is no such constant."""
    data = tensor.data
    if data is None or any(d != 1 for d in data.shape[:-1]) or data.ndim > len(shape):
        return None
    flat = data.reshape(-1)
    return np.broadcast_to(flat, shape[-1:]) if flat.size in (1, shape[-1]) else None


def _constant(name: str, data: Array) -> Tensor:
    return Tensor(name, data.shape, DType.FLOAT32, None, np.ascontiguousarray(data, np.float32))
