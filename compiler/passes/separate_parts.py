"""Makes of SPLIT and SPLIT_V a SLICE a part: each can then run row by row with what reads it, and
be made when it is needed. Parts that are their input's bytes as they stand there stay together.

%3, %4 = split(%axis, %x)   →   %3 = slice(%x, %begin, %size); %4 = slice(%x, %begin, %size)
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..ir import DType, Graph, Node, Tensor
from ..ops.slice import Slice
from ..ops.split import Split
from ..ops.split_v import SplitV
from ..program import Alias
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    nodes: list[Node] = []
    for node in graph.nodes:
        if not isinstance(node.op, Split | SplitV):
            nodes.append(node)
            continue
        site = graph.site(node)
        if isinstance(node.op.lower(site, target), Alias):
            nodes.append(node)
            continue
        axis, sizes = node.op.cuts(site)
        x = node.inputs[node.op.DATA]
        start = 0
        for t, size in zip(node.outputs, sizes, strict=True):
            begin = [0] * len(site.output.shape)
            begin[axis] = start
            start += size
            box = (begin, graph.tensors[t].shape)
            operands = []
            for name, numbers in zip(("begin", "size"), box, strict=True):
                data = np.array(numbers, np.int32)
                const = Tensor(
                    f"{graph.tensors[t].name} {name}", data.shape, DType.INT32, None, data
                )
                graph, new = graph.with_tensor(const)
                operands.append(new)
            part = dataclasses.replace(node, op=Slice(), inputs=(x, *operands), outputs=(t,))
            nodes.append(part)
    return graph.replace(nodes=tuple(nodes)).map_subgraphs(lambda g: run(g, target))
