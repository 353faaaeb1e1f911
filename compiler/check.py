"""Can every node be compiled? Asks each operator's room; all answers are raised at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .errors import CompileError, Problem
from .ir import Graph
from .ops.control import Control


def check(graph: Graph) -> None:
    """Raises CompileError with the problems of all nodes, those of subgraphs too."""
    problems = tuple(_problems(graph, graph.subgraphs))
    if problems:
        raise CompileError(problems)


def _problems(graph: Graph, subgraphs: Sequence[Graph]) -> Iterator[Problem]:
    for node in graph.nodes:
        site = graph.site(node)
        found = list(node.op.check(site))
        yield from found
        if isinstance(node.op, Control) and not found:
            numbers = node.op.called()
            if all(1 <= i <= len(subgraphs) for i in numbers):
                yield from node.op.check_called(site, [subgraphs[i - 1] for i in numbers])
            else:
                yield Problem(node.op.where(site), f"subgraphs {numbers}, which are not there")
    for subgraph in graph.subgraphs:
        yield from _problems(subgraph, subgraphs)
