"""Takes constants of four bits as int8, which layers have weights of. They remember their bits:
kernels that decode such weights keep them packed in flash (--int4).

const %1: int4[…] = …   →   const %1: int8[…] = …
"""

from __future__ import annotations

import dataclasses

from ..ir import DType, Graph
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    tensors = {
        t: dataclasses.replace(tensor, dtype=DType.INT8, bits=4)
        if tensor.dtype is DType.INT4 and tensor.is_const
        else tensor
        for t, tensor in graph.tensors.items()
    }
    return graph.replace(tensors=tensors).map_subgraphs(lambda g: run(g, target))
