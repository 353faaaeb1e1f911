"""Puts the operators of composites in their place.

%1 = composite(%0) {subgraph=1}; subgraph 1: %0 → %5 = abs(%0), %6 = add(%5, %0) → %6
    →   %7 = abs(%0); %1 = add(%7, %0)

The subgraph's inputs are the composite's; what it gives keeps the name that the composite's outputs
have. Composites may stand in subgraphs, of composites too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from ..errors import CompileError, Problem
from ..ir import Graph, Node, Site, Tensor, TensorId
from ..ops.composite import Composite
from ..target import Target

MOST_NODES = 100_000  # decompositions that use others twice, again and again, come to any number
WAY_OUT = "export the model again"


def run(graph: Graph, target: Target) -> Graph:
    graphs = (graph, *graph.subgraphs)
    if not any(isinstance(n.op, Composite) for g in graphs for n in g.nodes):
        return graph
    inlined = [_Inlining(graphs, g).graph() for g in graphs]
    return inlined[0].replace(subgraphs=tuple(inlined[1:]))


class _Inlining:
    """One graph being rewritten."""

    def __init__(self, graphs: Sequence[Graph], graph: Graph) -> None:
        self.graphs, self.old = graphs, graph
        self.tensors = dict(graph.tensors)
        self.nodes: list[Node] = []
        self.renames: dict[TensorId, TensorId] = {}
        self.next = max(self.tensors, default=-1) + 1

    def graph(self) -> Graph:
        for node in self.old.nodes:
            self._step(node, ())
        return self.old.replace(tensors=self.tensors).rewire(self.renames, self.nodes)

    def _step(self, node: Node, inside: tuple[int, ...]) -> None:
        """`inside`: the subgraphs that the node came out of."""
        if len(self.nodes) >= MOST_NODES:
            found = f"composites of more than {MOST_NODES} operators"
            raise CompileError(Problem("file", found, "", WAY_OUT))
        if not isinstance(node.op, Composite):
            self.nodes.append(node)
            return
        called = node.op.subgraph
        tensors = tuple(None if i is None else self.tensors[i] for i in node.inputs)
        site = Site(node, tensors, tuple(self.tensors[i] for i in node.outputs))
        problems = tuple(_problems(site, self.graphs, (0, *inside)))
        if problems:
            raise CompileError(problems)
        graph = self.graphs[called]
        new = self._renumbered(graph, node)
        for inner in graph.nodes:
            inputs = tuple(None if i is None else new[i] for i in inner.inputs)
            outputs = tuple(t for i in inner.outputs if (t := new[i]) is not None)
            moved = dataclasses.replace(inner, inputs=inputs, outputs=outputs)
            self._step(moved, (*inside, called))

    def _renumbered(self, graph: Graph, node: Node) -> dict[TensorId, TensorId | None]:
        """The subgraph's tensors by their numbers here. Its results are the node's outputs where an
        operator makes them; those that are its inputs or constants are read in their place."""
        new: dict[TensorId, TensorId | None] = dict(zip(graph.inputs, node.inputs, strict=True))
        made = {t for n in graph.nodes for t in n.outputs}
        for inner, outer in zip(graph.outputs, node.outputs, strict=True):
            if inner in made and inner not in new:
                new[inner] = outer
        for t, tensor in graph.tensors.items():
            if t not in new:
                new[t] = self.next
                self.tensors[self.next] = tensor
                self.next += 1
        for inner, outer in zip(graph.outputs, node.outputs, strict=True):
            source = new[inner]
            if source is not None and source != outer:
                self.renames[outer] = source
        return new


def _problems(site: Site, graphs: Sequence[Graph], inside: Sequence[int]) -> Iterator[Problem]:
    """The subgraph must be there, not run itself, and take and give such tensors."""
    assert isinstance(site.node.op, Composite)
    number = site.node.op.subgraph
    where = f"{site.node.origin} (STABLEHLO_COMPOSITE)"
    if not 0 < number < len(graphs):
        yield Problem(where, f"subgraph {number}, which is not there", "", WAY_OUT)
        return
    if number in inside:
        yield Problem(where, f"subgraph {number}, which runs itself", "", WAY_OUT)
        return
    graph = graphs[number]
    for what, ids, outer in (
        ("inputs", graph.inputs, site.inputs),
        ("outputs", graph.outputs, site.outputs),
    ):
        inner = [graph.tensors[t] for t in ids]
        if not _fits(inner, outer):
            found = f"{what} of '{graph.name}' are {_listed(inner)}, the operator's"
            supported = "the same types, shapes and scales"
            yield Problem(where, f"{found} {_listed(outer)}", supported, WAY_OUT)
    if graph.variables:
        yield Problem(where, f"variables in '{graph.name}'", "subgraphs without", WAY_OUT)


def _fits(inner: Sequence[Tensor], outer: Sequence[Tensor | None]) -> bool:
    """An absent input fits any."""

    def like(t: Tensor) -> tuple[object, ...]:
        return t.dtype, t.shape, None if t.dtype.is_float else t.quant

    return len(inner) == len(outer) and all(
        o is None or like(o) == like(i) for i, o in zip(inner, outer, strict=True)
    )


def _listed(tensors: Sequence[Tensor | None]) -> str:
    return ", ".join("none" if t is None else f"{t.dtype.value}{list(t.shape)}" for t in tensors)
