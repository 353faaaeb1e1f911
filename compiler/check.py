"""Can every node be compiled? Asks each operator's room; all answers are raised at once."""

from __future__ import annotations

from collections.abc import Iterator

from .errors import CompileError, Problem
from .ir import Graph


def check(graph: Graph) -> None:
    """Raises CompileError with the problems of all nodes, those of subgraphs too."""
    problems = tuple(_problems(graph))
    if problems:
        raise CompileError(problems)


def _problems(graph: Graph) -> Iterator[Problem]:
    for node in graph.nodes:
        yield from node.op.check(graph.site(node))
    for subgraph in graph.subgraphs:
        yield from _problems(subgraph)
