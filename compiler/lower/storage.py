"""Which buffer holds a tensor: aliases resolved, lifetimes found.

Every tensor that is computed lives in one buffer at one offset. Tensors that are aliases of each
other (a reshape and its input) share a buffer, whose life spans them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..ir import Graph, TensorId
from ..program import Alias, Buffer, BufferId, Kernel, Overlap, Place, Role


@dataclass(frozen=True)
class Storage:
    """Where tensors live: a place for each, the buffers, and the leave to overlap."""

    places: Mapping[TensorId, Place]
    buffers: Mapping[BufferId, Buffer]
    overlaps: tuple[Overlap, ...]


def assign(graph: Graph, lowered: Sequence[Kernel | Alias], align: int) -> Storage:
    """Places and buffers for the tensors of a graph whose node i was lowered to lowered[i]."""
    places = _places(graph, lowered)
    buffers = _buffers(graph, places, align)
    return Storage(places, buffers, tuple(_overlaps(graph, lowered, places, buffers)))


def _places(graph: Graph, lowered: Sequence[Kernel | Alias]) -> dict[TensorId, Place]:
    """A buffer takes the id of the tensor that was there first."""
    places = {t: Place(t) for t in graph.inputs}
    for node, how in zip(graph.nodes, lowered, strict=True):
        for t in node.outputs:
            places[t] = Place(t)
        if isinstance(how, Alias):
            source = node.inputs[how.input]
            assert source is not None
            at = places[source]
            places[node.outputs[how.output]] = Place(at.buffer, at.offset + how.offset)
    return places


def _buffers(graph: Graph, places: Mapping[TensorId, Place], align: int) -> dict[BufferId, Buffer]:
    """Each buffer lives from its first write to its last read, and is as long as its tensors."""
    end = len(graph.nodes)
    first = {t: -1 for t in graph.inputs}
    last = {t: -1 for t in graph.inputs}
    for step, node in enumerate(graph.nodes):
        for t in node.outputs:
            first[t] = last[t] = step
        for i in node.inputs:
            if i is not None and i in places:
                last[i] = step
    for t in graph.outputs:
        last[t] = end
    members: dict[BufferId, list[TensorId]] = {}
    for t, place in places.items():
        members.setdefault(place.buffer, []).append(t)
    buffers = {}
    for b, tensors in members.items():
        is_output = any(t in graph.outputs for t in tensors)
        role = Role.INPUT if b in graph.inputs else Role.OUTPUT if is_output else Role.TENSOR
        buffers[b] = Buffer(
            graph.tensors[b].name,
            bytes=max(places[t].offset + graph.tensors[t].bytes for t in tensors),
            first=min(first[t] for t in tensors),
            last=max(last[t] for t in tensors),
            align=max(align, *(graph.tensors[t].dtype.bytes for t in tensors)),
            role=role,
        )
    return buffers


def _overlaps(
    graph: Graph,
    lowered: Sequence[Kernel | Alias],
    places: Mapping[TensorId, Place],
    buffers: Mapping[BufferId, Buffer],
) -> list[Overlap]:
    """Where an output may start inside an input that dies at the step that writes it."""
    overlaps = []
    for step, (node, how) in enumerate(zip(graph.nodes, lowered, strict=True)):
        if isinstance(how, Alias) or len(node.outputs) != 1:
            continue
        out = places[node.outputs[0]]
        distances = node.op.overlap(graph.site(node))
        allowed: dict[BufferId, int] = {}
        forbidden: set[BufferId] = set()
        for index, t in enumerate(node.inputs):
            if t is None or t not in places:
                continue
            into = places[t]
            dies = buffers[into.buffer].last == step and buffers[out.buffer].first == step
            if index in distances and dies:
                distance = distances[index] + out.offset - into.offset
                allowed[into.buffer] = max(distance, allowed.get(into.buffer, distance))
            else:
                forbidden.add(into.buffer)
        overlaps += [
            Overlap(out.buffer, into, distance)
            for into, distance in allowed.items()
            if into not in forbidden and into != out.buffer
        ]
    return overlaps
