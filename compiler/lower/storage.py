"""Which buffer holds a tensor: aliases resolved, lifetimes found.

Every tensor that is computed lives in one buffer at one offset. Tensors that are aliases of each
other (a reshape and its input) share a buffer, whose life spans them all. In a region, tensors
between source and result have a line buffer each.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..ir import Graph, Node, Site, TensorId
from ..placement import BufferId, Place
from ..program import Alias, Buffer, Form, In, Kernel, Overlap, Role
from ..rows import row_window
from .distances import pass_distance
from .joins import NONE_JOINED, Joins
from .line_buffer import LineBuffer
from .regions import RegionPlan
from .state import versions


@dataclass(frozen=True)
class Storage:
    """Where tensors live: a place for each, the buffers, the leave to overlap, and the tensors of
    which only some rows are held."""

    places: Mapping[TensorId, Place]
    buffers: Mapping[BufferId, Buffer]
    overlaps: tuple[Overlap, ...]
    lines: Mapping[TensorId, LineBuffer]


def assign(
    graph: Graph,
    lowered: Sequence[Kernel | Alias],
    align: int,
    regions: Sequence[RegionPlan] = (),
    joins: Joins = NONE_JOINED,
) -> Storage:
    """Places and buffers for the tensors of a graph whose node i was lowered to lowered[i]."""
    places = _places(graph, lowered, joins)
    lines = {line.tensor: line for region in regions for line in region.lines}
    lines |= {a: lines[t] for region in regions for a, t in region.aliases.items()}
    buffers = _buffers(graph, places, align, regions, lines)
    overlaps = tuple(_overlaps(graph, lowered, places, buffers, regions))
    return Storage(places, buffers, overlaps, lines)


def without_ports(storage: Storage) -> Storage:
    """As if inputs and outputs took no bytes, and nothing could be in them."""
    ports = {i for i, b in storage.buffers.items() if b.role in (Role.INPUT, Role.OUTPUT)}
    buffers = {
        i: dataclasses.replace(b, bytes=0) if i in ports else b for i, b in storage.buffers.items()
    }
    overlaps = tuple(o for o in storage.overlaps if o.out not in ports and o.into not in ports)
    return dataclasses.replace(storage, buffers=buffers, overlaps=overlaps)


def _places(graph: Graph, lowered: Sequence[Kernel | Alias], joins: Joins) -> dict[TensorId, Place]:
    """A buffer takes the id of the tensor that was there first, or in which others stand."""
    places = {t: Place(t) for t in (*graph.inputs, *(v.tensor for v in graph.variables))}
    for node, how, now in zip(graph.nodes, lowered, versions(graph), strict=True):
        for t in node.outputs:
            places[t] = joins.get(t, Place(t))
        for alias in (how, *how.then) if isinstance(how, Alias) and node.outputs else ():
            source = node.inputs[alias.input]
            assert source is not None
            at = places[source]
            version = now.get(source, at.version)
            place = Place(at.buffer, at.offset + alias.offset, version=version)
            places[node.outputs[alias.output]] = place
    return places


def _lives(graph: Graph, regions: Sequence[RegionPlan]) -> dict[TensorId, tuple[int, int]]:
    """The first and last step of each tensor. In a region, what is kept from turn to turn lives
    throughout; so does the source, to the end, and the result, from the start."""
    end = len(graph.nodes)
    lives = {t: (-1, -1) for t in graph.inputs}
    for step, node in enumerate(graph.nodes):
        lives.update((t, (step, step)) for t in node.outputs)
        for t in node.inputs:
            if t is not None and t in lives:
                lives[t] = (lives[t][0], step)
    for t in graph.outputs:
        if t in lives:
            lives[t] = (lives[t][0], end)
    for r in regions:
        if r.source in lives and not r.streamed:  # a variable lives in the state
            first, last = lives[r.source]
            lives[r.source] = (first, max(last, r.last - 1))
        # A reduction writes its result at the end.
        written = r.last - 1 if r.reduction else r.first
        lives[r.result] = (written, max(lives[r.result][1], r.last - 1))
        for line in r.lines:
            if not line.transient:
                lives[line.tensor] = (r.first, r.last - 1)
    return lives


def _buffers(
    graph: Graph,
    places: Mapping[TensorId, Place],
    align: int,
    regions: Sequence[RegionPlan],
    lines: Mapping[TensorId, LineBuffer],
) -> dict[BufferId, Buffer]:
    """Each buffer lives from its first write to its last read, and is as long as its tensors.
    Variables are none: they are in the state."""
    lives = _lives(graph, regions)
    state = {v.tensor for v in graph.variables}
    members: dict[BufferId, list[TensorId]] = {}
    for t, place in places.items():
        if place.buffer in state:
            continue
        members.setdefault(place.buffer, []).append(t)
    buffers = {}
    for b, tensors in members.items():
        is_output = any(t in graph.outputs for t in tensors)
        sizes = [lines[t].bytes if t in lines else graph.tensors[t].bytes for t in tensors]
        buffers[b] = Buffer(
            graph.tensors[b].name,
            bytes=max(places[t].offset + n for t, n in zip(tensors, sizes, strict=True)),
            first=min(lives[t][0] for t in tensors),
            last=max(lives[t][1] for t in tensors),
            align=max(align, *(graph.tensors[t].dtype.bytes for t in tensors)),
            role=Role.INPUT if b in graph.inputs else Role.OUTPUT if is_output else Role.TENSOR,
        )
    return buffers


def _overlaps(
    graph: Graph,
    lowered: Sequence[Kernel | Alias],
    places: Mapping[TensorId, Place],
    buffers: Mapping[BufferId, Buffer],
    regions: Sequence[RegionPlan],
) -> Iterator[Overlap]:
    """Where an output may start inside an input that dies as the output is written."""
    inside = {step for r in regions for step in range(r.first, r.last)}
    for r in regions:
        if r.distance is None:
            continue
        out, into = places[r.result], places[r.source]
        if into.buffer not in buffers or out.buffer not in buffers:
            continue
        ends = buffers[into.buffer].last == r.last - 1 and buffers[out.buffer].first == r.first
        if ends and into.buffer != out.buffer:
            yield Overlap(out.buffer, into.buffer, r.distance + out.offset - into.offset)
    for step, (node, how) in enumerate(zip(graph.nodes, lowered, strict=True)):
        if step in inside or isinstance(how, Alias) or len(node.outputs) != 1:
            continue
        distances = whole_distances(graph, node, how)
        out = places[node.outputs[0]]
        if out.buffer not in buffers:  # in the state
            continue
        allowed: dict[BufferId, int] = {}
        forbidden = {out.buffer}
        for index, t in enumerate(node.inputs):
            if t is None or t not in places:
                continue
            into = places[t]
            if into.buffer not in buffers:
                continue
            dies = buffers[into.buffer].last == step and buffers[out.buffer].first == step
            if index in distances and dies:
                distance = distances[index] + out.offset - into.offset
                allowed[into.buffer] = max(distance, allowed.get(into.buffer, distance))
            else:
                forbidden.add(into.buffer)
        for b, distance in allowed.items():
            if b not in forbidden:
                yield Overlap(out.buffer, b, distance)


def whole_distances(graph: Graph, node: Node, kernel: Kernel) -> Mapping[int, int]:
    """Op.overlap, and what follows from the order in which kernels work: ROWS kernels leave rows
    below an output row's first input row behind, FLAT kernels the units below a pass."""
    site = graph.site(node)
    distances = dict(node.op.overlap(site))
    found: dict[int, int] = {}
    if kernel.form is Form.ROWS and not kernel.then:
        found |= _row_distances(site, kernel)
    if kernel.form is Form.FLAT and kernel.block:
        n, block = kernel.units, kernel.block
        out_unit = site.output.bytes // n
        for operand in kernel.operands:
            if not isinstance(operand, In) or operand.whole:
                continue
            if not site.input(operand.index).is_const:
                in_unit = site.input(operand.index).bytes // n
                found[operand.index] = pass_distance(n, block, out_unit, in_unit, kernel.gathers)
    for index, distance in found.items():
        distances[index] = min(distance, distances.get(index, distance))
    return distances


def _row_distances(site: Site, kernel: Kernel) -> dict[int, int]:
    """Output rows are written in order, and for one and those after it no input row before its own
    first is read (row_window): each has to end, at the latest, where that begins."""
    images, height = site.output.shape[:2]
    if not site.output.elements:
        return {}
    out_row = site.output.bytes // (images * height)
    found = {}
    for operand in kernel.operands:
        if not isinstance(operand, In) or operand.whole or site.input(operand.index).is_const:
            continue
        tensor = site.input(operand.index)
        if len(tensor.shape) != 4 or tensor.shape[0] != images or not tensor.elements:
            continue
        rows = tensor.shape[1]
        in_row = tensor.bytes // (images * rows)
        window = row_window(site, operand.index)
        first = [window.rows(y).start for y in range(height)]
        found[operand.index] = max(
            (image * height + y + 1) * out_row
            - (image * rows + min(max(first[y], 0), rows)) * in_row
            for image in (0, images - 1)
            for y in range(height)
        )
    return found
