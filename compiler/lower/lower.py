"""Graph → Program: the kernel of each node over whole tensors, in the graph's order."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from ..ir import Graph, Node, TensorId
from ..program import (
    Buffer,
    BufferId,
    Call,
    Const,
    ConstRef,
    Form,
    In,
    Kernel,
    Layer,
    Operand,
    Out,
    Place,
    Pointer,
    Port,
    Program,
    Role,
    RowView,
    Scratch,
    Trace,
)
from ..target import Target
from ..text import print_node
from .storage import assign


def lower(graph: Graph, target: Target) -> Program:
    """How the graph runs on the target, not yet placed in memory."""
    lowered = [node.op.lower(graph.site(node), target) for node in graph.nodes]
    storage = assign(graph, lowered, target.align)
    lowering = _Lowering(graph, storage.places, dict(storage.buffers), target)
    layers = []
    for step, (node, how) in enumerate(zip(graph.nodes, lowered, strict=True)):
        if isinstance(how, Kernel):
            layers.append(lowering.layer(step, node, how))
    return Program(
        graph.name,
        tuple(layers),
        lowering.buffers,
        storage.overlaps,
        tuple(lowering.consts),
        tuple(lowering.port(t) for t in graph.inputs),
        tuple(lowering.port(t) for t in graph.outputs),
    )


class _Lowering:
    """Collects the constants and scratch buffers of the layers as they are lowered."""

    def __init__(
        self,
        graph: Graph,
        places: Mapping[TensorId, Place],
        buffers: dict[BufferId, Buffer],
        target: Target,
    ) -> None:
        self.graph = graph
        self.places = places
        self.buffers = buffers
        self.target = target
        self.consts: list[Const] = []

    def layer(self, step: int, node: Node, kernel: Kernel) -> Layer:
        site = self.graph.site(node)
        old_consts = len(self.consts)
        repeat = site.output.shape[0] if kernel.form is Form.ROWS else 1
        pointers = tuple(
            self._pointer(step, node, kernel.form, operand, repeat) for operand in kernel.operands
        )
        trailing = {
            Form.ROWS: (0, site.output.shape[1] if len(site.output.shape) > 1 else 0),
            Form.FLAT: (kernel.units,),
            Form.WHOLE: (),
        }[kernel.form]
        call = Call(kernel.function, kernel.header, kernel.params, pointers, trailing, repeat)
        traces = tuple(
            Trace(self.graph.tensors[t].name, self.places[t], self.graph.tensors[t].bytes)
            for t in node.outputs
        )
        return Layer(
            name=f"{step:02}_{node.op.NAME}",
            ir=print_node(self.graph, node),
            calls=(call,),
            traces=traces,
            origin=node.origin,
            macs=node.op.macs(site),
            weight_bytes=sum(int(c.data.nbytes) for c in self.consts[old_consts:]),
        )

    def _pointer(self, step: int, node: Node, form: Form, operand: Operand, repeat: int) -> Pointer:
        if isinstance(operand, Const):
            return self._const(step, operand)
        if isinstance(operand, Scratch):
            new = max(self.buffers, default=-1) + 1
            self.buffers[new] = Buffer(
                f"scratch of {node.op.NAME}", operand.bytes, step, step, operand.align, Role.SCRATCH
            )
            return Pointer(Place(new), operand.ctype, True, operand.bytes)
        writes = isinstance(operand, Out)
        t = node.outputs[operand.index] if writes else node.inputs[operand.index]
        assert t is not None
        tensor = self.graph.tensors[t]
        if isinstance(operand, In) and tensor.data is not None:
            name = f"input_{operand.index}"
            return self._const(step, Const(name, tensor.data.ravel(), tensor.dtype.c))
        image = tensor.bytes // repeat
        place = dataclasses.replace(self.places[t], step=image if repeat > 1 else 0)
        if form is not Form.ROWS:
            return Pointer(place, tensor.dtype.c, writes, tensor.bytes)
        height = tensor.shape[1]
        view = RowView(place, tensor.elements // (tensor.shape[0] * height), height)
        return Pointer(view, tensor.dtype.c, writes, image)

    def _const(self, step: int, const: Const) -> Pointer:
        named = dataclasses.replace(const, name=f"{const.name}_{step:02}")
        self.consts.append(named)
        return Pointer(ConstRef(len(self.consts) - 1), const_ctype(named))

    def port(self, t: TensorId) -> Port:
        tensor = self.graph.tensors[t]
        per_tensor = tensor.quant is not None and not tensor.quant.per_channel
        return Port(
            tensor.name,
            tensor.shape,
            tensor.dtype.c,
            tensor.bytes,
            self.places[t],
            tensor.scale if per_tensor else None,
            tensor.zero_point if per_tensor else None,
        )


def const_ctype(const: Const) -> str:
    """The C type of a constant's elements."""
    if const.ctype:
        return const.ctype
    kind = {"float32": "float", "float64": "double"}.get(str(const.data.dtype))
    return kind or f"{const.data.dtype}_t"
