"""Gives inputs and outputs of the network the type that is worked with behind them.

    input %0: float32; %1: int8 q(0.5, 3) = quantize(%0)   →   input %1: int8 q(0.5, 3)
    %2: float32 = dequantize(%1); output %2                →   output %1

The caller then hands over (or takes) integers, quantised as the operator would have done it, and
the float frame is never held. What has the type already stays as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ..errors import CompileError, Problem
from ..ir import DType, Graph, Node, TensorId
from ..ops.dequantize import Dequantize
from ..ops.quantize import Quantize

TYPES = (DType.INT8, DType.UINT8, DType.INT16)


def run(graph: Graph, inputs: DType | None, outputs: DType | None) -> Graph:
    """`inputs` and `outputs` are the types asked for; None leaves them as they are."""
    problems: list[Problem] = []
    if inputs is not None:
        for i, t in enumerate(graph.inputs):
            graph = _input(graph, i, t, inputs, problems)
    if outputs is not None:
        for i, t in enumerate(graph.outputs):
            graph = _output(graph, i, t, outputs, problems)
    if problems:
        raise CompileError(problems)
    return graph


def _input(graph: Graph, index: int, t: TensorId, to: DType, problems: list[Problem]) -> Graph:
    tensor = graph.tensors[t]
    if tensor.dtype is to:
        return graph
    readers = graph.consumers()[t]
    made = {n.outputs[0] for n in readers if isinstance(n.op, Quantize)}
    kinds = {(graph.tensors[o].dtype, graph.tensors[o].quant) for o in made}
    good = len(readers) == len(made) and len(kinds) == 1 and graph.tensors[min(made)].dtype is to
    if not good or graph.is_output(t) or made & set(graph.outputs):
        if tensor.dtype.is_float:
            found = ", ".join(_readers(graph, readers)) or "nobody"
            problems.append(_problem("input", index, tensor.name, tensor.dtype, found, to))
        return graph
    first, *others = sorted(made)
    tensors = {**graph.tensors, first: dataclasses.replace(graph.tensors[first], name=tensor.name)}
    kept = [n for n in graph.nodes if n not in readers]
    changed = graph.replace(tensors=tensors).rewire(dict.fromkeys(others, first), kept)
    return changed.replace(inputs=tuple(first if i == t else i for i in changed.inputs))


def _output(graph: Graph, index: int, t: TensorId, to: DType, problems: list[Problem]) -> Graph:
    tensor = graph.tensors[t]
    if tensor.dtype is to:
        return graph
    maker = graph.producers().get(t)
    source = maker.inputs[0] if maker is not None and maker.inputs else None
    good = maker is not None and isinstance(maker.op, Quantize | Dequantize)
    if not good or source is None or graph.tensors[source].dtype is not to or (
        source in graph.inputs or graph.is_output(source) or graph.tensors[source].is_const
    ):  # fmt: skip
        if tensor.dtype.is_float:
            found = f"made by {maker.op.TFLITE[0]}" if maker else "made by nobody"
            problems.append(_problem("output", index, tensor.name, tensor.dtype, found, to))
        return graph
    tensors = {
        **graph.tensors,
        source: dataclasses.replace(graph.tensors[source], name=tensor.name),
    }
    outputs = tuple(source if o == t else o for o in graph.outputs)
    return graph.replace(tensors=tensors, outputs=outputs)


def _readers(graph: Graph, nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        to = f" to {graph.tensors[node.outputs[0]].dtype.value}" if node.outputs else ""
        of = to if isinstance(node.op, Quantize) else ""
        yield f"read by {node.op.TFLITE[0]}{of}"


def _problem(kind: str, index: int, name: str, dtype: DType, found: str, to: DType) -> Problem:
    operator = (
        f"read by QUANTIZE to {to.value} alone"
        if kind == "input"
        else f"made by DEQUANTIZE or QUANTIZE from {to.value}"
    )
    return Problem(
        f"{kind} {index} '{name}'",
        f"{dtype.value}, {found}",
        f"--{kind}-type={to.value} for an {kind} that is {operator}",
        f"leave --{kind}-type out, or convert the model with inference_{kind}_type=tf.int8",
    )
