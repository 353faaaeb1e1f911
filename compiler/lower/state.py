"""Variables in the generated state struct: which version a step sees, and reads without a copy.

An invocation gives a variable new values, each a version. What aliases a variable (the result of a
read, a reshape of it) is good only as long as no update comes before its last use; elsewhere the
read copies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..ir import Graph, Tensor, TensorId, Variable
from ..program import Alias, Form, In, Kernel, Out, StateField


def versions(graph: Graph) -> tuple[Mapping[TensorId, int], ...]:
    """For each step, how often every variable was updated before it."""
    now = {v.tensor: 0 for v in graph.variables}
    before = []
    for node in graph.nodes:
        before.append(dict(now))
        for t in graph.updated(node):
            now[t] += 1
    return tuple(before)


def copy_kernel(tensor: Tensor) -> Kernel:
    """Input 0, byte for byte, to output 0."""
    params = {"bytes": tensor.bytes}
    return Kernel("nn_copy_bytes", "nn_copy_bytes.h", Form.WHOLE, params, (In(0), Out(0)))


def copy_reads(graph: Graph, lowered: Sequence[Kernel | Alias]) -> list[Kernel | Alias]:
    """`lowered` with a copy for each alias of a variable that is needed after an update, or by the
    caller."""
    variables = {v.tensor for v in graph.variables}
    settled = list(lowered)
    for step, (node, how) in enumerate(zip(graph.nodes, lowered, strict=True)):
        if not isinstance(how, Alias) or node.inputs[how.input] not in variables:
            continue
        variable = node.inputs[how.input]
        updates = (
            i for i, n in enumerate(graph.nodes) if i >= step and variable in graph.updated(n)
        )
        if _last_use(graph, lowered, step) >= next(updates, len(graph.nodes)):
            assert how == Alias(), f"{node.op.NAME} needs a copy of part of a variable"
            settled[step] = copy_kernel(graph.tensors[node.outputs[0]])
    return settled


def _last_use(graph: Graph, lowered: Sequence[Kernel | Alias], step: int) -> int:
    """The last step that reads the output of a step, or an alias of it."""
    same = set(graph.nodes[step].outputs)
    last = step
    for i in range(step + 1, len(graph.nodes)):
        node, how = graph.nodes[i], lowered[i]
        if same.intersection(node.inputs):
            last = i
        for alias in (how, *how.then) if isinstance(how, Alias) else ():
            if node.inputs[alias.input] in same:
                same.add(node.outputs[alias.output])
    return len(graph.nodes) if same.intersection(graph.outputs) else last


def state_field(graph: Graph, number: int, variable: Variable, align: int) -> StateField:
    """A variable as a member of the state struct."""
    tensor = graph.tensors[variable.tensor]
    stem = re.sub(r"\W+", "_", tensor.name, flags=re.ASCII).strip("_")[:40]
    return StateField(
        f"v{number}_{stem}" if stem else f"v{number}",
        tensor.name,
        tensor.dtype.c,
        max(align, tensor.dtype.bytes),
        variable.initial.ravel(),
    )
