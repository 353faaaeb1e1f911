"""The textual IR: a graph printed, and parsed back. Tests and dumps are written in it.

    graph "net" {
      input %0 "x": int8[1,2,2,1] q(0.5, -128)
      const %1 "w": int8[1,1,1,1] q(0.25, 0) = [7]
      variable %3 "state": int8[1,4] q(0.5, 3) = splat(3)
      %2 "y": int8[1,2,2,1] q(0.5, 3) = conv_2d(%0, %1, _) {stride=(1, 1), activation="relu"}
      output %2
    }

`_` is an absent input. Attributes that have their default are left out. Per-channel quantisation is
`q((0.5, 0.25), (0, 0), axis=3)`. Long constants are printed as `elided(sha256)`, which cannot be
parsed back; `splat(v)` fills a constant with one value. Further graphs are the subgraphs.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import hashlib
import json
import re
import typing
from collections.abc import Iterator
from typing import Any

import numpy as np

from .errors import CompileError, Problem
from .ir import Array, DType, Graph, Node, Quant, Tensor, TensorId, Variable
from .ops import REGISTRY, Registry
from .ops.room import Op

LONG = 16  # constants of more elements are elided unless asked for


def print_graph(graph: Graph, limit: int = LONG) -> str:
    """The graph and its subgraphs as text; constants of more than `limit` elements are elided."""
    lines = [f"graph {json.dumps(graph.name)} {{"]
    for t in graph.inputs:
        lines.append(f"  input {_typed(graph, t)}")
    for t, tensor in graph.tensors.items():
        if tensor.data is not None and t not in graph.inputs:
            lines.append(f"  const {_typed(graph, t)} = {_data(tensor.data, limit)}")
    for v in graph.variables:
        lines.append(f"  variable {_typed(graph, v.tensor)} = {_initial(v.initial, limit)}")
    lines += [f"  {print_node(graph, n)}" for n in graph.nodes]
    lines.append(f"  output {', '.join(f'%{t}' for t in graph.outputs)}".rstrip())
    lines.append("}")
    return "\n".join(lines + [print_graph(g, limit).rstrip() for g in graph.subgraphs]) + "\n"


def print_node(graph: Graph, node: Node) -> str:
    """One node: its outputs with their types, its operator, inputs and attributes."""
    outputs = ", ".join(_typed(graph, t) for t in node.outputs)
    inputs = ", ".join("_" if t is None else f"%{t}" for t in node.inputs)
    attributes = ", ".join(f"{k}={v}" for k, v in _attributes(node.op))
    applied = f"{node.op.NAME}({inputs})" + (f" {{{attributes}}}" if attributes else "")
    return f"{outputs} = {applied}" if outputs else applied


def _typed(graph: Graph, t: TensorId) -> str:
    tensor = graph.tensors[t]
    shape = ",".join(map(str, tensor.shape))
    quant = f" {_quant(tensor.quant)}" if tensor.quant else ""
    return f"%{t} {json.dumps(tensor.name)}: {tensor.dtype.value}[{shape}]{quant}"


def _quant(q: Quant) -> str:
    if q.per_channel:
        return f"q({q.scale}, {q.zero_point}, axis={q.axis})"
    return f"q({q.scale[0]}, {q.zero_point[0]})"


def _data(data: Array, limit: int) -> str:
    if data.size <= limit:
        return json.dumps(data.ravel().tolist())
    return f"elided({hashlib.sha256(np.ascontiguousarray(data).tobytes()).hexdigest()[:16]})"


def _initial(data: Array, limit: int) -> str:
    """The first value of a variable: mostly the same number everywhere."""
    same = data.size > 0 and bool((data == data.flat[0]).all())
    return f"splat({data.flat[0].item()})" if same else _data(data, limit)


def _attributes(op: Op) -> Iterator[tuple[str, str]]:
    for f in dataclasses.fields(op):
        value = getattr(op, f.name)
        if value != f.default:
            yield f.name, repr(_plain(value))


def _plain(value: Any) -> Any:  # noqa: ANN401 (an attribute of any type)
    if isinstance(value, enum.Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.astuple(value)
    return value


_TYPED = re.compile(
    r'%(\d+) ("(?:[^"\\]|\\.)*"): (\w+)\[([\d,]*)\](?: q\(((?:[^()]|\([^()]*\))*)\))?'
)
_APPLY = re.compile(r"(\w+)\(([^()]*)\)(?: \{(.*)\})?$")


def parse_graph(text: str, registry: Registry = REGISTRY) -> Graph:
    """The graph that the text describes. Raises CompileError with the line that is wrong."""
    graphs: list[Graph] = []
    block: list[tuple[int, str]] = []
    name = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("//"):
            continue
        try:
            if line.startswith("graph ") and line.endswith("{"):
                name, block = json.loads(line[6:-1].strip()), []
            elif line == "}":
                graphs.append(_graph(name, block, registry))
            else:
                block.append((number, line))
        except (ValueError, KeyError, SyntaxError) as error:
            raise _wrong(number, line, str(error)) from error
    if not graphs:
        raise CompileError(Problem("textual IR", "no graph", 'graph "name" { … }'))
    return graphs[0].replace(subgraphs=tuple(graphs[1:]))


def _wrong(number: int, line: str, why: str) -> CompileError:
    return CompileError(Problem(f"textual IR, line {number}", f"{line!r}: {why}"))


def _graph(name: str, block: list[tuple[int, str]], registry: Registry) -> Graph:
    tensors: dict[TensorId, Tensor] = {}
    nodes: list[Node] = []
    inputs: list[TensorId] = []
    variables: list[Variable] = []
    outputs: tuple[TensorId, ...] = ()
    for number, line in block:
        try:
            kind, _, rest = line.partition(" ")
            if kind == "output":
                outputs = tuple(int(t.strip()[1:]) for t in rest.split(",") if t.strip())
            elif kind == "input":
                inputs += [t for t, _ in _declare(rest, tensors)]
            elif kind == "const":
                typed, _, data = rest.rpartition(" = ")
                ((t, tensor),) = _declare(typed, tensors)
                tensors[t] = dataclasses.replace(tensor, data=_parse_data(data, tensor))
            elif kind == "variable":
                typed, _, data = rest.rpartition(" = ")
                ((t, tensor),) = _declare(typed, tensors)
                variables.append(Variable(t, _parse_data(data, tensor)))
            else:
                nodes.append(_node(line, tensors, number, registry))
        except (ValueError, KeyError, SyntaxError, TypeError) as error:
            raise _wrong(number, line, str(error)) from error
    return Graph(name, tensors, tuple(nodes), tuple(inputs), outputs, tuple(variables))


def _declare(text: str, tensors: dict[TensorId, Tensor]) -> list[tuple[TensorId, Tensor]]:
    found = []
    for m in _TYPED.finditer(text):
        shape = tuple(int(d) for d in m[4].split(",") if d)
        tensor = Tensor(json.loads(m[2]), shape, DType(m[3]), _parse_quant(m[5]))
        found.append((int(m[1]), tensor))
    if not found:
        raise ValueError('no tensor of the form %1 "name": type[shape]')
    tensors.update(found)
    return found


def _parse_quant(text: str | None) -> Quant | None:
    if text is None:
        return None
    args, kwargs = _call_arguments(text)
    scale, zero_point = args
    if isinstance(scale, tuple):
        return Quant(scale, zero_point, kwargs.get("axis", 0))
    return Quant((float(scale),), (zero_point,))


def _parse_data(text: str, tensor: Tensor) -> Array:
    if text.startswith("elided("):
        raise ValueError("the constant was elided when this was printed")
    if text.startswith("splat("):
        return np.full(tensor.shape, ast.literal_eval(text[5:]), tensor.dtype.numpy)
    return np.array(json.loads(text), tensor.dtype.numpy).reshape(tensor.shape)


def _node(line: str, tensors: dict[TensorId, Tensor], number: int, registry: Registry) -> Node:
    typed, _, applied = line.rpartition(" = ")
    m = _APPLY.match(applied)
    if not m:
        raise ValueError("no operator of the form op(%1, _) {attribute=value}")
    inputs = tuple(None if i == "_" else int(i[1:]) for i in re.findall(r"%\d+|_", m[2]))
    outputs = tuple(t for t, _ in _declare(typed, tensors)) if typed else ()
    op = registry.by_name.get(m[1])
    if op is None:
        raise ValueError(f"unknown operator {m[1]}; known: {', '.join(registry.by_name)}")
    _, attributes = _call_arguments(m[3] or "")
    return Node(_record(op, attributes), inputs, outputs, f"line {number}")


def _call_arguments(text: str) -> tuple[list[Any], dict[str, Any]]:
    """The positional and keyword arguments of `f(text)`, all literals."""
    call = ast.parse(f"f({text})", mode="eval").body
    assert isinstance(call, ast.Call)
    positional = [ast.literal_eval(a) for a in call.args]
    return positional, {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}


def _record(op: type[Op], attributes: dict[str, Any]) -> Op:
    hints = typing.get_type_hints(op)
    return op(**{k: _typed_value(hints[k], v) for k, v in attributes.items()})


def _typed_value(hint: Any, value: Any) -> Any:  # noqa: ANN401 (an attribute of any type)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return hint(value)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return hint(*value)
    return value
