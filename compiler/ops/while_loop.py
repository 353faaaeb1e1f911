"""WHILE: runs a subgraph on its own outputs as long as another says so. Converters make it of
recurrent layers that are not unrolled.

Source: TFLite kernels/while.cc.
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
class While(Control):
    """values → values after the last turn."""

    NAME: ClassVar[str] = "while"
    TFLITE: ClassVar = ("WHILE",)

    condition_subgraph: int = 0
    body_subgraph: int = 0

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> While:
        o: Any = options.read(tflite.WhileOptions)
        return cls(int(o.CondSubgraphIndex()), int(o.BodySubgraphIndex()))

    def called(self) -> tuple[int, ...]:
        return self.condition_subgraph, self.body_subgraph

    def check_called(self, site: Site, graphs: Sequence[Graph]) -> Iterator[Problem]:
        condition, body = graphs
        yield from match(self, site, condition, "inputs", condition.inputs, site.inputs)
        yield from match(self, site, body, "inputs", body.inputs, site.inputs)
        yield from match(self, site, body, "outputs", body.outputs, site.inputs)
        yield from match(self, site, body, "outputs", body.outputs, site.outputs)
        results = [condition.tensors[t] for t in condition.outputs]
        if [(t.dtype, t.elements) for t in results] != [(DType.BOOL, 1)]:
            yield Problem(self.where(site), "a condition that is not one bool", "one bool")
