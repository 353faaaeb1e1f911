"""What every legal Graph satisfies. Runs after every pass: a breach is a bug of that pass."""

from __future__ import annotations

from collections.abc import Iterator

from .errors import InternalError
from .ir import DType, Graph


def verify(graph: Graph, after: str) -> None:
    """Raises InternalError if the graph is not well formed; `after` names the pass before."""
    breaches = list(_breaches(graph))
    if breaches:
        raise InternalError(f"after {after}: " + "; ".join(breaches))
    for subgraph in graph.subgraphs:
        verify(subgraph, after)


def _breaches(graph: Graph) -> Iterator[str]:
    known = {t for t, tensor in graph.tensors.items() if tensor.is_const} | set(graph.inputs)
    variables = {v.tensor for v in graph.variables}
    known |= variables
    for v in graph.variables:
        tensor = graph.tensors[v.tensor]
        if tensor.is_const or v.initial.shape != tensor.shape:
            yield f"variable %{v.tensor} is {tensor.shape}, its first value {v.initial.shape}"
    for t, tensor in graph.tensors.items():
        if tensor.data is not None:
            if tensor.data.shape != tensor.shape:
                yield f"%{t} is {tensor.shape}, its data {tensor.data.shape}"
            if tensor.data.dtype != tensor.dtype.numpy:
                yield f"%{t} is {tensor.dtype.value}, its data {tensor.data.dtype}"
        if any(d < 0 for d in tensor.shape):
            yield f"%{t} has shape {tensor.shape}"
        q = tensor.quant
        if q and (len(q.scale) != len(q.zero_point) or not q.scale):
            yield f"%{t} has {len(q.scale)} scales and {len(q.zero_point)} zero points"
        if (
            q
            and q.per_channel
            and not (0 <= q.axis < len(tensor.shape) and tensor.shape[q.axis] == len(q.scale))
        ):
            yield f"%{t} of shape {tensor.shape} has {len(q.scale)} scales along axis {q.axis}"
    for node in graph.nodes:
        for i in node.inputs:
            if i is not None and i not in known:
                yield f"{node.op.NAME} ({node.origin}) reads %{i} before it is there"
        for t in graph.updated(node):
            # Handles of variables become variables when they are resolved.
            if t not in variables and graph.tensors[t].dtype is not DType.RESOURCE:
                yield f"{node.op.NAME} ({node.origin}) updates %{t}, which is no variable"
        for out in node.outputs:
            if out not in graph.tensors:
                yield f"{node.op.NAME} ({node.origin}) writes %{out}, which is not in the table"
            elif out in known:
                yield f"{node.op.NAME} ({node.origin}) writes %{out}, which has a value already"
            known.add(out)
    for t in graph.outputs:
        if t not in known:
            yield f"output %{t} is never computed"
