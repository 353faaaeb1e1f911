"""Makes one table of operators that together are a function of one 8-bit value.

    %1 = add(%0, 3); %2 = relu6(%1); %3 = mul(%0, %2)      %0 and %3 int8, the others read by these
    →
    %3 = table(%0, const of 256 values)

The values are what the operators' references make of all 256 inputs, so every bit stays; what
lies between may be of any type: dequantise, float functions, quantise become a table too. Operators
join where nobody else needs what lies between: then no tensor lives longer than before.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from ..ir import Array, Graph, Site, Tensor, TensorId
from ..ops.table import BYTES, Table
from ..quant import integer_range
from ..target import Target


@dataclasses.dataclass(frozen=True)
class _Function:
    """What a tensor is of another: its values for all 256 of that one."""

    values: Array
    steps: frozenset[int]  # of the nodes that compute it


# What a tensor is a function of: by the tensor it is a function of.
_Functions = Mapping[TensorId, _Function]


def run(graph: Graph, target: Target) -> Graph:
    functions = _all_functions(graph)
    readers = _readers(graph)
    joined: set[int] = set()
    nodes = list(graph.nodes)
    for step in reversed(range(len(nodes))):
        node = nodes[step]
        if step in joined or len(node.outputs) != 1:
            continue
        out = graph.tensors[node.outputs[0]]
        found = functions.get(node.outputs[0], {})
        sources = [s for s in found if _joins(graph, readers, found[s].steps, step)]
        if out.dtype not in BYTES or not sources:
            continue
        source = max(sources, key=lambda s: len(found[s].steps))
        joined |= found[source].steps
        data = np.ascontiguousarray(found[source].values.astype(out.dtype.numpy))
        graph, t = graph.with_tensor(Tensor(f"{out.name} table", data.shape, out.dtype, None, data))
        nodes[step] = dataclasses.replace(node, op=Table(), inputs=(source, t))
        joined.remove(step)
    kept = tuple(n for step, n in enumerate(nodes) if step not in joined)
    return graph.replace(nodes=kept).map_subgraphs(lambda g: run(g, target))


def _all_functions(graph: Graph) -> dict[TensorId, dict[TensorId, _Function]]:
    """For every tensor, what it is of one value of another tensor of 8 bits."""
    functions: dict[TensorId, dict[TensorId, _Function]] = {}
    variables = {v.tensor for v in graph.variables}
    for step, node in enumerate(graph.nodes):
        reads = [t for t in dict.fromkeys(node.inputs) if t is not None]
        varying = [t for t in reads if not graph.tensors[t].is_const]
        if not node.op.POINTWISE or node.op.UPDATES or not varying or variables & set(reads):
            continue
        parts = {t: {**functions.get(t, {}), **_itself(graph, t)} for t in varying}
        site = graph.site(node)
        shared = set.intersection(*(set(p) for p in parts.values()))
        functions[node.outputs[0]] = {
            source: _Function(
                _values(site, {t: parts[t][source].values for t in varying}),
                frozenset({step}.union(*(parts[t][source].steps for t in varying))),
            )
            for source in sorted(shared)
            if _in_place(graph, site, source)
        }
    return functions


def _itself(graph: Graph, t: TensorId) -> _Functions:
    """A tensor of 8 bits as a function of itself."""
    tensor = graph.tensors[t]
    if tensor.dtype not in BYTES:
        return {}
    low, high = integer_range(tensor.dtype)
    return {t: _Function(np.arange(low, high + 1).astype(tensor.dtype.numpy), frozenset())}


def _in_place(graph: Graph, site: Site, source: TensorId) -> bool:
    """Whether constants have one element, and nothing else is broadcast."""
    shape = graph.tensors[source].shape
    inputs = [t for t in site.inputs if t is not None]
    alike = all(t.shape == shape for t in (*inputs, *site.outputs) if not t.is_const)
    return alike and all(t.elements == 1 for t in inputs if t.is_const)


def _values(site: Site, values: Mapping[TensorId, Array]) -> Array:
    """What the node makes of all the values."""
    tensors: list[Tensor | None] = []
    data: list[Array | None] = []
    for t, tensor in zip(site.node.inputs, site.inputs, strict=True):
        known = None
        if t is not None and tensor is not None:
            known = tensor.data if tensor.data is not None else values[t]
            known = known.reshape(-1)
            constant = known if tensor.is_const else None
            tensor = dataclasses.replace(tensor, shape=known.shape, data=constant)
        tensors.append(tensor)
        data.append(known)
    outputs = tuple(dataclasses.replace(t, shape=(256,)) for t in site.outputs)
    (found,) = site.node.op.reference(Site(site.node, tuple(tensors), outputs), data)
    return found


def _readers(graph: Graph) -> dict[TensorId, set[int]]:
    """The steps that read a tensor; -1 where it is an output."""
    readers: dict[TensorId, set[int]] = {t: {-1} for t in graph.outputs}
    for step, node in enumerate(graph.nodes):
        for t in node.inputs:
            if t is not None:
                readers.setdefault(t, set()).add(step)
    return readers


def _joins(
    graph: Graph, readers: Mapping[TensorId, set[int]], steps: frozenset[int], last: int
) -> bool:
    """Whether the steps are several, and nobody else reads what lies between."""
    between = (graph.nodes[n].outputs[0] for n in steps - {last})
    return len(steps) > 1 and all(readers.get(t, set()) <= steps for t in between)
