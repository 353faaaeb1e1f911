"""Recognises how converters replace one item of a list, as loops over time do with their outputs.

    %2 = slice(%x, [0, 0], size=[i, -1]); %4 = slice(%x, begin=[i + 1, 0], [-1, -1])
    %5 = concatenation(%2, %item, %4) along the first axis
    →
    %5 = dynamic_update_slice(%x, %item, start=[i, 0])

What is sliced has shapes that only running tells; the list as a whole does not. (A recurrent layer
that returns its sequence becomes a WHILE with such a body.)
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..ir import Array, Graph, Node, Tensor, TensorId
from ..ops.add import Add
from ..ops.concatenation import Concatenation
from ..ops.dynamic_update_slice import DynamicUpdateSlice
from ..ops.reshape import Reshape
from ..ops.slice import Slice
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    producers, consumers = graph.producers(), graph.consumers()
    replaced: dict[TensorId, Node] = {}  # the concatenations, by their outputs
    gone: set[TensorId] = set()
    for node in graph.nodes:
        found = _update(graph, producers, node)
        if found is None:
            continue
        x, item, index = found
        rank = len(graph.tensors[x].shape)
        start = graph.tensors[index]
        graph, zeros = graph.with_tensor(_vector(start, np.zeros(rank - 1)))
        graph, begin = graph.with_tensor(dataclasses.replace(start, shape=(rank,)))
        replaced[begin] = Node(Concatenation(0), (index, zeros), (begin,), node.origin)
        replaced[node.outputs[0]] = dataclasses.replace(
            node, op=DynamicUpdateSlice(), inputs=(x, item, begin)
        )
        ends = {t for t in (node.inputs[0], node.inputs[2]) if t is not None}
        gone |= {t for t in ends if consumers[t] == [node] and not graph.is_output(t)}
    nodes: list[Node] = []
    for node in graph.nodes:
        if gone.intersection(node.outputs):
            continue
        update = replaced.get(node.outputs[0]) if node.outputs else None
        if update is not None and update.inputs[2] is not None:
            nodes += [replaced[update.inputs[2]], update]
        else:
            nodes.append(node)
    return graph.replace(nodes=tuple(nodes)).map_subgraphs(lambda g: run(g, target))


_Producers = dict[TensorId, Node]


def _update(
    graph: Graph, producers: _Producers, node: Node
) -> tuple[TensorId, TensorId, TensorId] | None:
    """The list, the new item and its index (a vector of one), if this is such a replacement."""
    if not isinstance(node.op, Concatenation) or len(node.inputs) != 3:
        return None
    before, _, after = (producers.get(t) if t is not None else None for t in node.inputs)
    out, x = graph.tensors[node.outputs[0]], before.inputs[0] if before else None
    new = node.inputs[1]
    if before is None or after is None or x is None or new is None or after.inputs[0] != x:
        return None
    if not (isinstance(before.op, Slice) and isinstance(after.op, Slice)):
        return None
    shape = graph.tensors[x].shape
    first_axis = node.op.axis in (0, -len(shape)) and out.shape == shape
    if not first_axis or graph.tensors[new].shape != (1, *shape[1:]):
        return None
    index = _led(graph, producers, before.inputs[2], [*shape[1:]])
    next_index = _led(graph, producers, after.inputs[1], [0] * (len(shape) - 1))
    from_start = _is(graph, before.inputs[1], [0] * len(shape))
    rests = [list(shape), [-1] * len(shape), [-1, *shape[1:]]]
    to_end = any(_is(graph, after.inputs[2], rest) for rest in rests)
    if index is None or next_index is None or not from_start or not to_end:
        return None
    return (x, new, index) if _follows(graph, producers, index, next_index) else None


def _led(
    graph: Graph, producers: _Producers, t: TensorId | None, rest: list[int]
) -> TensorId | None:
    """i of a vector [i, *rest] that is joined at run time; -1 in it stands for the whole axis."""
    node = producers.get(t) if t is not None else None
    if node is None or not isinstance(node.op, Concatenation) or len(node.inputs) != 2:
        return None
    head, tail = node.inputs
    if head is None or graph.tensors[head].shape != (1,):
        return None
    whole = [-1] * len(rest)
    return head if _is(graph, tail, rest) or (any(rest) and _is(graph, tail, whole)) else None


def _is(graph: Graph, t: TensorId | None, values: list[int]) -> bool:
    data: Array | None = graph.tensors[t].data if t is not None else None
    return data is not None and data.ravel().tolist() == values


def _follows(graph: Graph, producers: _Producers, index: TensorId, other: TensorId) -> bool:
    """Whether `other` is index + 1."""
    one = _without_reshapes(producers, index)
    node = producers.get(_without_reshapes(producers, other))
    if node is None or not isinstance(node.op, Add):
        return False
    a, b = node.inputs
    pairs = ((a, b), (b, a))
    return any(
        x is not None and _without_reshapes(producers, x) == one and _is(graph, y, [1])
        for x, y in pairs
    )


def _without_reshapes(producers: _Producers, t: TensorId) -> TensorId:
    node = producers.get(t)
    while node is not None and isinstance(node.op, Reshape) and node.inputs[0] is not None:
        t = node.inputs[0]
        node = producers.get(t)
    return t


def _vector(like: Tensor, values: Array) -> Tensor:
    data = values.astype(like.dtype.numpy)
    return Tensor("zeros", data.shape, like.dtype, None, data)
