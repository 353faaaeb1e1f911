"""What a network is: a typed, frozen graph of operators in execution order.

A `Graph` says WHAT is computed; `program.Program` says HOW. Passes never change a graph, they
return a new one. Tensors are known by small integers (`TensorId`); for a graph that was just read
these are the indices in the .tflite file.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from .ops.room import Op

TensorId = int
Array = npt.NDArray[Any]


class DType(enum.Enum):
    """Element type. The value is its name in the textual IR and (where NumPy has it) in NumPy."""

    INT4 = "int4"
    INT8 = "int8"
    UINT8 = "uint8"
    INT16 = "int16"
    UINT16 = "uint16"
    INT32 = "int32"
    UINT32 = "uint32"
    INT64 = "int64"
    UINT64 = "uint64"
    BOOL = "bool"
    FLOAT16 = "float16"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    RESOURCE = "resource"

    @property
    def numpy(self) -> np.dtype[Any]:
        """The NumPy type of its data in a graph (int4 values are held one to an int8)."""
        special = {DType.INT4: "int8", DType.RESOURCE: "int32"}
        return np.dtype(special.get(self, self.value))

    @property
    def bytes(self) -> int:
        """Bytes of one element in memory."""
        return int(self.numpy.itemsize)

    @property
    def c(self) -> str:
        """The C type."""
        special = {
            "float32": "float",
            "float64": "double",
            "bool": "uint8_t",
            "float16": "uint16_t",
        }
        name = str(self.numpy)
        return special.get(name, f"{name}_t")

    @property
    def suffix(self) -> str:
        """How kernels name it: s8, u8, s16, f32, b8 …"""
        kind = {"i": "s", "u": "u", "f": "f", "b": "b"}[self.numpy.kind]
        return f"{kind}{self.bytes * 8}"

    @property
    def is_float(self) -> bool:
        return self.numpy.kind == "f"


@dataclass(frozen=True)
class Quant:
    """Affine quantisation: real = scale * (q - zero_point).

    One pair for the whole tensor, or one pair per index along `axis`. Scales are Python floats
    that hold float32 values exactly.
    """

    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    axis: int = 0

    @property
    def per_channel(self) -> bool:
        return len(self.scale) > 1


@dataclass(frozen=True, eq=False)
class Tensor:
    """A value: shape, element type, quantisation and, for constants, its data."""

    name: str
    shape: tuple[int, ...]
    dtype: DType
    quant: Quant | None = None
    data: Array | None = field(default=None, repr=False)
    bits: int = 0  # int8 data that came with fewer bits: how many; else 0

    @property
    def elements(self) -> int:
        return prod(self.shape)

    @property
    def bytes(self) -> int:
        """Bytes when it is held in memory, one element after the other."""
        return self.elements * self.dtype.bytes

    @property
    def is_const(self) -> bool:
        return self.data is not None

    @property
    def scale(self) -> float:
        """The scale of a tensor quantised as a whole."""
        assert self.quant is not None and len(self.quant.scale) == 1, self.name
        return self.quant.scale[0]

    @property
    def zero_point(self) -> int:
        """The zero point of a tensor quantised as a whole."""
        assert self.quant is not None and len(self.quant.zero_point) == 1, self.name
        return self.quant.zero_point[0]


@dataclass(frozen=True)
class Node:
    """An operator applied to tensors. Its `op` is its attribute record and knows its meaning.

    `None` among the inputs is an optional input that is absent. `origin` is where the node comes
    from in the user's file, for messages: "operator 3".
    """

    op: Op
    inputs: tuple[TensorId | None, ...]
    outputs: tuple[TensorId, ...]
    origin: str = ""

    @property
    def where(self) -> str:
        """Its place and operator, for messages: "operator 3 (CONV_2D)"."""
        return f"{self.origin} ({(*self.op.TFLITE, self.op.NAME.upper())[0]})"


@dataclass(frozen=True, eq=False)
class Variable:
    """State that lives from one invocation to the next, set to `initial` by a reset. Nodes read it
    as they read any tensor; those that update it name it among their inputs (`Op.UPDATES`)."""

    tensor: TensorId
    initial: Array


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes in execution order over a table of tensors.

    `subgraphs` are called by nodes (IF, WHILE, CALL_ONCE) through their index. `inputs` and
    `outputs` are numbered as in the .tflite.
    """

    name: str
    tensors: Mapping[TensorId, Tensor]
    nodes: tuple[Node, ...]
    inputs: tuple[TensorId, ...]
    outputs: tuple[TensorId, ...]
    variables: tuple[Variable, ...] = ()
    subgraphs: tuple[Graph, ...] = ()

    def replace(self, **changes: Any) -> Graph:  # noqa: ANN401 (fields of every type)
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def site(self, node: Node) -> Site:
        """The node together with its tensors."""
        inputs = tuple(None if i is None else self.tensors[i] for i in node.inputs)
        return Site(node, inputs, tuple(self.tensors[i] for i in node.outputs))

    def producers(self) -> dict[TensorId, Node]:
        """Which node computes a tensor; inputs and constants have none."""
        return {t: n for n in self.nodes for t in n.outputs}

    def consumers(self) -> dict[TensorId, list[Node]]:
        """Which nodes read a tensor, in execution order, each once."""
        readers: dict[TensorId, list[Node]] = {t: [] for t in self.tensors}
        for n in self.nodes:
            for t in dict.fromkeys(n.inputs):
                if t is not None:
                    readers[t].append(n)
        return readers

    def updated(self, node: Node) -> tuple[TensorId, ...]:
        """The variables that the node sets to new values."""
        found = (node.inputs[i] for i in node.op.UPDATES if i < len(node.inputs))
        return tuple(t for t in found if t is not None)

    def is_output(self, tensor: TensorId) -> bool:
        return tensor in self.outputs

    def rewire(self, renames: Mapping[TensorId, TensorId], nodes: Iterable[Node]) -> Graph:
        """The graph with `nodes` for its nodes, in which each tensor of `renames` is read by its
        new id (followed to the end of a chain of renames), by nodes and as outputs."""

        def last(t: TensorId) -> TensorId:
            while t in renames:
                t = renames[t]
            return t

        rewired = tuple(
            dataclasses.replace(n, inputs=tuple(None if i is None else last(i) for i in n.inputs))
            for n in nodes
        )
        return self.replace(nodes=rewired, outputs=tuple(last(t) for t in self.outputs))

    def with_tensor(self, tensor: Tensor) -> tuple[Graph, TensorId]:
        """The graph with one more tensor, and its new id."""
        new = max(self.tensors, default=-1) + 1
        return self.replace(tensors={**self.tensors, new: tensor}), new

    def map_subgraphs(self, change: Callable[[Graph], Graph]) -> Graph:
        return self.replace(subgraphs=tuple(change(g) for g in self.subgraphs))


@dataclass(frozen=True)
class Site:
    """A node with its tensors at hand: what an operator's room is asked about."""

    node: Node
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor, ...]

    def input(self, i: int) -> Tensor:
        """Input i, which must be there."""
        tensor = self.inputs[i]
        assert tensor is not None, f"{self.node.origin}: input {i} is absent"
        return tensor

    def optional(self, i: int) -> Tensor | None:
        """Input i, or None where it is absent or left out at the end."""
        return self.inputs[i] if i < len(self.inputs) else None

    def const(self, i: int) -> Array:
        """The data of input i, which must be constant."""
        data = self.input(i).data
        assert data is not None, f"{self.node.origin}: input {i} is not constant"
        return data

    @property
    def output(self) -> Tensor:
        """The first (mostly the only) output."""
        return self.outputs[0]
