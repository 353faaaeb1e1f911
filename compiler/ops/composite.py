"""STABLEHLO_COMPOSITE: a subgraph under a name, as converters from PyTorch write layers that an
accelerator may know as a whole. Its operators take its place before anything else is done
(`passes/inline_composites.py`); no code is made for it.

Source: TFLite kernels/stablehlo_composite.cc, which runs the decomposition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import tflite

from ..ir import Site
from .room import Op, Shape, TfliteOptions


@dataclass(frozen=True)
class Composite(Op):
    """inputs of the subgraph → its outputs; `subgraph` counts from the main one, which is 0."""

    NAME: ClassVar[str] = "composite"
    TFLITE: ClassVar = ("STABLEHLO_COMPOSITE",)
    INPUTS: ClassVar = (1, 64)
    OUTPUTS: ClassVar = (1, 64)
    SIGNATURES: ClassVar = ()

    subgraph: int = 0

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Composite:
        o: Any = options.read(tflite.StableHLOCompositeOptions)
        return cls(int(o.DecompositionSubgraphIndex()))

    def called(self) -> tuple[int, ...]:
        return (self.subgraph,)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return tuple(t.shape for t in site.outputs)
