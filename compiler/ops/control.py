"""What IF and WHILE share: they call subgraphs, which become C functions with an arena of their own
inside the scratch of the call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..errors import Problem
from ..ir import DType, Graph, Site, Tensor, TensorId
from ..program import Kernel
from ..target import Target
from .room import Op, Shape

WAY_OUT = "export the model with fixed shapes and its state in variables"


@dataclass(frozen=True)
class Control(Op):
    """An operator that runs subgraphs. The lowering makes its code."""

    INPUTS: ClassVar = (1, 64)
    OUTPUTS: ClassVar = (1, 64)
    SIGNATURES: ClassVar = ()

    def called(self) -> tuple[int, ...]:
        raise NotImplementedError

    def check(self, site: Site) -> Iterator[Problem]:
        """The tensors themselves; `check_called` has the rest."""
        for tensor in (*site.inputs, *site.outputs):
            if tensor is None or tensor.dtype is DType.RESOURCE:
                what = "an absent input" if tensor is None else f"a handle '{tensor.name}'"
                yield Problem(self.where(site), what, "tensors", WAY_OUT)
                return

    def where(self, site: Site) -> str:
        return f"{site.node.origin} ({self.TFLITE[0]})"

    def check_called(self, site: Site, graphs: Sequence[Graph]) -> Iterator[Problem]:
        """Whether the subgraphs (in the order of `called`) fit the node."""
        raise NotImplementedError

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return tuple(t.shape for t in site.outputs)

    def lower(self, site: Site, target: Target) -> Kernel:
        raise AssertionError("the lowering calls subgraphs itself")


def match(
    op: Control,
    site: Site,
    graph: Graph,
    what: str,
    ids: Sequence[TensorId],
    tensors: Sequence[Tensor | None],
) -> Iterator[Problem]:
    """The subgraph's inputs or outputs must have the types and shapes of the node's tensors."""
    found = [(graph.tensors[t].dtype.value, graph.tensors[t].shape) for t in ids]
    wanted = [(t.dtype.value, t.shape) for t in tensors if t is not None]
    if found != wanted:
        problem = f"{what} of '{graph.name}' are {found}, the operator's {wanted}"
        yield Problem(op.where(site), problem, "the same types and shapes", WAY_OUT)
    if graph.variables:
        yield Problem(op.where(site), f"variables in '{graph.name}'", "subgraphs without", WAY_OUT)
