"""Takes tiles of reshaped images that repeat rows or columns, as converters write upsampling, for
the resizes that they are.

%2 = reshape(%0: [1,8,6,4] → [1,8,1,6,4]); %3 = tile(%2, [1,1,2,1,1]); %4 = reshape(%3 → [1,16,6,4])
→   %4 = resize_nearest_neighbor(%0, [16, 6])
"""

from __future__ import annotations

import dataclasses
from math import prod

import numpy as np

from ..ir import DType, Graph, Node, Tensor, TensorId
from ..ops.reshape import Reshape
from ..ops.resize_nearest_neighbor import TYPES, ResizeNearestNeighbor
from ..ops.tile import Tile
from ..target import Target

RESHAPES = ("reshape", "expand_dims", "squeeze")


def run(graph: Graph, target: Target) -> Graph:
    index = 0
    while index < len(graph.nodes):
        node = graph.nodes[index]
        found = _resize(graph, node) if isinstance(node.op, Tile) else None
        if found is not None:
            graph = _replaced(graph, node, *found)
        index += 1
    return graph.map_subgraphs(lambda g: run(g, target))


def _names(graph: Graph, t: TensorId | None) -> list[TensorId]:
    """The tensor and what it is a reshape of, the last one first."""
    made, names = graph.producers(), [] if t is None else [t]
    while names and names[-1] in made and made[names[-1]].op.NAME in RESHAPES:
        before = made[names[-1]].inputs[0]
        assert before is not None
        names.append(before)
    return names


def _resize(graph: Graph, tile: Node) -> tuple[TensorId, tuple[int, int]] | None:
    """The image that a tile repeats pixel by pixel, and to which height and width."""
    site = graph.site(tile)
    multiples, shape = site.const(1).ravel().tolist(), site.input(0).shape
    repeated = [axis for axis, n in enumerate(multiples) if n > 1]
    if len(repeated) != 1 or shape[repeated[0]] != 1 or site.output.dtype not in TYPES:
        return None
    times, outer, inner = (
        multiples[repeated[0]], prod(shape[: repeated[0]]), prod(shape[repeated[0] :])
    )  # fmt: skip
    for t in _names(graph, tile.inputs[0]):
        image = graph.tensors[t].shape
        if len(image) != 4 or image[0] != 1:
            continue
        _, h, w, c = image
        if (outer, inner) == (h, w * c) and _is_exact(h, times):
            return t, (h * times, w)
        if (outer, inner) == (h * w, c) and _is_exact(w, times):
            return t, (h, w * times)
    return None


def _is_exact(size: int, times: int) -> bool:
    """Whether resizing repeats each row (or column) so many times."""
    found = RESIZE.nearest(size, size * times)
    return bool(np.array_equal(found, np.arange(size).repeat(times)))


RESIZE = ResizeNearestNeighbor(half_pixel_centers=True)


def _replaced(graph: Graph, tile: Node, t: TensorId, size: tuple[int, int]) -> Graph:
    """The graph with a resize for the tile, and its image for what is reshaped to such a one."""
    out, data = graph.tensors[tile.outputs[0]], np.array(size, np.int32)
    shape = (1, *size, graph.tensors[t].shape[3])
    graph, image = graph.with_tensor(dataclasses.replace(out, shape=shape))
    graph, wanted = graph.with_tensor(Tensor(f"{out.name} size", (2,), DType.INT32, None, data))
    resize = dataclasses.replace(tile, op=RESIZE, inputs=(t, wanted), outputs=(image,))
    back = dataclasses.replace(tile, op=Reshape(out.shape), inputs=(image,))
    nodes = [each for n in graph.nodes for each in ((resize, back) if n is tile else (n,))]
    graph = graph.replace(nodes=tuple(nodes))
    renames = {
        n.outputs[0]: image
        for n in nodes
        if n.op.NAME in RESHAPES
        and graph.tensors[n.outputs[0]].shape == shape
        and image in _names(graph, n.inputs[0])
        and n.outputs[0] not in graph.outputs
    }
    return graph.rewire(renames, [n for n in nodes if not renames.keys() & set(n.outputs)])
