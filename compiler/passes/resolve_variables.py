"""Turns handles of resource variables into variables, with the first values that CALL_ONCE gives.

%1 = var_handle() {shared_name="s"}; call_once() {subgraph=1}   variable %1 = splat(0)
%2 = read_variable(%1)                                          %2 = read_variable(%1)
assign_variable(%1, %3)                                         assign_variable(%1, %3)
graph 1 { assign_variable(var_handle() {shared_name="s"}, 0) }
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from ..errors import CompileError, Problem
from ..ir import Array, Graph, Node, TensorId, Variable
from ..ops.assign_variable import AssignVariable
from ..ops.call_once import CallOnce
from ..ops.read_variable import ReadVariable
from ..ops.var_handle import VarHandle
from ..target import Target

WAY_OUT = (
    "export the model with TensorFlow Lite's converter, variables and their first values in it"
)


def run(graph: Graph, target: Target) -> Graph:
    handles = {n.outputs[0]: n.op for n in graph.nodes if isinstance(n.op, VarHandle)}
    initialised = _first_values(graph)
    first: dict[VarHandle, TensorId] = {}
    for t, op in handles.items():
        first.setdefault(op, t)
    renames = {t: first[op] for t, op in handles.items() if first[op] != t}
    kept = [n for n in graph.nodes if not isinstance(n.op, VarHandle | CallOnce)]
    graph = graph.rewire(renames, kept)
    for op, t in first.items():
        graph = _variable(graph, op, t, initialised.get(op))
    called = _still_called(graph)
    inside = [n for g in called for n in g.nodes if isinstance(n.op, VarHandle)]
    if inside:
        raise CompileError(_problem(n) for n in inside)
    return graph.replace(subgraphs=called)


def _problem(node: Node) -> Problem:
    """Of a variable in a subgraph."""
    assert isinstance(node.op, VarHandle)
    found = f"variable '{node.op.shared_name}' inside of a branch or a loop"
    way_out = "read it before the IF or WHILE, pass it through, and assign its new value behind"
    return Problem(f"{node.origin} (VAR_HANDLE)", found, "variables of the main graph", way_out)


def _still_called(graph: Graph) -> tuple[Graph, ...]:
    """The subgraphs; what no operator runs any more is left empty, for the others are numbered."""
    left = [i for n in graph.nodes for i in n.op.called()]
    called: set[int] = set()
    while left:
        i = left.pop()
        if i not in called and 1 <= i <= len(graph.subgraphs):
            called.add(i)
            left += [j for n in graph.subgraphs[i - 1].nodes for j in n.op.called()]
    if not called:
        return ()
    return tuple(
        g if i in called else Graph(g.name, {}, (), (), ())
        for i, g in enumerate(graph.subgraphs, 1)
    )


def _first_values(graph: Graph) -> dict[VarHandle, Array]:
    """What the subgraphs that are called once assign."""
    found: dict[VarHandle, Array] = {}
    for node in graph.nodes:
        if isinstance(node.op, CallOnce):
            where = f"{node.origin} (CALL_ONCE)"
            if not 1 <= node.op.subgraph <= len(graph.subgraphs):
                why = f"subgraph {node.op.subgraph}, which is not there"
                raise CompileError(Problem(where, why, "", "export the model again"))
            found |= _evaluate(graph.subgraphs[node.op.subgraph - 1])
    return found


def _evaluate(graph: Graph) -> dict[VarHandle, Array]:
    """Computes a subgraph without inputs; gives the last value assigned to each variable."""
    values = {t: x.data for t, x in graph.tensors.items() if x.data is not None}
    handles: dict[TensorId, VarHandle] = {}
    assigned: dict[VarHandle, Array] = {}
    for node in graph.nodes:
        if isinstance(node.op, VarHandle):
            handles[node.outputs[0]] = node.op
        elif isinstance(node.op, AssignVariable) and node.inputs[1] in values:
            assigned[handles[node.inputs[0] or 0]] = values[node.inputs[1]]
        else:
            values.update(_computed(graph, node, values))
    return assigned


def _computed(
    graph: Graph, node: Node, values: Mapping[TensorId, Array]
) -> Mapping[TensorId, Array]:
    site = graph.site(node)
    problems = list(node.op.check(site))
    if problems or any(t is not None and t not in values for t in node.inputs):
        where = f"{node.origin} ({node.op.TFLITE[0]})"
        why = "an initialiser of variables that is not made of constants"
        raise CompileError(problems or Problem(where, why, "", "initialise with constants"))
    inputs = [None if t is None else values[t] for t in node.inputs]
    return dict(zip(node.outputs, node.op.reference(site, inputs), strict=True))


def _variable(graph: Graph, op: VarHandle, t: TensorId, initial: Array | None) -> Graph:
    """The handle as a variable of the shape and type of what is read from it or assigned to it."""
    users = [n for n in graph.nodes if t in n.inputs]
    values = [
        n.outputs[0] if isinstance(n.op, ReadVariable) else n.inputs[1]
        for n in users
        if isinstance(n.op, ReadVariable | AssignVariable) and n.inputs[0] == t
    ]
    if len(values) < len(users):
        where, why = f"variable '{op.shared_name}'", "a handle that other operators use"
        raise CompileError(Problem(where, why, "READ_VARIABLE and ASSIGN_VARIABLE", WAY_OUT))
    if not values or values[0] is None:
        return graph
    like = graph.tensors[values[0]]
    if initial is None and isinstance(users[0].op, ReadVariable):
        where = f"{users[0].origin} (READ_VARIABLE)"
        why = f"variable '{op.shared_name}' is read before it has a value"
        raise CompileError(Problem(where, why, "", WAY_OUT))
    if initial is None:
        initial = np.zeros(like.shape, like.dtype.numpy)
    name = op.shared_name or graph.tensors[t].name
    tensor = dataclasses.replace(like, name=name, shape=tuple(initial.shape), data=None)
    variables = (*graph.variables, Variable(t, initial.astype(like.dtype.numpy)))
    return graph.replace(tensors={**graph.tensors, t: tensor}, variables=variables)
