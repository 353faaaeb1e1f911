"""`netsuke inspect`: a network as tables, whether it can be compiled or not."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .errors import Problem
from .ir import Graph, Node, Quant, Tensor, TensorId
from .ops import REGISTRY, Registry
from .passes import fold_constants
from .target import HOST
from .tflite.reader import Unknown, survey

PIPE_WIDTH = 120  # where the output is no terminal


def show(data: bytes, name: str, registry: Registry = REGISTRY) -> None:
    """Prints the network in `data`. Raises CompileError if it is too damaged to be read."""
    graph, problems = survey(data, name, registry)
    problems = (*problems, *_node_problems(fold_constants.run(graph, HOST)))
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PIPE_WIDTH)
    console.print(Text(_summary(graph)))
    for index, part in enumerate((graph, *graph.subgraphs)):
        console.print()
        if index:
            console.print(Text(f"subgraph {index}"))
        console.print(_ends(part))
        console.print()
        console.print(_layers(part))
    console.print()
    if not problems:
        console.print(Text("can be compiled"))
    for problem in problems:
        console.print(Text(f"cannot be compiled: {problem}", style="red"), soft_wrap=True)


def _node_problems(graph: Graph) -> Iterator[Problem]:
    """What the rooms have against their nodes."""
    for node in graph.nodes:
        if not isinstance(node.op, Unknown):
            yield from node.op.check(graph.site(node))
    for subgraph in graph.subgraphs:
        yield from _node_problems(subgraph)


def _summary(graph: Graph) -> str:
    graphs = (graph, *graph.subgraphs)
    macs = [_node_macs(g, n) for g in graphs for n in g.nodes]
    more = " and those of unsupported operators" if None in macs else ""
    constants = sum(t.bytes for g in graphs for t in g.tensors.values() if t.is_const)
    return (
        f"{graph.name}: {len(macs):,} operator{'' if len(macs) == 1 else 's'}, "
        f"{sum(m for m in macs if m is not None):,} MACs{more}, {constants:,} bytes of constants"
    )


def _node_macs(graph: Graph, node: Node) -> int | None:
    """None where nobody knows: the operator has no room, or its tensors are not as it needs."""
    site = graph.site(node)
    if isinstance(node.op, Unknown) or any(node.op.check(site)):
        return None
    return node.op.macs(site)


def _ends(graph: Graph) -> Table:
    table = _table(("", "left"), ("tensor", "left"), ("type", "left"), ("quantisation", "left"))
    for kind, indices in (("input", graph.inputs), ("output", graph.outputs)):
        for i, t in enumerate(indices):
            tensor = graph.tensors[t]
            row = (f"{kind} {i}", f"%{t} {tensor.name}", _type(tensor), _quant(tensor.quant))
            table.add_row(*map(Text, row))
    return table


def _layers(graph: Graph) -> Table:
    table = _table(
        ("#", "right"), ("operator", "left"), ("output", "left"), ("quantisation", "left"),
        ("MACs", "right"), ("constants", "right"),
    )  # fmt: skip
    counted: set[TensorId] = set()
    for node in graph.nodes:
        table.add_row(*_layer(graph, node, counted))
    return table


def _layer(graph: Graph, node: Node, counted: set[TensorId]) -> Sequence[Text]:
    known = not isinstance(node.op, Unknown)
    name = node.op.operator if isinstance(node.op, Unknown) else node.op.NAME.upper()
    reads = " ".join(
        "-" if t is None else f"%{t}"
        for t in node.inputs
        if t is None or not graph.tensors[t].is_const
    )
    operator = Text(f"{name} {reads}", style="" if known else "red")
    attributes = ", ".join(_attributes(node))
    operator.append("" if known else " (not supported)")
    operator.append(f"\n{attributes}" if attributes else "", style="dim")
    outputs = [graph.tensors[t] for t in node.outputs]
    macs = _node_macs(graph, node)
    constants = sum(
        graph.tensors[t].bytes
        for t in dict.fromkeys(node.inputs)
        if t is not None and graph.tensors[t].is_const and t not in counted
    )
    counted.update(t for t in node.inputs if t is not None)
    return (
        Text(node.origin.split()[-1]),
        operator,
        Text("\n".join(f"%{t} {_type(graph.tensors[t])}" for t in node.outputs)),
        Text("\n".join(_quant(t.quant) for t in outputs)),
        Text("?" if macs is None else f"{macs:,}" if macs else ""),
        Text(f"{constants:,}" if constants else ""),
    )


def _attributes(node: Node) -> Iterator[str]:
    """The attributes that differ from their defaults."""
    if isinstance(node.op, Unknown):
        return
    for field in dataclasses.fields(node.op):
        value = getattr(node.op, field.name)
        if value != field.default:
            yield f"{field.name} {_value(value)}"


def _value(value: Any) -> str:  # noqa: ANN401 (attributes of every type)
    if isinstance(value, enum.Enum):
        return str(value.value)
    if dataclasses.is_dataclass(value):
        pairs = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
        return " ".join(f"{name}={_value(v)}" for name, v in pairs if v)
    if isinstance(value, tuple):
        return "x".join(map(_value, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _type(tensor: Tensor) -> str:
    return f"{tensor.dtype.value}[{','.join(map(str, tensor.shape))}]"


def _quant(quant: Quant | None) -> str:
    if quant is None:
        return ""
    if quant.per_channel:
        return f"{len(quant.scale)} scales, axis {quant.axis}"
    return f"{quant.scale[0]:.6g}, {quant.zero_point[0]}"


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for heading, justify in columns:
        table.add_column(
            heading, justify="right" if justify == "right" else "left", overflow="fold"
        )
    return table
