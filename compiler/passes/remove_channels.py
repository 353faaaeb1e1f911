"""Removes channels whose value is always the same, or that nobody reads.

Interval analysis gives each channel of an int8 tensor the range of its values, from weights,
biases, clamps and the ranges of the inputs. A channel that is constant goes into the bias of the
layer that reads it; then nobody needs it, so its weights and those of what only it needed go too.

    %1[..., 8] = conv_2d(%0, w[8, ...], b)     channel 5 of %1 is always 3
    %2 = conv_2d(%1, v[4, 1, 1, 8], c)
    →
    %1[..., 7] = conv_2d(%0, w without 5, b without 5)
    %2 = conv_2d(%1, v without 5, c + (3 - zero point) * v[..., 5])

With padding a constant can be folded only where it is the zero point, since that is what padding
holds. Every output bit stays as it was.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from ..ir import Array, DType, Graph, Node, Quant, Site, Tensor, TensorId
from ..ops.average_pool_2d import AveragePool2D
from ..ops.conv_2d import Conv2D
from ..ops.depthwise_conv_2d import DepthwiseConv2D
from ..ops.fully_connected import FullyConnected
from ..ops.max_pool_2d import MaxPool2D
from ..ops.requant import channel_multipliers
from ..ops.reshape import Reshape
from ..ops.run_time import at_run_time
from ..ops.window import NO_PADDING
from ..quant import activation_range, multiply_by_quantized_multiplier
from ..target import Target

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclasses.dataclass(frozen=True)
class Range:
    """The least and greatest value of each channel (last axis)."""

    low: Ints
    high: Ints

    @property
    def constant(self) -> Mask:
        same: Mask = self.low == self.high
        return same


def run(graph: Graph, target: Target) -> Graph:
    ranges = _ranges(graph)
    needed = _needed(graph, ranges)
    if all(mask.all() for mask in needed.values()):
        return graph
    return _shrink(graph, ranges, needed)


def _is_dense(site: Site) -> bool:
    """A convolution or matrix product in which every output channel reads every input channel."""
    op, x = site.node.op, site.input(0)
    if x.dtype is not DType.INT8 or not x.shape:
        return False
    if not isinstance(op, Conv2D | FullyConnected) or at_run_time(site):
        return False
    if isinstance(op, Conv2D):
        return site.input(1).shape[3] == x.shape[3]
    if site.input(1).shape[1] != x.shape[-1]:
        return False
    weights = site.input(1).quant
    # A zero point makes real weights of stored zeros.
    return weights is not None and (weights.per_channel or weights.zero_point == (0,))


def _is_depthwise(site: Site) -> bool:
    op = site.node.op
    return (
        isinstance(op, DepthwiseConv2D)
        and site.input(0).dtype is DType.INT8
        and site.input(0).shape[3] == site.output.shape[3]
        and not at_run_time(site)
    )


def _keeps_channels(site: Site) -> bool:
    """Output channel c is made of input channel c alone, and has no parameters."""
    op = site.node.op
    if isinstance(op, Reshape):
        return site.input(0).shape[-1:] == site.output.shape[-1:] and bool(site.output.shape)
    return isinstance(op, AveragePool2D | MaxPool2D) and site.input(0).dtype is DType.INT8


def _ranges(graph: Graph) -> dict[TensorId, Range]:
    """The range of every int8 tensor that is quantised as a whole."""
    ranges: dict[TensorId, Range] = {}
    for t in graph.inputs:
        _note(ranges, t, graph.tensors[t])
    for node in graph.nodes:
        site = graph.site(node)
        x = ranges.get(node.inputs[0]) if node.inputs and node.inputs[0] is not None else None
        if x is not None and (_is_dense(site) or _is_depthwise(site)):
            found = _layer_range(site, x)
            if found is not None:
                ranges[node.outputs[0]] = found
                continue
        if x is not None and _keeps_channels(site):
            ranges[node.outputs[0]] = x
            continue
        for t in node.outputs:
            _note(ranges, t, graph.tensors[t])
    return ranges


def _note(ranges: dict[TensorId, Range], t: TensorId, tensor: Tensor) -> None:
    if tensor.dtype is DType.INT8 and tensor.shape:
        ones = np.ones(tensor.shape[-1], np.int64)
        ranges[t] = Range(-128 * ones, 127 * ones)


def _layer_range(site: Site, x: Range) -> Range | None:
    """The range of a convolution's outputs; None for one whose rounding is not followed here."""
    op, out = site.node.op, site.output
    if isinstance(op, FullyConnected):
        return None
    assert isinstance(op, Conv2D | DepthwiseConv2D)
    zero = site.input(0).zero_point
    low, high = x.low - zero, x.high - zero
    if op.padding != NO_PADDING:
        low, high = np.minimum(low, 0), np.maximum(high, 0)
    weights = site.const(1).astype(np.int64)
    positive, negative = np.maximum(weights, 0), np.minimum(weights, 0)
    bias = site.const(2).astype(np.int64) if site.optional(2) is not None else 0
    if isinstance(op, Conv2D):
        plus, minus = positive.sum(axis=(1, 2)), negative.sum(axis=(1, 2))
        least, most = bias + plus @ low + minus @ high, bias + plus @ high + minus @ low
    else:
        plus, minus = positive.sum(axis=(0, 1, 2)), negative.sum(axis=(0, 1, 2))
        least, most = bias + plus * low + minus * high, bias + plus * high + minus * low
    multiplier, shift = channel_multipliers(site, out.shape[3])
    if (np.maximum(np.abs(least), np.abs(most)) << np.maximum(shift, 0) >= 1 << 31).any():
        return None
    ends = activation_range(op.activation, out)

    def output(acc: Ints) -> Ints:
        # Rounding never decreases where its argument grows, so the ends give the range.
        scaled = multiply_by_quantized_multiplier(acc, multiplier, shift)
        return np.clip(scaled + out.zero_point, *ends)

    return Range(output(least), output(most))


def _needed(graph: Graph, ranges: Mapping[TensorId, Range]) -> dict[TensorId, Mask]:
    """Per tensor the channels that must be computed: the least fixed point, from the outputs."""
    needed = {t: np.zeros(len(r.low), np.bool_) for t, r in ranges.items()}
    produced_by_layer = {
        n.outputs[0] for n in graph.nodes if _is_dense(graph.site(n)) and n.outputs[0] in needed
    } | {n.outputs[0] for n in graph.nodes if _is_depthwise(graph.site(n))}
    tied = [
        (n.inputs[0], n.outputs[0])
        for n in graph.nodes
        if _is_depthwise(graph.site(n)) or _keeps_channels(graph.site(n))
    ]
    ends = {t for _, t in tied}
    for t, mask in needed.items():
        if graph.is_output(t) or (t not in produced_by_layer and t not in ends):
            mask[:] = True
    while True:
        before = sum(int(m.sum()) for m in needed.values())
        for node in reversed(graph.nodes):
            _need_inputs(graph.site(node), node, ranges, needed)
        for a, b in tied:
            if a in needed and b in needed:
                needed[a] |= needed[b]
                needed[b] |= needed[a]
        if sum(int(m.sum()) for m in needed.values()) > before:
            continue
        empty = [mask for mask in needed.values() if len(mask) and not mask.any()]
        if not empty:
            return needed
        empty[0][0] = True  # a tensor keeps a channel


def _need_inputs(
    site: Site,
    node: Node,
    ranges: Mapping[TensorId, Range],
    needed: dict[TensorId, Mask],
) -> None:
    """Adds what a node reads, given which of its output channels are needed."""
    if _is_depthwise(site) or _keeps_channels(site):
        return  # tied
    for index, t in enumerate(node.inputs):
        if t is None or t not in needed:
            continue
        if index == 0 and _is_dense(site):
            weights = site.const(1)
            read = np.abs(weights.astype(np.int64)).reshape(len(weights), -1, weights.shape[-1])
            outputs = needed.get(node.outputs[0], np.ones(len(weights), np.bool_))
            needed[t] |= read[outputs].any(axis=(0, 1)) & ~_foldable(site, ranges[t])
        else:
            needed[t][:] = True


def _foldable(site: Site, x: Range) -> Mask:
    """Input channels of a dense layer that are constant and can go into its bias."""
    op = site.node.op
    padded = isinstance(op, Conv2D) and op.padding != NO_PADDING
    foldable: Mask = x.constant & ((x.low == site.input(0).zero_point) | (not padded))
    return foldable


def _shrink(
    graph: Graph, ranges: Mapping[TensorId, Range], needed: Mapping[TensorId, Mask]
) -> Graph:
    """The graph with the channels that are not needed left out everywhere."""
    tensors = dict(graph.tensors)
    kept = {t: mask for t, mask in needed.items() if not mask.all()}
    for t, mask in kept.items():
        shape = (*tensors[t].shape[:-1], int(mask.sum()))
        tensors[t] = dataclasses.replace(tensors[t], shape=shape)
    shrunk = graph.replace(tensors=tensors)
    nodes = []
    for node in graph.nodes:
        site = graph.site(node)
        x = node.inputs[0] if node.inputs else None
        out = node.outputs[0] if node.outputs else None
        if (x in kept or out in kept) and not isinstance(node.op, AveragePool2D | MaxPool2D):
            assert x is not None and out is not None
            if isinstance(node.op, Reshape):
                changes: dict[int, Tensor] = {}
                if len(node.inputs) > 1:
                    new_shape = np.array(tensors[out].shape, np.int32)
                    changes[1] = dataclasses.replace(site.input(1), data=new_shape)
            else:
                changes = _layer_constants(site, ranges.get(x), needed.get(x), needed.get(out))
            shrunk, node = _with_inputs(shrunk, node, changes)
        nodes.append(node)
    return shrunk.replace(nodes=tuple(nodes))


def _layer_constants(
    site: Site, x: Range | None, ins: Mask | None, outs: Mask | None
) -> dict[int, Tensor]:
    """Weights and bias of a layer for the channels that stay, constants folded."""
    weights, bias = site.input(1), site.optional(2)
    data = site.const(1)
    wide: Ints = data.astype(np.int64)
    folded: Ints | None = None
    if bias is not None:
        folded = site.const(2).astype(np.int64)
    if isinstance(site.node.op, DepthwiseConv2D):
        axis = 3
    else:
        axis = 0
        if ins is not None and x is not None and not ins.all():
            gone = ~ins & _foldable(site, x)
            values = np.where(gone, x.low - site.input(0).zero_point, 0)
            per_input = wide.reshape(len(wide), -1, wide.shape[-1]).sum(axis=1)
            folded = (0 if folded is None else folded) + per_input @ values
            data = data[..., ins]
    take: Callable[[Array], Array] = lambda a: a  # noqa: E731
    quant = weights.quant
    if outs is not None and not outs.all():
        data = data[..., outs] if axis == 3 else data[outs]
        take = lambda a: a[outs]  # noqa: E731
        if quant is not None and quant.per_channel:
            scale = tuple(s for s, o in zip(quant.scale, outs, strict=True) if o)
            zero_point = tuple(z for z, o in zip(quant.zero_point, outs, strict=True) if o)
            quant = Quant(scale, zero_point, quant.axis)
    data = np.ascontiguousarray(data)
    changes = {1: dataclasses.replace(weights, shape=data.shape, data=data, quant=quant)}
    if folded is not None:
        values = take(folded)
        assert (np.abs(values) < 1 << 31).all()
        name = bias.name if bias is not None else f"{weights.name} bias"
        new = Tensor(name, values.shape, DType.INT32, None, values.astype(np.int32))
        changes[2] = new
    return changes


def _with_inputs(graph: Graph, node: Node, changes: Mapping[int, Tensor]) -> tuple[Graph, Node]:
    """The node reading new tensors at some of its inputs."""
    inputs = list(node.inputs)
    for index, tensor in changes.items():
        graph, new = graph.with_tensor(tensor)
        inputs += [None] * (index + 1 - len(inputs))
        inputs[index] = new
    return graph, dataclasses.replace(node, inputs=tuple(inputs))
