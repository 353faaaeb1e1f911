"""Can every node be compiled? Asks each operator's room; all answers are raised at once."""

from __future__ import annotations

from collections.abc import Iterator

from .errors import CompileError, Problem
from .ir import Graph


def check(graph: Graph) -> None:
    """Raises CompileError with the problems of all nodes, those of subgraphs too."""
    problems = (*_problems(graph), *_output_problems(graph))
    if problems:
        raise CompileError(problems)


def _problems(graph: Graph) -> Iterator[Problem]:
    for node in graph.nodes:
        yield from node.op.check(graph.site(node))
    for subgraph in graph.subgraphs:
        yield from _problems(subgraph)


def _output_problems(graph: Graph) -> Iterator[Problem]:
    for i, t in enumerate(graph.outputs):
        tensor = graph.tensors[t]
        if tensor.is_const:
            supported = "outputs computed from an input"
            way_out = "leave it out of the model's outputs"
            yield Problem(f"output {i} '{tensor.name}'", "constant", supported, way_out)
