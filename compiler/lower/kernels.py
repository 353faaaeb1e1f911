"""What every node's room answers for a target."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from fractions import Fraction

from ..errors import CompileError, Problem
from ..ir import Graph, Node
from ..program import Alias, Control, Kernel, Subprogram
from ..target import Target
from .control import control_kernel, control_of
from .state import copy_reads

NO_LEAN: Mapping[int, Kernel] = {}
Answers = dict[int, tuple[Node, Kernel | Alias]]  # of rooms, by the identity of a graph's nodes

# Layers with so small a part of the graph's MACs take plain kernels, which are smaller, on cores
# whose own ones are packed loops in assembly.
LIGHT, LIGHT_ISAS = Fraction(1, 1000), ("armv7em",)


def kernels(
    graph: Graph,
    target: Target,
    called: Mapping[int, Subprogram],
    prefix: str,
    lean: Mapping[int, Kernel] = NO_LEAN,
    answers: Answers | None = None,
) -> tuple[dict[int, Control], list[Kernel | Alias]]:
    """What runs subgraphs, by step, and how every node is computed. `called` are the subgraphs, by
    number; `prefix` is that of a subgraph; `lean` are kernels, by step, instead of the usual.
    `answers` is what other calls were answered of the same graph, in any order of its nodes."""
    known = {} if answers is None else answers
    controls = {
        step: control_of(node, called, f"{prefix}{node.op.NAME}_{step:02}")
        for step, node in enumerate(graph.nodes)
        if node.op.called()
    }
    given = {**lean, **{step: control_kernel(control) for step, control in controls.items()}}
    asked = [
        given.get(step) or _asked(node, graph, its, known)
        for step, (node, its) in enumerate(zip(graph.nodes, targets(graph, target), strict=True))
    ]
    return controls, copy_reads(graph, asked)


def targets(graph: Graph, target: Target) -> list[Target]:
    """What each node is lowered for: light ones for plain C."""
    macs = [node.op.macs(graph.site(node)) for node in graph.nodes]
    plain = dataclasses.replace(target, isa="portable") if target.isa in LIGHT_ISAS else target
    return [plain if 0 < n <= LIGHT * sum(macs) else target for n in macs]


def _asked(node: Node, graph: Graph, target: Target, known: Answers) -> Kernel | Alias:
    """What the operator's room answers; a user's own may answer anything."""
    if id(node) in known:
        return known[id(node)][1]
    how: object = node.op.lower(graph.site(node), target)
    if not isinstance(how, Kernel | Alias):
        where = f"{node.origin} ({node.op.TFLITE[0]})"
        raise CompileError(Problem(where, f"lower answered {how!r}", "a Kernel or an Alias"))
    known[id(node)] = node, how  # kept with it: no other node is given its identity
    return how
