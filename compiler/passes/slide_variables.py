"""Keeps the rows of a window where it is put together: a variable of its last rows, to which each
run appends new ones, becomes one of all rows, which move up in their place.

%2 = read_variable(%v: [1,4,8])                  slide_rows(%1, %w: [1,5,8])
%3 = concatenation(%2, %1: [1,1,8]) {axis=1}     … and nodes read %w for %3
%4 = %3[:, 1:]                               →
assign_variable(%v, %4)

The state grows by the new rows, and the window takes no bytes of the arena and two copies less.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..ir import Graph, Node, TensorId, Variable
from ..ops.assign_variable import AssignVariable
from ..ops.concatenation import Concatenation
from ..ops.read_variable import ReadVariable
from ..ops.slide_rows import SlideRows
from ..ops.strided import Movement, alias_of
from ..target import Target


@dataclass(frozen=True)
class Window:
    """A variable and the nodes that read it, append to it, take what is kept and keep that."""

    variable: Variable
    read: Node
    join: Node
    part: Node
    assign: Node


def run(graph: Graph, target: Target, least: int = 0) -> Graph:
    """Those windows of at least so many bytes."""
    for variable in graph.variables:
        found = _window(graph, variable)
        if found is not None and graph.tensors[found.join.outputs[0]].bytes >= least:
            graph = _slide(graph, found)
    return graph


def windows(graph: Graph) -> list[int]:
    """The bytes of the windows that could stand in the state, each size once."""
    found = (_window(graph, v) for v in graph.variables)
    return sorted({graph.tensors[w.join.outputs[0]].bytes for w in found if w is not None})


def _window(graph: Graph, variable: Variable) -> Window | None:
    """The variable's, if it does nothing but keep the last rows of one."""
    reads = list(_readers(graph, variable.tensor))
    if len(reads) != 2:
        return None
    read, assign = reads
    if not isinstance(read.op, ReadVariable) or not isinstance(assign.op, AssignVariable):
        return None
    joins = list(_readers(graph, read.outputs[0]))
    part = graph.producers().get(assign.inputs[1] or 0)
    if len(joins) != 1 or part is None or read.outputs[0] in graph.outputs:
        return None
    (join,) = joins
    if not _is_window(graph, join, read) or not _takes_last(graph, part, join):
        return None
    return Window(variable, read, join, part, assign)


def _slide(graph: Graph, found: Window) -> Graph:
    """The graph with the variable's rows kept in their window."""
    variable, read, join, producer, assign = (
        found.variable, found.read, found.join, found.part, found.assign
    )  # fmt: skip
    old, window = graph.tensors[variable.tensor], graph.tensors[join.outputs[0]]
    new_rows = window.shape[1] - old.shape[1]
    before = np.zeros((1, new_rows, *old.shape[2:]), variable.initial.dtype)
    initial = np.concatenate([before, variable.initial.reshape(old.shape)], axis=1)
    kept = dataclasses.replace(old, shape=window.shape)
    slide = dataclasses.replace(
        join, op=SlideRows(), inputs=(join.inputs[1], variable.tensor), outputs=()
    )
    nodes = [slide if n is join else n for n in graph.nodes if n is not read and n is not assign]
    if not _read_again(graph, producer, assign):
        nodes.remove(producer)
    moved = Variable(variable.tensor, initial)
    graph = graph.replace(
        tensors={**graph.tensors, variable.tensor: kept},
        variables=tuple(moved if v is variable else v for v in graph.variables),
    )
    return graph.rewire({join.outputs[0]: variable.tensor}, nodes)


def _readers(graph: Graph, t: TensorId) -> Iterator[Node]:
    """The nodes that have the tensor among their inputs, once for each time."""
    for node in graph.nodes:
        yield from [node] * node.inputs.count(t)


def _is_window(graph: Graph, join: Node, read: Node) -> bool:
    """Whether the node appends new rows to those that were read."""
    if not isinstance(join.op, Concatenation) or len(join.inputs) != 2:
        return False
    shape = graph.tensors[join.outputs[0]].shape
    last, new = join.inputs
    return (
        last == read.outputs[0]
        and new is not None
        and not graph.tensors[new].is_const
        and len(shape) > 1
        and shape[0] == 1
        and join.op.axis % len(shape) == 1
        and join.outputs[0] not in graph.outputs
    )


def _takes_last(graph: Graph, part: Node, join: Node) -> bool:
    """Whether a node takes as many of the window's last rows as were read."""
    if not isinstance(part.op, Movement) or part.inputs[0] != join.outputs[0]:
        return False
    if len(part.outputs) != 1 or len(part.op.moves(graph.site(part))) != 1:
        return False
    site = graph.site(part)
    (move,) = part.op.moves(site)
    found, last = alias_of(site, move), join.inputs[0]
    whole, rest = graph.tensors[join.outputs[0]].bytes, site.output.bytes
    assert last is not None
    return found is not None and found.offset == whole - rest and rest == graph.tensors[last].bytes


def _read_again(graph: Graph, part: Node, assign: Node) -> bool:
    """Whether what was assigned is needed elsewhere."""
    others: Sequence[Node] = [n for n in _readers(graph, part.outputs[0]) if n is not assign]
    return bool(others) or part.outputs[0] in graph.outputs
