"""Takes uint8 weights under float activations for the int8 that they are: old converters named the
bytes of dynamic-range weights so, and TensorFlow Lite reads them as int8.

const %1: uint8[…] = …; fully_connected(float32 %0, %1)   →   const %1: int8[…] = …
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..ir import DType, Graph, TensorId
from ..ops.fully_connected import FullyConnected
from ..ops.svdf import Svdf
from ..ops.unidirectional_sequence_lstm import UnidirectionalSequenceLstm
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    found: set[TensorId] = set()
    for node in graph.nodes:
        if isinstance(node.op, FullyConnected | Svdf | UnidirectionalSequenceLstm):
            site = graph.site(node)
            if site.input(0).dtype is DType.FLOAT32:
                found |= {
                    i
                    for i, t in zip(node.inputs, site.inputs, strict=True)
                    if i is not None and t is not None and t.is_const and t.dtype is DType.UINT8
                }
    tensors = dict(graph.tensors)
    for i in found:
        data = tensors[i].data
        assert data is not None
        tensors[i] = dataclasses.replace(tensors[i], dtype=DType.INT8, data=data.view(np.int8))
    return graph.replace(tensors=tensors).map_subgraphs(lambda g: run(g, target))
