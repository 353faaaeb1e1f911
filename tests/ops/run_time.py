"""Layers whose weights or biases are computed at run time: here they are inputs of the network."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from compiler.ir import DType
from compiler.quant import integer_range

from .cases import Draw
from .tflite_builder import Subgraph

# Which constants of a layer become inputs, by name.
RUN_TIME = {"run_time": (("weights",), ("weights",), ("weights", "bias"), ("bias",))}


def at_run_time(make: Callable[[Draw], Subgraph]) -> Callable[[Draw], Subgraph]:
    """The networks of `make` with the constants that the row's `run_time` names as inputs. What is
    read there stays within what `make` drew: sums of larger biases would be undefined."""

    def moved(d: Draw) -> Subgraph:
        graph = make(d)
        names = d["run_time"]
        tensors, inputs = list(graph.tensors), list(graph.inputs)
        for i, tensor in enumerate(tensors):
            if tensor.name not in names or tensor.data is None:
                continue
            tensors[i] = dataclasses.replace(tensor, data=None)
            inputs.append(i)
            if tensor.name == "bias" and not tensor.dtype.is_float:
                most = max(int(abs(tensor.data.astype(int)).max(initial=0)), 1)
                d.bounds["bias"] = (-most, most)
            elif not tensor.dtype.is_float:
                low, high = integer_range(tensor.dtype)
                d.bounds["weights"] = (low + int(tensor.dtype is DType.INT8), high)
        return dataclasses.replace(graph, tensors=tuple(tensors), inputs=tuple(inputs))

    return moved
