"""Dynamic-range networks of old converters: the bytes of int8 weights are called uint8."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from compiler.ir import DType

from .cases import Draw
from .tflite_builder import Subgraph


def called_uint8(make: Callable[[Draw], Subgraph]) -> Callable[[Draw], Subgraph]:
    """The networks of `make` with that name for int8 constants."""

    def renamed(d: Draw) -> Subgraph:
        graph = make(d)
        tensors = tuple(
            dataclasses.replace(t, dtype=DType.UINT8, data=t.data.view(np.uint8))
            if t.data is not None and t.dtype is DType.INT8
            else t
            for t in graph.tensors
        )
        return dataclasses.replace(graph, tensors=tensors)

    return renamed
