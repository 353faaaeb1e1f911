"""Tensors that stand in another from the start: what a node only puts together (concatenation along
the outermost axis, packing) is written there by the producers of its inputs, over several levels,
and a variable's new value into the state. The node itself does nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from ..ir import Graph, Node, TensorId
from ..placement import Place
from ..program import Alias, In, InOut, Kernel, Scratch
from .state import versions

Joins = Mapping[TensorId, Place]  # where a tensor stands that has no buffer of its own
NONE_JOINED: Joins = {}


def join(
    graph: Graph, lowered: Sequence[Kernel | Alias], align: int
) -> tuple[list[Kernel | Alias], Joins]:
    """`lowered` with an alias for each node that has nothing left to do, and where its inputs
    stand."""
    found = _Joining(graph, lowered)
    for step in range(len(graph.nodes)):
        found.assign(step)
    for step in reversed(range(len(graph.nodes))):
        found.put_together(step, align)
    return found.settled, found.joins


class _Joining:
    """Follows the nodes. `roots` has the tensor that each is another name for."""

    def __init__(self, graph: Graph, lowered: Sequence[Kernel | Alias]) -> None:
        self.graph = graph
        self.settled = list(lowered)
        self.roots = _roots(graph, lowered)
        self.versions = versions(graph)
        self.joins: dict[TensorId, Place] = {}
        self.after: dict[TensorId, int] = {}  # the last step that needs what stood there before
        self.made = {
            t: step
            for step, (node, how) in enumerate(zip(graph.nodes, lowered, strict=True))
            for t in node.outputs
            if isinstance(how, Kernel) and not node.op.called()
        }
        self.output = {self.roots.get(t, t) for t in graph.outputs}
        self.whole = _whole_names(graph, lowered)

    def _free(self, t: TensorId | None, after: int) -> TensorId | None:
        """The computed tensor that t is another name for, if it can stand anywhere once a step is
        over."""
        root = None if t is None or t not in self.whole else self.roots.get(t)
        if root is None or root in self.joins or root in self.output:
            return None
        return root if self.made.get(root, -1) > after else None

    def put_together(self, step: int, align: int) -> None:
        """A node all of whose inputs can stand in its output."""
        node, parts = self.graph.nodes[step], _parts(self.settled[step])
        if not parts:
            return
        (out,) = node.outputs
        at, after = self.joins.get(out, Place(out)), self.after.get(out, -1)
        found = [self._free(node.inputs[i], after) for i in parts]
        starts = [at.offset + start for start in parts.values()]
        unit = max(align, self.graph.tensors[out].dtype.bytes)
        if None in found or len(set(found)) < len(found) or any(s % unit for s in starts):
            return
        for t, start in zip(found, starts, strict=True):
            assert t is not None
            self.joins[t] = dataclasses.replace(at, offset=start)
            self.after[t] = after
        index, start = next(iter(parts.items()))
        self.settled[step] = Alias(0, index, -start)

    def assign(self, step: int) -> None:
        """A node that copies a value to a variable, whose old value nobody needs any more when the
        new one is computed."""
        node, how = self.graph.nodes[step], self.settled[step]
        if not isinstance(how, Kernel) or how.stands != 0 or len(how.operands) != 2 or how.then:
            return
        value, variable = how.operands
        if not isinstance(value, In) or not isinstance(variable, InOut):
            return
        v = node.inputs[variable.index]
        assert v is not None
        old, shapes = self._uses(v, 0, step)
        t = self._free(node.inputs[value.index], old)
        if t is None or 4 in shapes:  # regions may read images later than their nodes stand
            return
        version = self.versions[step][v]
        again = (
            i for i, n in enumerate(self.graph.nodes) if i > step and v in self.graph.updated(n)
        )
        new, _ = self._uses(t, step, len(self.graph.nodes))
        if self.versions[self.made[t]][v] == version and new < next(again, len(self.graph.nodes)):
            self.joins[t] = Place(v, version=version + 1)
            self.after[t] = old
            self.settled[step] = Alias()

    def _uses(self, t: TensorId, start: int, end: int) -> tuple[int, set[int]]:
        """The last of the steps [start, end) that reads a tensor under any name, and the ranks of
        these."""
        names, last, ranks = {t}, -1, {len(self.graph.tensors[t].shape)}
        for step, node in enumerate(self.graph.nodes[:end]):
            how = self.settled[step]
            if not names.intersection(node.inputs):
                continue
            last = step if step >= start else last
            for alias in (how, *how.then) if isinstance(how, Alias) and node.outputs else ():
                if node.inputs[alias.input] in names:
                    names.add(node.outputs[alias.output])
                    ranks.add(len(self.graph.tensors[node.outputs[alias.output]].shape))
        return last, ranks


def _aliases(node: Node, how: Kernel | Alias) -> list[tuple[TensorId, TensorId, int]]:
    """Input, output and offset of each alias of a node."""
    found = []
    for alias in (how, *how.then) if isinstance(how, Alias) else ():
        t = node.inputs[alias.input]
        assert t is not None
        found.append((t, node.outputs[alias.output], alias.offset))
    return found


def _roots(graph: Graph, lowered: Sequence[Kernel | Alias]) -> dict[TensorId, TensorId]:
    """The tensor of which each computed one is another name or a part: itself, mostly."""
    roots: dict[TensorId, TensorId] = {}
    for node, how in zip(graph.nodes, lowered, strict=True):
        roots.update((t, t) for t in node.outputs)
        roots.update((out, roots.get(t, t)) for t, out, _ in _aliases(node, how))
    return roots


def _whole_names(graph: Graph, lowered: Sequence[Kernel | Alias]) -> set[TensorId]:
    """The computed tensors that are no parts of others."""
    whole: set[TensorId] = set()
    for node, how in zip(graph.nodes, lowered, strict=True):
        whole.update(node.outputs)
        for t, out, offset in _aliases(node, how):
            if t not in whole or offset or graph.tensors[t].bytes != graph.tensors[out].bytes:
                whole.discard(out)
    return whole


def _parts(how: Kernel | Alias) -> dict[int, int]:
    """Of a node that only puts its inputs together: from which byte of the output on each would
    have to stand. Empty for others."""
    parts: dict[int, int] = {}
    for kernel in (how, *how.then) if isinstance(how, Kernel) else ():
        assert isinstance(kernel, Kernel)
        reads = [o.index for o in kernel.operands if isinstance(o, In)]
        others = any(isinstance(o, InOut | Scratch) for o in kernel.operands)
        if kernel.stands is None or len(reads) != 1 or reads[0] in parts or others:
            return {}
        parts[reads[0]] = kernel.stands
    return parts
