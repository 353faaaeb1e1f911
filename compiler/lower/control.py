"""Nodes that run subgraphs: calls of functions that the emitter prints."""

from __future__ import annotations

from collections.abc import Mapping

from ..ir import Node
from ..program import Control, Form, In, Kernel, Operand, Out, Scratch, Subprogram


def control_of(node: Node, called: Mapping[int, Subprogram], function: str) -> Control:
    """What the function of a node has to do."""
    subprograms = tuple(called[i] for i in node.op.called())
    loops = node.op.NAME == "while"
    return Control(function, loops, subprograms, len(node.inputs), len(node.outputs))


def control_kernel(control: Control) -> Kernel:
    """The call: inputs, outputs, and an arena that is large enough for every subgraph."""
    plans = [c.plan for c in control.called]
    operands: tuple[Operand, ...] = (
        *(In(i) for i in range(control.inputs)),
        *(Out(i) for i in range(control.outputs)),
        Scratch(max(1, *(p.arena_bytes for p in plans)), max(p.align for p in plans)),
    )
    return Kernel(control.function, "nn_copy_bytes.h", Form.WHOLE, {}, operands)
