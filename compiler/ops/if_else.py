"""IF: runs one of two subgraphs, as its condition says.

Source: TFLite kernels/if.cc.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import tflite

from ..errors import Problem
from ..ir import DType, Graph, Site
from .control import Control, match
from .room import TfliteOptions


@dataclass(frozen=True)
class If(Control):
    """condition (bool, one element), inputs of the subgraphs → their outputs."""

    NAME: ClassVar[str] = "if"
    TFLITE: ClassVar = ("IF",)

    then_subgraph: int = 0
    else_subgraph: int = 0

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> If:
        o: Any = options.read(tflite.IfOptions)
        return cls(int(o.ThenSubgraphIndex()), int(o.ElseSubgraphIndex()))

    def called(self) -> tuple[int, ...]:
        return self.then_subgraph, self.else_subgraph

    def check_called(self, site: Site, graphs: Sequence[Graph]) -> Iterator[Problem]:
        condition = site.input(0)
        if condition.dtype is not DType.BOOL or condition.elements != 1:
            found = f"a condition of type {condition.dtype.value}{list(condition.shape)}"
            yield Problem(self.where(site), found, "one bool")
        for graph in graphs:
            yield from match(self, site, graph, "inputs", graph.inputs, site.inputs[1:])
            yield from match(self, site, graph, "outputs", graph.outputs, site.outputs)
