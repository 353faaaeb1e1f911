"""Hands variables that branches and loops use through them as values, so that only the main graph
has variables: what IF and WHILE call takes their values as further inputs and gives the last ones
back.

while(%0) {body: %1 = var_handle(v); %2 = read_variable(%1); assign_variable(%1, f(%2))}
    →   %3 = read_variable(v); %4 = while(%0, %3) {body: f(%3)}; assign_variable(v, %4)

Handles that are inputs of IF and WHILE themselves go the same way.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..ir import DType, Graph, Node, Tensor, TensorId
from ..ops.assign_variable import AssignVariable
from ..ops.call_once import CallOnce
from ..ops.read_variable import ReadVariable
from ..ops.var_handle import VarHandle
from ..ops.while_loop import While
from ..target import Target

Values = dict[VarHandle, Tensor]  # variables, with a tensor like theirs


@dataclass
class _Uses:
    """What a graph has to do with variables."""

    handles: dict[TensorId, VarHandle] = field(default_factory=dict)
    used: Values = field(default_factory=dict)
    assigned: set[VarHandle] = field(default_factory=set)


def run(graph: Graph, target: Target) -> Graph:
    graphs = (graph, *graph.subgraphs)
    if any(not 0 <= i < len(graphs) for g in graphs for n in g.nodes for i in n.op.called()):
        return graph  # said later, with the operator's name
    uses = _uses(graphs)
    called = {i for g in graphs for n in g.nodes for i in n.op.called()}
    if not any(uses[i].used for i in called) or _conditions_assign(graphs, uses):
        return graph
    subgraphs = [
        _Threading(g, uses, i).subgraph(_is_condition(graphs, i)) if i in called else g
        for i, g in enumerate(graphs)
    ]
    return _Threading(graph, uses, 0).main().replace(subgraphs=tuple(subgraphs[1:]))


def _is_condition(graphs: Sequence[Graph], index: int) -> bool:
    loops = (n.op for g in graphs for n in g.nodes if isinstance(n.op, While))
    return any(op.condition_subgraph == index for op in loops)


def _conditions_assign(graphs: Sequence[Graph], uses: Sequence[_Uses]) -> bool:
    return any(uses[i].assigned and _is_condition(graphs, i) for i in range(len(graphs)))


def _uses(graphs: Sequence[Graph]) -> list[_Uses]:
    """Found again and again until nothing new comes: what is called uses what its callers hand it,
    callers use what they call, and those that one operator calls use the same."""
    uses = [_Uses() for _ in graphs]
    before: object = None
    while before != (now := [(len(u.handles), len(u.used), len(u.assigned)) for u in uses]):
        before = now
        for g, u in zip(graphs, uses, strict=True):
            for node in g.nodes:
                _look(g, u, node)
                if node.op.called():
                    _look_into(graphs, uses, u, node)
    return uses


def _look(graph: Graph, uses: _Uses, node: Node) -> None:
    if isinstance(node.op, VarHandle):
        uses.handles[node.outputs[0]] = node.op
    variable = _variable(uses, node)
    if variable is None:
        return
    if isinstance(node.op, ReadVariable):
        uses.used[variable] = graph.tensors[node.outputs[0]]
    if isinstance(node.op, AssignVariable) and node.inputs[1] is not None:
        uses.used.setdefault(variable, graph.tensors[node.inputs[1]])
        uses.assigned.add(variable)


def _variable(uses: _Uses, node: Node) -> VarHandle | None:
    """What a node reads or assigns to."""
    first = node.inputs[0] if node.inputs else None
    return None if first is None else uses.handles.get(first)


def _look_into(graphs: Sequence[Graph], uses: Sequence[_Uses], caller: _Uses, node: Node) -> None:
    called = [uses[i] for i in node.op.called()]
    handed = node.inputs if isinstance(node.op, While) else node.inputs[1:]
    for i, callee in zip(node.op.called(), called, strict=True):
        for outer, inner in zip(handed, graphs[i].inputs, strict=False):
            if outer in caller.handles:
                callee.handles[inner] = caller.handles[outer]
    if isinstance(node.op, While):  # it hands out the handles that it is handed
        for outer, out in zip(node.inputs, node.outputs, strict=False):
            if outer in caller.handles:
                caller.handles[out] = caller.handles[outer]
    everyone = {v: t for c in called for v, t in c.used.items()}
    assigned = {v for c in called for v in c.assigned}
    for each in (*called, caller):
        each.used = everyone | each.used
    caller.assigned |= assigned


class _Threading:
    """One graph being rewritten."""

    def __init__(self, graph: Graph, uses: Sequence[_Uses], index: int) -> None:
        self.graph, self.uses, self.mine = graph, uses, uses[index]
        self.nodes: list[Node] = []
        self.values: dict[VarHandle, TensorId] = {}
        self.renames: dict[TensorId, TensorId] = {}

    def new(self, variable: VarHandle, like: Tensor) -> TensorId:
        tensor = dataclasses.replace(like, name=variable.shared_name or "variable", data=None)
        self.graph, new = self.graph.with_tensor(tensor)
        return new

    def plain(self, tensors: Sequence[TensorId | None]) -> tuple[TensorId | None, ...]:
        """Without handles."""
        return tuple(t for t in tensors if t is None or t not in self.mine.handles)

    def through(self, node: Node) -> tuple[Node, Mapping[VarHandle, TensorId]]:
        """An IF or WHILE with the values of its variables, and the tensors of the new ones."""
        used = {v: t for i in node.op.called() for v, t in self.uses[i].used.items()}
        given = tuple(self.values[v] for v in used)
        new = {v: self.new(v, t) for v, t in used.items()}
        kept = tuple(t for t in node.outputs if t not in self.mine.handles)
        inputs = (*self.plain(node.inputs), *given)
        return dataclasses.replace(node, inputs=inputs, outputs=(*kept, *new.values())), new

    def main(self) -> Graph:
        """Reads before and assigns behind each operator that calls graphs."""
        handles = {v: t for t, v in reversed(self.mine.handles.items())}
        made = {n.op for n in self.graph.nodes if isinstance(n.op, VarHandle)}
        for node in self.graph.nodes:
            used = {v: t for i in node.op.called() for v, t in self.uses[i].used.items()}
            for v, like in used.items():
                if v not in made:
                    handles[v] = self.new(v, Tensor("", (), DType.RESOURCE))
                    self.nodes.append(Node(v, (), (handles[v],), node.origin))
                    made.add(v)
                self.values[v] = self.new(v, like)
                read = Node(ReadVariable(), (handles[v],), (self.values[v],), node.origin)
                self.nodes.append(read)
            changed, new = self.through(node) if node.op.called() else (node, {})
            self.nodes.append(changed)
            for v, t in new.items():
                if any(v in self.uses[i].assigned for i in node.op.called()):
                    self.nodes.append(Node(AssignVariable(), (handles[v], t), (), node.origin))
        return self.graph.replace(nodes=tuple(self.nodes))

    def subgraph(self, condition: bool) -> Graph:
        """Values come in and go out; a condition gives its answer alone."""
        for v, like in self.mine.used.items():
            self.values[v] = self.new(v, like)
        inputs = tuple(t for t in self.graph.inputs if t not in self.mine.handles)
        inputs += tuple(self.values.values())
        outputs = [t for t in self.graph.outputs if t not in self.mine.handles]
        for node in self.graph.nodes:
            self._step(node)
        if not condition:
            outputs += [self.values[v] for v in self.mine.used]
        changed = self.graph.replace(inputs=inputs, outputs=tuple(outputs))
        return changed.rewire(self.renames, self.nodes)

    def _step(self, node: Node) -> None:
        if isinstance(node.op, VarHandle | CallOnce):
            return
        variable = _variable(self.mine, node)
        if isinstance(node.op, ReadVariable) and variable is not None:
            self.renames[node.outputs[0]] = self.values[variable]
        elif isinstance(node.op, AssignVariable) and variable is not None:
            assert node.inputs[1] is not None
            self.values[variable] = node.inputs[1]
        elif node.op.called():
            changed, new = self.through(node)
            self.nodes.append(changed)
            self.values |= new
        else:
            self.nodes.append(node)
