"""Computes networks by the meaning of their operators (their rooms' `reference`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from .ir import Array, Graph, Node, TensorId
from .ops.while_loop import While

MOST_TURNS = 1 << 16  # of a loop


class EndlessError(Exception):
    """A loop that goes on and on."""


def results(
    graph: Graph,
    node: Node,
    inputs: Sequence[Array | None],
    called: Sequence[Graph],
) -> tuple[Array, ...]:
    """The outputs of a node, then the new values of the variables that it updates. `called` are
    the main graph's subgraphs."""
    numbers = node.op.called()
    if not numbers:
        return node.op.reference(graph.site(node), inputs)
    values = tuple(cast(Array, x) for x in inputs)
    if not isinstance(node.op, While):
        condition, *rest = values
        return run(called[numbers[0 if condition.item() else 1] - 1], rest, called)
    go_on, body = (called[i - 1] for i in numbers)
    for _ in range(MOST_TURNS):
        if not run(go_on, values, called)[0].item():
            return values
        values = run(body, values, called)
    raise EndlessError(node.origin)


def run(graph: Graph, inputs: Sequence[Array], called: Sequence[Graph]) -> tuple[Array, ...]:
    """The outputs of a graph without state."""
    values = compute(graph, inputs, {}, called)
    return tuple(values[t] for t in graph.outputs)


def compute(
    graph: Graph,
    inputs: Sequence[Array],
    state: Mapping[TensorId, Array],
    called: Sequence[Graph],
) -> dict[TensorId, Array]:
    """The value of every tensor; `state` has the variables'."""
    values = {i: t.data for i, t in graph.tensors.items() if t.data is not None} | dict(state)
    values.update(zip(graph.inputs, inputs, strict=True))
    for node in graph.nodes:
        operands = [None if i is None else values[i] for i in node.inputs]
        found = results(graph, node, operands, called)
        values.update(zip((*node.outputs, *graph.updated(node)), found, strict=True))
    return values


def invocations(graph: Graph, runs: Sequence[Sequence[Array]]) -> Iterator[tuple[Array, ...]]:
    """The network's outputs run after run, its state being kept."""
    state = {v.tensor: v.initial for v in graph.variables}
    for arrays in runs:
        values = compute(graph, arrays, state, graph.subgraphs)
        state = {t: values[t] for t in state}
        yield tuple(values[t] for t in graph.outputs)
